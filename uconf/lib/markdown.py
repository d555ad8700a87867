"""People's text: CommonMark (spec 0.31), rendered once on the server and sanitised."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": 20})
_TAGS = {
    "p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "a", "hr", "h3", "h4", "h5", "h6",
}  # fmt: skip


def render(text: str) -> SafeString:
    """Markdown as safe HTML. Headings start at level 3 and skip none: a page has its own above them."""
    tokens = _parser.parse(text)
    levels = sorted({token.tag for token in tokens if token.type == "heading_open"})
    last = 2
    for token in tokens:
        if token.type == "heading_open":
            last = min(3 + levels.index(token.tag), last + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
    html = nh3.clean(
        _parser.renderer.render(tokens, _parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return mark_safe(html)  # noqa: S308  (nh3 made it safe, in the line above)


def plain(text: str) -> str:
    """Markdown as its bare words on one line: no marks, no addresses of links."""
    words = []
    for token in _parser.parse(text):
        for part in token.children or ():
            words.append(part.content if part.type in ("text", "code_inline") else "")
            words.append(" " if part.type in ("softbreak", "hardbreak") else "")
        if token.type in ("fence", "code_block"):
            words.append(token.content)
        words.append(" " if token.block else "")
    return " ".join("".join(words).split())


def first_sentence(text: str, limit: int = 200) -> str:
    """The beginning of a text on one line, without Markdown's marks, for lists and descriptions."""
    line = plain(text[: 10 * limit])
    end = line.find(". ")
    line = line[: end + 1] if 0 < end < limit else line
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
