"""HTML to the Markdown-like text that the rest of the reader understands.

The standard parser takes quadratic time on unfinished tags and comments and can raise on odd declarations, so the few
tokens needed here are found by a scanner of our own that looks at every character once.
"""

import html as entities
import re
from collections.abc import Iterator

_STRUCTURE = re.compile(
    r"<!doctype html|<html[\s>]|<body[\s>]|</?(?:p|div|ul|ol|li|h[1-6]|table|br|strong|b|em)\s{0,9}/?>|<a\s[^<>]{0,300}?href\s{0,9}=",
    re.I,
)
_NAME = re.compile(r"/?([a-z][a-z0-9]{0,15})", re.I)
_HREF = re.compile(r"""\shref\s{0,9}=\s{0,9}(?:"([^"]{0,4000})"|'([^']{0,4000})'|([^\s>"']{1,4000}))""", re.I)
_LONG_NUMBER = re.compile(r"&#(?:x[0-9a-f]{7,}|[0-9]{8,});?", re.I)
_SPACE = re.compile(r"\s+")
_IGNORED = frozenset({"head", "script", "style", "template", "svg", "noscript"})
_BLOCKS = frozenset(
    """
    p div section article header footer main nav aside table tbody thead blockquote figure form address hr dl
    """.split()
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_BOLD = frozenset({"b", "strong"})
_DEEPEST = 8


def looks_like_html(text: str) -> bool:
    """Whether the text is HTML rather than plain text with an address in angle brackets."""
    return len(_STRUCTURE.findall(text, 0, 20_000)) >= 2 or text.lstrip()[:9].lower() == "<!doctype"


def to_text(markup: str) -> str:
    """The page's text with lists, headings and links kept. Never raises; unfinished markup is taken for text."""
    writer = _Writer()
    for name, value in _tokens(markup):
        if not name:
            writer.text(_unescape(value))
        elif name.startswith("/"):
            writer.end(name[1:])
        else:
            writer.begin(name, value)
    return writer.finish()


def _unescape(text: str) -> str:
    # Numbers of thousands of digits make the standard function raise.
    return entities.unescape(_LONG_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text)) if "&" in text else text


def _tokens(markup: str) -> Iterator[tuple[str, str]]:
    """("", text), ("li", whole tag) or ("/li", ""): in order, comments left out."""
    lowered = markup.lower() if len(markup.lower()) == len(markup) else markup
    at = text_from = 0
    ends: dict[str, int] = {}  # what is not found once is not looked for again: keeps the scan linear

    def find(what: str, start: int) -> int:
        if ends.get(what) == -1:
            return -1
        ends[what] = lowered.find(what, start)
        return ends[what]

    while (at := markup.find("<", at)) != -1:
        if markup.startswith("<!--", at):
            end, name = find("-->", at + 4), "!"
            end = end + 3 if end != -1 else -1
        elif markup.startswith(("<!", "<?"), at):
            end, name = find(">", at) + 1 or -1, "!"
        elif match := _NAME.match(markup, at + 1):
            end, name = find(">", at) + 1 or -1, match.group().lower()
        else:
            end, name = -1, ""
        if end == -1:
            at += 1
            continue
        if at > text_from:
            yield "", markup[text_from:at]
        if name in _IGNORED:
            close = find(f"</{name}", end)
            end = (find(">", close) + 1 or len(markup)) if close != -1 else end
        elif name != "!":
            yield name, markup[at:end]
        at = text_from = end
    if text_from < len(markup):
        yield "", markup[text_from:]


