"""What a password must not be: too short, or put together from what everybody would try first.

A password is read as pieces: words that head every list of stolen passwords, keys that lie side by side, counting,
repetition, years, and what is known of the person. Each piece is one guess, as is each remaining character; a
password of few guesses is refused. No network is asked, so no password and no part of its hash leaves the house.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_security import PasswordUtil

LONGEST = 128
FEWEST_GUESSES = 6
_WORDS = """
    password passwort passw0rd pass word iloveyou loveyou letmein welcome monkey dragon master shadow sunshine princess
    football baseball basketball superman batman trustno1 starwars whatever michael jordan jessica charlie hello freedom
    secret login admin administrator root user guest test testing demo default changeme change temp computer internet
    samsung google facebook microsoft windows apple android xiaomi huawei tencent alibaba taobao weixin wechat alipay
    storewise store shop market mima wodemima woaini woaiwojia woaizhongguo zhongguo beijing shanghai guangzhou nihao
    laopo laogong baobei qinaide tianshi jiayou facai gongxi caonima wangyi sohu sina jingdong meiyou chaoshi mendian
    5201314 520 1314 521 1314520 7758521 888 666 168 1688 qwe asd zxc abc 007 123123 112233 147258369 159357 789456 a123
    summer winter spring autumn monday friday january december love money lucky happy flower purple orange ginger cookie
"""
COMMON_WORDS = frozenset(_WORDS.split())
KEY_ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "147258369",
    "qazwsxedcrfvtgbyhnujm",
)
LEET = str.maketrans({"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
YEAR = re.compile(r"(19|20)\d\d")


def guesses(password: str, known: Iterable[str] = ()) -> int:
    """How many pieces somebody has to guess; `known` are words about the person, such as the name."""
    words = COMMON_WORDS | {word.lower() for text in known for word in _parts(text)}
    text = password.lower()
    return min(_count(text, words), _count(text.translate(LEET), words))


def _parts(text: str) -> Iterable[str]:
    """A name, its parts, the part of an address before the @, the last digits of a phone number."""
    yield from (part for part in re.split(r"[\s@.,_+-]+", text) if len(part) >= 3)
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 8:
        yield from (digits, digits[-11:], digits[-8:])


def _count(text: str, words: Iterable[str]) -> int:
    longest_first = sorted(words, key=len, reverse=True)
    position = count = 0
    while position < len(text):
        position += max(
            1,
            _word_at(text, position, longest_first),
            _keys_at(text, position),
            _repeat_at(text, position),
            4 if YEAR.match(text, position) else 0,
        )
        count += 1
    return count


def _word_at(text: str, position: int, longest_first: Iterable[str]) -> int:
    return next((len(word) for word in longest_first if text.startswith(word, position)), 0)


def _keys_at(text: str, position: int) -> int:
    """How far neighbouring keys or counting go on from here, in either direction; less than three is chance."""
    best = 0
    for row in (*KEY_ROWS, *(row[::-1] for row in KEY_ROWS)):
        length = 0
        while position + length < len(text) and text[position : position + length + 1] in row:
            length += 1
        best = max(best, length)
    return best if best >= 3 else 0


def _repeat_at(text: str, position: int) -> int:
    """The length of what repeats from here with a period of one to four characters."""
    best = 0
    for period in (1, 2, 3, 4):
        end = position + period
        while end < len(text) and text[end] == text[end - period]:
            end += 1
        if end - position >= max(3, period * 2):
            best = max(best, end - position)
    return best


class PasswordRules(PasswordUtil):  # type: ignore[misc]
    """The rules where Flask-Security asks for them."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:
        """What is wrong with the password, or None, and the form of it that is kept."""
        normal = normal_password(password)
        wrong = problem_with(normal, known_words(kwargs.get("user")))
        return ([wrong] if wrong else None), normal


def normal_password(password: str) -> str:
    """The one form in which a password is kept, whatever keyboard wrote it; as Flask-Security has it at log-in."""
    return unicodedata.normalize("NFKD", password)


def problem_with(password: str, known: Iterable[str] = (), shortest: int = 10) -> str:
    """What to tell somebody whose password will not do; empty when it will."""
    if len(password) < shortest:
        return _("Please take at least %(count)s characters, a short sentence for example.", count=shortest)
    if len(password) > LONGEST:
        return _("Please take at most %(count)s characters.", count=LONGEST)
    if guesses(password, known) < FEWEST_GUESSES:
        return _(
            "This is among the first that somebody would try. Put together words that have nothing to do with you."
        )
    return ""


def known_words(person: Any) -> list[str]:
    """What somebody who knows the person would try first."""
    return [text for text in (getattr(person, name, None) for name in ("name", "email", "phone")) if text]
