import pytest

from plugins.advice.methods.anonymous import anonymous


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("好邻居城南店的冷柜", ["好邻居", "好邻居城南店"], "…的冷柜"),
        ("Ask ANN, not Annabel", ["Ann"], "Ask …, not Annabel"),
        ("ann你好", ["Ann"], "…你好"),  # Latin names stand between Chinese characters without a space
        ("电话 138 0000 1234 或 +86-21-55550000", [], "电话 … 或 …"),
        ("写到 li.wei@shop.example 吧", [], "写到 … 吧"),
        ("一天卖 120 瓶，60 厘米", ["王"], "一天卖 120 瓶，60 厘米"),  # short numbers and one-letter names stay
    ],
)
def test_what_tells_whose_it_is_is_left_out(text, names, left):
    assert anonymous(text, names) == left
