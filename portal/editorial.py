"""Markdown to safe HTML: no raw HTML, no foreign addresses, pictures only by their place in the note."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

TAGS = {
    "p",
    "br",
    "strong",
    "em",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
}
TAGS |= {"td", "a", "img", "hr", "code", "pre"}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    parser.validateLink = lambda url: url.startswith(("https://", "http://", "/", "picture:", "mailto:"))  # type: ignore[method-assign]
    return parser


def to_html(text: str, pictures: Mapping[int, str] | None = None) -> Markup:
    """The text as HTML; `![caption](picture:1)` becomes the first picture's address, an unknown one disappears."""
    import nh3

    addresses = frozenset((pictures or {}).values())

    def only_own_pictures(tag: str, attribute: str, value: str) -> str | None:
        """Any other address of ours would be asked for by every reader, with the reader's rights."""
        return None if (tag, attribute) == ("img", "src") and value not in addresses else value

    html = _parser().render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    for position, address in (pictures or {}).items():
        html = html.replace(f'src="picture:{position}"', f'src="{address}"')
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=only_own_pictures,
        url_schemes={"https", "http", "mailto"},
        link_rel="noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 (cleaned above)
