"""Text as words that both databases can index: pure functions.

Chinese has no spaces, so each character starts a word of two (货短), and the last of a run stands alone: a run of n
characters gives n words, any part of it is a row of neighbouring words, and one character is found as the beginning
of a word. Everything else that is a letter or digit makes words at its natural borders.
"""

from __future__ import annotations

import re
import unicodedata

# 20,000 characters of text; PostgreSQL counts places up to 16,383.
MAX_WORDS = 16_000
MAX_WORD_LENGTH = 60
MAX_PHRASES = 8
MAX_QUERY_LENGTH = 200

# Han with its extensions; kana and hangul, which are written without reliable spaces too.
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_HAN += "\U00020000-\U000323af"
_RUNS = re.compile(rf"([{_HAN}]+)|((?:(?![{_HAN}])[^\W_])+)")


def fold(text: str) -> str:
    """Full-width to half-width, capitals to small: Ａ and a are the same letter, ３ and 3 the same digit."""
    return unicodedata.normalize("NFKC", text).casefold()


def tokens(text: str) -> list[str]:
    """The words of a text, in order: 可乐330ml -> 可乐 乐 330ml; C-2026-000123 -> c 2026 000123."""
    words: list[str] = []
    for run in _RUNS.finditer(fold(text)):
        if len(words) >= MAX_WORDS:
            break
        words += _pairs(run[1]) if run[1] else [run[2][:MAX_WORD_LENGTH]]
    return words[:MAX_WORDS]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run))]


def phrases(query: str) -> list[list[str]]:
    """What a query asks for: each part between spaces is a row of words, the last of which may be a beginning only."""
    found: list[list[str]] = []
    for part in fold(query[:MAX_QUERY_LENGTH]).split():
        words = tokens(part)
        if len(words) > 1 and _is_tail(part):
            words.pop()  # what is looked for may go on in the text: 送货 is found in 送货短少
        if words and words not in found:
            found.append(words)
    return found[:MAX_PHRASES]


def _is_tail(part: str) -> bool:
    """Whether the last word is the lone last character of a longer Chinese run."""
    last = list(_RUNS.finditer(part))[-1]
    return bool(last[1]) and len(last[1]) > 1
