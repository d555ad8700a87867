"""Texts in templates that no translator would ever see: `python tools/untranslated.py FILE…` lists them.

Reads templates as Django does, leaves out what stands in translate and blocktranslate, and looks for words in what
is left: in text, and in the attributes that people read.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

READ_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label"}
SILENT = {"script", "style", "pre", "code"}  # what is typed, not said
# Names and signs, the same in every language.
NAMES = {"uconf", "utc", "ics", "ical", "xml", "json", "md", "txt", "atom", "csv", "url", "html", "markdown"}
# Shown when nothing works any more, so it may ask for nothing.
PLAIN_FILES = {"500.html"}
# Wordings of letters that each lead makes their own; they are no templates of Django's.
PLAIN_FOLDERS = {"letters"}
# Blocks that fill in an attribute of the base template.
NOT_READ = {"block bar_width", "block main_width", "block footer_width", "block body_attributes"}
WORD = re.compile(r"[^\W\d_]{2,}")


def untranslated(path: Path) -> list[tuple[int, str]]:
    """(line, text) of each text in a template that is not translated."""
    if path.name in PLAIN_FILES or path.parent.name in PLAIN_FOLDERS:
        return []
    text = _without_tags(path.read_text())
    if path.suffix == ".html":
        reader = _Reader()
        reader.feed(text)
        reader.close()
        found = reader.found
    else:
        found = list(enumerate(text.splitlines(), start=1))
    return [(line, " ".join(said.split())) for line, said in found if _has_words(said)]


def _without_tags(source):
    """The template's own text; in place of each tag what keeps lines and HTML as they are."""
    kept, inside = [], ""
    for token in Lexer(source).tokenize():
        lines = "\n" * token.contents.count("\n")
        if token.token_type == TokenType.BLOCK:
            name = token.contents.split()[0] if token.contents.split() else ""
            if name in ("blocktranslate", "blocktrans", "comment"):
                inside = name
            elif token.contents in NOT_READ:
                inside = "block"
            elif name == f"end{inside}":
                inside = ""
            kept.append(lines)
        elif token.token_type == TokenType.TEXT:
            kept.append(lines if inside else token.contents)
        else:
            kept.append(lines)
    return "".join(kept)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self._silent = 0

    def handle_starttag(self, tag, attrs):
        if tag in SILENT:
            self._silent += 1
        line = self.getpos()[0]
        self.found += [(line, value) for name, value in attrs if name in READ_ATTRIBUTES and value]

    def handle_endtag(self, tag):
        if tag in SILENT:
            self._silent -= 1

    def handle_data(self, data):
        if not self._silent:
            self.found.append((self.getpos()[0], data))


def _has_words(text):
    without_names = re.sub(r"\S+@\S+|\S+\.\S+/\S*|\b[A-Z]\w+/[A-Z]\w+", "", text)  # addresses, time zones
    return any(word.casefold() not in NAMES for word in WORD.findall(without_names))


def main(paths):
    lines = [f"{path}:{line}: {said}" for path in paths for line, said in untranslated(Path(path))]
    print("\n".join(lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
