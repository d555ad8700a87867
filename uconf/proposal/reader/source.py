"""Bytes or pasted text in, clean text out."""

import re

from .html import looks_like_html, to_text

LIMIT = 1_000_000

_SIGNATURES = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "doc"),
    (b"{\\rtf", "rtf"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x7fELF", "program"),
)
_ADVICE = "Open it where it was written, copy its text, and paste that, or save it as plain text (UTF-8)."
REFUSALS = {
    "large": "This is more than 1 MB; at most %(limit)s bytes can be read. Keep the proposal's own text and leave out the rest.",
    "empty": "The file is empty. Choose the file that has the proposal's text, or paste the text.",
    "pdf": f"This is a PDF, not text. {_ADVICE}",
    "zip": f"This is a ZIP archive or an office document (.docx, .odt), not text. {_ADVICE}",
    "doc": f"This is an old office document (.doc), not text. {_ADVICE}",
    "rtf": f"This is an RTF document, not text. {_ADVICE}",
    "gzip": f"This is a gzip archive, not text. {_ADVICE}",
    "png": f"This is a picture (PNG), not text. {_ADVICE}",
    "jpeg": f"This is a picture (JPEG), not text. {_ADVICE}",
    "program": f"This is a program, not text. {_ADVICE}",
    "zero": f"The file is not text: byte %(at)s is zero. {_ADVICE}",
    "controls": f"The file is mostly control characters, not text. {_ADVICE}",
    "utf16": "The file says it is UTF-16, but byte %(at)s is not. Save it as UTF-8 and choose it again.",
    "utf8": "The file is not in UTF-8: byte %(at)s (0x%(byte)s) on line %(line)s does not fit. "
    "Open it in the editor it was written with, save it as UTF-8, and choose it again.",
}
_BOM_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# What can be neither stored nor shown: controls other than tab and newline, and halves of surrogate pairs.
_UNSHOWABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MARKDOWN = re.compile(r"^ {0,3}#{1,6} \S|\]\(|\*\*\S", re.M)


class UnreadableProposal(ValueError):
    """These bytes are no text: `code` is a key of REFUSALS, `values` are what its sentence names.

    `str()` is that sentence in English; it says what is wrong and what to do.
    """

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(REFUSALS[code] % values)
        self.code = code
        self.values = values


def decode(data: bytes) -> str:
    """The text of an uploaded file.

    Raises UnreadableProposal for what is empty, too large, not text, or not in UTF-8 (or UTF-16 with a byte order mark).
    """
    if len(data) > LIMIT:
        raise UnreadableProposal("large", limit=f"{LIMIT:,}")
    for signature, code in _SIGNATURES:
        if data.startswith(signature):
            raise UnreadableProposal(code)
    text = _utf16(data) if data.startswith(_BOM_UTF16) else _utf8(data)
    if not text.strip():
        raise UnreadableProposal("empty")
    return text


def clean(text: str, kind: str) -> tuple[str, str]:
    """The text as it will be shown, and what it was taken for: text, markdown or html.

    HTML becomes Markdown-like text, so that links and headings survive. Raises ValueError for an unknown kind.
    """
    if kind not in ("auto", "text", "markdown", "html"):
        raise ValueError(f"“{kind}” is no kind of text. Use auto, text, markdown or html.")
    text = _tidy(text)
    if kind == "auto":
        kind = "html" if looks_like_html(text) else "markdown" if _MARKDOWN.search(text) else "text"
    if kind == "html":
        text = _tidy(to_text(text))
    return text, kind


def _tidy(text: str) -> str:
    return _UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", _LINE_ENDS.sub("\n", text.removeprefix("\ufeff")))


def _utf16(data: bytes) -> str:
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError as error:
        raise UnreadableProposal("utf16", at=error.start) from error


def _utf8(data: bytes) -> str:
    if b"\x00" in data:
        raise UnreadableProposal("zero", at=data.index(0))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A byte order mark is skipped before decoding, so the offset is counted from behind it.
        at = error.start + (3 if data.startswith(b"\xef\xbb\xbf") else 0)
        line = data.count(b"\n", 0, at) + 1
        raise UnreadableProposal("utf8", at=at, byte=f"{data[at]:02x}", line=line) from error
    odd = sum(1 for character in text if character < " " and character not in "\t\n\r\f")
    if odd * 10 > len(text):
        raise UnreadableProposal("controls")
    return text
