"""Foreign text made harmless: HTML becomes text on the way in, Markdown safe HTML for a preview."""

from __future__ import annotations

import html
import re

import nh3
from markdown_it import MarkdownIt

SCHEMES = frozenset({"https", "tel", "mailto"})
"""Where a link may lead."""

_TAGS = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("strong", "em", "code", "pre", "a", "table", "thead", "tbody", "tr", "th", "td"),
}
_ROUNDS = 6
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6]|ul|ol|table)\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<li(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<(?:[/!?]?[A-Za-z][^<>]*>|!--)")
_LOOSE = re.compile(r"<(?=[/!?A-Za-z])(?!/?[A-Za-z][^<>]*>)(?!!)")
_OPENING = re.compile(r"<(?=[/!?A-Za-z])")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_LINK = re.compile(r"(?P<text>\[[^\]\n]*\])\(\s*<?(?P<url>[^)\n]*)\)")


def has_markup(text: str) -> bool:
    """Tell whether the text holds HTML tags or comments, written plainly or as entities."""
    return bool(_TAG.search(html.unescape(text)))


def clean_text(text: str) -> str:
    """Return the text without HTML, scripts, invisible and control characters.

    Ends of paragraphs and list items become line ends. What only looks like the start of a tag
    (利率<LPR) keeps its meaning with a full-width sign, so nothing of the text is lost.
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for _ in range(_ROUNDS):
        plain = _without_tags(text)
        if plain == text:
            break
        text = plain
    text = _OPENING.sub("＜", text)
    text = _LINK.sub(_allowed_link, text)
    lines = (line.rstrip() for line in _CONTROL.sub("", text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n ")


def safe_html(markdown_text: str) -> str:
    """Render Markdown for a preview; raw HTML is shown as text, links lead to `SCHEMES` only."""
    rendered = _renderer().render(markdown_text)
    return nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    )


def allowed_link(url: str) -> bool:
    """Tell whether a link of this address may stand in an article."""
    scheme, colon, _ = re.sub(r"[\s\x00-\x1f]", "", html.unescape(url)).partition(":")
    return bool(colon) and scheme.lower() in SCHEMES


def _without_tags(text: str) -> str:
    if not has_markup(text):
        return text
    text = _LOOSE.sub("＜", html.unescape(text))
    text = _ITEM.sub("- ", _BREAK.sub("\n", text))
    stripped: str = nh3.clean(text, tags=set(), clean_content_tags={"script", "style"})
    return html.unescape(stripped)


def _allowed_link(match: re.Match[str]) -> str:
    """A link to anywhere else keeps its text."""
    return match.group() if allowed_link(match["url"]) else match["text"][1:-1]


def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    renderer.validateLink = allowed_link  # type: ignore[method-assign]  # the library's own hook
    return renderer
