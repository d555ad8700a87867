"""Bytes in, text out; or a refusal that says what to do."""

import pytest

from uconf.proposal.reader import LIMIT, UnreadableProposal, decode, read


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Kites", "Kites"),
        ("Zoë".encode(), "Zoë"),
        (b"\xef\xbb\xbfKites", "Kites"),
        ("Zoë".encode("utf-16"), "Zoë"),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "Zoë"),
        (b"x" * LIMIT, "x" * LIMIT),
    ],
)
def test_text_is_decoded(data, text):
    assert decode(data) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The file is empty"),
        (b" \n\t ", "The file is empty"),
        (b"x" * (LIMIT + 1), "more than 1 MB; at most 1,000,000 bytes can be read"),
        (b"%PDF-1.7", "This is a PDF"),
        (b"PK\x03\x04...", "a ZIP archive or an office document"),
        (b"\xd0\xcf\x11\xe0....", "an old office document"),
        (b"a\nb\x00c", "byte 3 is zero"),
        (b"Kites\nZo\xeb\n", r"byte 8 \(0xeb\) on line 2 .* save it as UTF-8"),
        (b"\xef\xbb\xbfa\xff", r"byte 4 \(0xff\)"),
        (b"\xff\xfea", "says it is UTF-16"),
        (b"\x01\x02\x03\x04abc", "mostly control characters"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason_and_the_next_step(data, reason):
    with pytest.raises(UnreadableProposal, match=reason):
        decode(data)


def test_characters_that_cannot_be_stored_are_replaced_one_by_one():
    assert read("a\x00b\ud800c\r\nd\u2028e").text == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c\nd\ne"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kites", "text"),
        ("# Kites", "markdown"),
        ("**Kites**", "markdown"),
        ("<p>Kites<br>pull</p>", "html"),
        ("Ann <ann@example.org>", "text"),
    ],
)
def test_the_kind_of_text_is_recognised(text, kind):
    assert read(text).kind == kind


def test_html_becomes_text_with_lists_headings_and_links():
    markup = (
        "<head><title>x</title></head><h2>Topics</h2><ul><li>Tails &amp; more<li><b>Strings</b>: <a href='https://a.example.org'>series</a>"
        "<ul><li>thin<li>thick</ul></ul><p>One<br>two<script>if (a<b) {}</script></p><a href='mailto:ann@example.org'>Ann</a>"
    )

    assert read(markup, kind="html").text == (
        "## Topics\n\n- Tails & more\n- **Strings**: [series](https://a.example.org)\n   - thin\n   - thick\n\nOne\ntwo\n\nAnn <ann@example.org>\n"
    )


@pytest.mark.parametrize(
    "markup",
    [
        "<p",
        "<!--",
        "<a href=",
        "&#" + "9" * 5000 + ";",
        "<![foo",
        "</",
        "<script>x",
        "<li>" * 50,
        "<ul>" * 50 + "<li>x",
    ],
)
def test_unfinished_html_is_no_error(markup):
    assert read(markup, kind="html").kind == "html"
