"""Two versions of a text: nothing is lost, and what is new is marked and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.comparison import Piece, compare

TEXTS = st.text(alphabet="甲乙丙ab1 ,.\n", max_size=60)


def lines_of(old, new, *marks):
    """The text that the marked pieces make, line by line; lines without such a piece are not in it."""
    kept = ([piece.text for piece in line.pieces if piece.mark in marks] for line in compare(old, new))
    return ["".join(texts) for texts in kept if texts]


@given(TEXTS, TEXTS)
def test_each_version_can_be_read_from_it(old, new):
    assert [line for line in lines_of(old, new, "same", "removed") if line] == [one for one in old.splitlines() if one]
    assert [line for line in lines_of(old, new, "same", "added") if line] == [one for one in new.splitlines() if one]


@given(TEXTS)
def test_a_text_against_itself_has_nothing_new(text):
    assert all(line.is_same for line in compare(text, text))


def test_within_a_line_words_and_chinese_signs_are_marked():
    (line,) = compare("把冷柜调到 4 度", "把冷柜调到 6 度")
    assert list(line.pieces) == [
        Piece("same", "把冷柜调到 "), Piece("removed", "4"), Piece("added", "6"), Piece("same", " 度"),
    ]  # fmt: skip


def test_a_new_line_is_one_piece():
    assert [line.pieces for line in compare("一\n三", "一\n二\n三")] == [
        (Piece("same", "一"),), (Piece("added", "二"),), (Piece("same", "三"),),
    ]  # fmt: skip


def test_a_line_of_blanks_is_empty():
    assert [line.is_empty for line in compare("一\n\n三", "一\n \n二")] == [False, True, False]