class _Writer:
    """Collects lines; knows how deep in lists it is and which link is open."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.line: list[str] = []
        self.lists: list[list[int | None]] = []
        self.prefix = ""
        self.link: tuple[str, int] | None = None
        self.bold: int | None = None
        self.pre = False
        self.cells = 0

    def text(self, text: str) -> None:
        if self.pre:
            first, *rest = text.split("\n")
            self.line.append(first)
            for line in rest:
                self._break()
                self.line.append(line)
        else:
            text = _SPACE.sub(" ", text)
            if text != " " or self.line:
                self.line.append(text)

    def begin(self, name: str, tag: str) -> None:
        if name == "br":
            self._break()
        elif name in _HEADINGS:
            self._block(_HEADINGS[name] + " ")
        elif name in ("ul", "ol"):
            if not self.lists:
                self._block()
            else:
                self._break()
            self.lists.append([0 if name == "ol" else None])
        elif name in ("li", "dt", "tr"):
            self._break()
            if name == "dt":
                self._block()
            self.cells = 0
            depth = min(len(self.lists), _DEEPEST)
            counter = self.lists[-1] if self.lists else [None]
            if name == "li" and counter[0] is not None:
                counter[0] += 1
                mark = f"{counter[0]}. "
            else:
                mark = "- "
            self.prefix = "   " * max(depth - 1, 0) + mark
        elif name in ("td", "th"):
            if self.cells and self.line:
                self.line.append(" - ")
            self.cells += 1
        elif name == "dd":
            self.line.append(": ")
        elif name == "pre":
            self._block()
            self.pre = True
        elif name in _BLOCKS:
            self._paragraph()
        elif name == "a" and (match := _HREF.search(tag)):
            href = next(group for group in match.groups() if group is not None)
            self._close_link()
            self.link = (_unescape(href).strip(), len(self.line))
        elif name in _BOLD and self.bold is None:
            self.bold = len(self.line)

    def end(self, name: str) -> None:
        if name == "a":
            self._close_link()
        elif name in _BOLD:
            self._close_bold()
        elif name in ("ul", "ol"):
            self._break()
            if self.lists:
                self.lists.pop()
            if not self.lists:
                self._block()
        elif name == "pre":
            self._block()
            self.pre = False
        elif name in _HEADINGS:
            self._block()
        elif name in _BLOCKS:
            self._paragraph()
        elif name in ("li", "tr", "dd"):
            self._break()

    def finish(self) -> str:
        self._break()
        return "\n".join(self.out).strip("\n") + "\n" if self.out else ""

    def _paragraph(self) -> None:
        """A paragraph's edge; inside a list item that has nothing yet it is no edge at all."""
        if self.prefix and not "".join(self.line).strip():
            return
        if self.lists:
            self._break()
        else:
            self._block()

    def _block(self, prefix: str = "") -> None:
        self._break()
        if self.out and self.out[-1]:
            self.out.append("")
        self.prefix = prefix

    def _break(self) -> None:
        self._close_bold()
        self._close_link()
        line = "".join(self.line)
        line = line.rstrip() if self.pre else line.strip()
        self.line = []
        if line:
            hanging = "   " * min(len(self.lists), _DEEPEST) if self.lists and not self.prefix else ""
            self.out.append((self.prefix or hanging) + line)
            self.prefix = ""

    def _close_bold(self) -> None:
        if self.bold is not None:
            words = "".join(self.line[self.bold :])
            if words.strip() and self.link is None and "**" not in words:
                before = " " if words[0] == " " else ""
                after = " " if words[-1] == " " else ""
                self.line[self.bold :] = [f"{before}**{words.strip()}**{after}"]
            self.bold = None

    def _close_link(self) -> None:
        if self.link is None:
            return
        href, start = self.link
        self.link = None
        label = _SPACE.sub(" ", "".join(self.line[start:])).strip().replace("[", "(").replace("]", ")")
        href = href.replace(" ", "%20").replace("(", "%28").replace(")", "%29")
        if not label or href.startswith(("#", "javascript:")):
            return
        if href.startswith("mailto:"):
            address = href[7:].split("?")[0]
            self.line[start:] = [label if address in label else f"{label} <{address}>"]
        elif label == href:
            self.line[start:] = [href]
        else:
            self.line[start:] = [f"[{label}]({href})"]
            if self.bold is not None and self.bold > start:
                self.bold = None
