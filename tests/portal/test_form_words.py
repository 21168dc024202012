"""What a form says when something is wrong, to who reads Chinese and to who reads English."""

import pytest

WRONG = {"number": "", "name": "茶店", "format": "convenience", "tier": "C", "area_m2": "-3"}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh_Hans", ["请填写这一项。", "请填写 0.1 到 200000 之间的数。"]),
        ("en", ["This field is required.", "Number must be between 0.1 and 200000."]),
    ],
)
def test_wrong_form_says_what_to_do_in_the_language_of_the_reader(client_as, language, words):
    answer = client_as("administrator", language=language).post("/stores/new", data=WRONG)
    assert answer.status_code == 422
    assert all(text in answer.text for text in words)


def test_message_that_we_have_no_words_for_comes_from_wtforms(client_as):
    answer = client_as("administrator", language="zh_Hans").post("/stores/new", data=WRONG | {"number": "1" * 500})
    assert "字段长度不能超过" in answer.text
