"""What holds for every text, however odd: it is read, nothing is lost, and it does not take long."""

import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from uconf.proposal.reader import Reading, as_dict, read
from uconf.proposal.reader.result import STATUSES
from uconf.proposal.reader.sections import section_of
from uconf.proposal.reader.states import state_of

SAMPLES = sorted((Path(__file__).resolve().parents[1] / "samples").iterdir())
KINDS = {
    "title",
    "summary",
    "topic",
    "person",
    "lead",
    "link",
    "edition",
    "outcome",
    "none",
    "heading",
    "policy",
    "classification",
}
STARTS = [
    "",
    "- ",
    "* ",
    "1. ",
    "(2) ",
    "  - ",
    "\t",
    "> ",
    ">> ",
    "# ",
    "[1] ",
    "[x] ",
    "   ",
    "| ",
    "Subject: ",
    "From: ",
    "-- ",
    "<li>",
    "• ",
]
WORDS = [
    "Topics:", "Attendees:", "Leads:", "Ann Example", "Bob Sample (confirmed)", "BUESO, Davidlohr (Labs);", "<a@example.org>", "interested",
    "futex2: slow.", "Series, lwn article", "https://example.org/x", "[1]", "[a](https://b.example.org)", "in 2018", "organized by", "MC", "held",
    "outcomes", "I agree to the policy", "====", "----", "+---+", "****", "**Bold**:", "including", "(", ")", "[", "]", "*", "_", ":", ";", "&amp;",
    "<p>", "</li>", "<a href='x'>", "<!--", "\x00", "\ud800", "\u2028", "é", "山田", "Session Classification:", "Presenter:", "Previous editions",
]  # fmt: skip
WORD = re.compile(r"[^\W_]+")
# What stands before an entry's words, and words that only say what the words beside them are.
MARKS = r"[\s>|]*(?:(?:[-*+•–~]|\(?\d{1,3}(?:\.\d{1,3})*[.)]?|\(?[A-Za-z][.)]|\[\d{1,3}\]:?)\s+)?(?:\[[ xX]?\]\s+)?(?:\d\d?[:.]\d\d(?:\s?[-–]\s?\d\d?[:.]\d\d)?)?"
REMARK = re.compile(r"(?:(?! - )[^()/\[\],;:|–—<>\n])+")
SERVING = set(
    "and see also link links mc mcs uconf uconfs micro conference conferences microconference microconferences proposal cfp for the a an title name subject will attend 1 2 3".split()
)
lines = st.builds(
    lambda start, words: start + " ".join(words), st.sampled_from(STARTS), st.lists(st.sampled_from(WORDS), max_size=6)
)
texts = st.one_of(
    st.lists(lines, max_size=25).map("\n".join),
    st.text(max_size=300),
    st.text(st.sampled_from("ab AB.:-*[](){}<>@#>=+_\n\t1,;"), max_size=300),
)
thorough = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def mutated(text: str, seed: int) -> str:
    """The text with some lines dropped, doubled, moved, or given other marks."""
    chance = random.Random(seed)
    out = text.splitlines()
    for _ in range(chance.randint(1, 8)):
        if not out:
            break
        row = chance.randrange(len(out))
        match chance.randrange(6):
            case 0:
                del out[row]
            case 1:
                out.insert(row, out[row])
            case 2:
                chance.shuffle(out)
            case 3:
                out[row] = chance.choice(STARTS) + out[row].lstrip("-*+0123456789.() ")
            case 4:
                out[row] = out[row][: chance.randrange(len(out[row]) + 1)]
            case 5:
                out = [line.replace("- ", chance.choice(["* ", "• ", "+ ", "– "]), 1) for line in out]
    return "\n".join(out)


def check(reading: Reading) -> None:
    text = reading.text
    covered = bytearray(len(text))
    open_ends: list[int] = []
    last = (0, -len(text))
    for span in reading.spans:
        assert 0 <= span.start < span.end <= len(text)
        assert span.kind in KINDS and span.n >= 0
        assert (span.start, -span.end) >= last, "ordered by start, longer ones first"
        last = (span.start, -span.end)
        while open_ends and open_ends[-1] <= span.start:
            open_ends.pop()
        assert not open_ends or span.end <= open_ends[-1], "a span is inside another or apart from it"
        open_ends.append(span.end)
        covered[span.start : span.end] = b"\1" * (span.end - span.start)
    at = 0
    for line in text.split("\n"):
        here = covered[at : at + len(line)]
        assert not line.strip() or any(here), f"this line is lost: {line!r}"
        for offset, character in enumerate(line):
            assert here[offset] or not character.isalnum(), f"these words are lost: {line!r}"
        at += len(line) + 1
    check_words(reading)
    for piece in reading.not_understood:
        assert text[piece.start : piece.end] == piece.text
    for topic in reading.topics:
        assert 0 < len(topic.title) <= 90
    for person in (
        *reading.leads,
        *reading.attendees,
        *(person for topic in reading.topics for person in topic.people),
    ):
        assert person.name.strip() and person.status in STATUSES


def words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(text)}


def values(told: object) -> Iterator[str]:
    if isinstance(told, dict):
        told = list(told.values())
    if isinstance(told, list):
        for one in told:
            yield from values(one)
    else:
        yield str(told)


def check_words(reading: Reading) -> None:
    """Every word is in a field or not understood, but for those that served to say what another one is."""
    told = as_dict(reading)
    del told["not_understood"]
    # The JSON has no address of a lead or of a topic's person; the draft has.
    people = [*reading.leads, *(person for topic in reading.topics for person in topic.people)]
    kept = words("\n".join([*values(told), *(f"{person.email} {person.note} {person.status}" for person in people)]))
    pieces = bytearray(len(reading.text))
    for piece in reading.not_understood:
        pieces[piece.start : piece.end] = b"\1" * (piece.end - piece.start)
    served = bytearray(len(reading.text))
    for span in reading.spans:
        label = reading.text[span.start : span.end]
        if span.kind in ("policy", "edition") or (span.kind == "heading" and section_of(label.strip("> "))):
            served[span.start : span.end] = b"\1" * (span.end - span.start)
        elif span.kind in ("person", "lead"):
            for remark in REMARK.finditer(reading.text, span.start, span.end):
                if state_of(remark.group().strip(" -")):
                    served[remark.start() : remark.end()] = b"\1" * len(remark.group())
    for line in re.finditer(r"[^\n]+", reading.text):
        mark = re.match(MARKS, line.group())
        begin = line.start() + (mark.end() if mark else 0)
        for word in WORD.finditer(reading.text, begin, line.end()):
            assert (
                word.group().casefold() in kept | SERVING
                or all(pieces[at] or served[at] for at in range(*word.span()))
                or label_at(reading.text, word.start(), line.end())
            ), f"“{word.group()}” is in no field: {line.group()!r}"


def label_at(text: str, at: int, end: int) -> bool:
    """Whether a word stands in a label that names a section: “Presenter:”, “Session Classification:”."""
    start = max(text.rfind("\n", 0, at), text.rfind(". ", 0, at)) + 1
    colon = text.find(":", at, end)
    return colon != -1 and section_of(text[start:colon]) is not None


@thorough
@given(texts, st.sampled_from(["auto", "text", "markdown", "html"]))
def test_any_text_is_read_and_no_word_of_it_is_lost(text, kind):
    reading = read(text, kind=kind)

    check(reading)
    assert as_dict(reading)["title"] == reading.title


@thorough
@given(texts)
def test_the_same_text_is_read_the_same_way(text):
    assert read(text) == read(text)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_no_word_of_a_sample_is_lost(path):
    check(read(path.read_text(encoding="utf-8")))


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_a_mangled_sample_is_still_read(path, seed):
    check(read(mutated(path.read_text(encoding="utf-8"), seed)))


def test_the_seed_is_read_without_a_loss_even_mangled(seed_text):
    check(read(seed_text))
    for seed in range(200):
        check(read(mutated(seed_text, seed)))


@pytest.mark.parametrize("paragraph", ["Intro", "Overview", "About", "Introduction", "Scope", "Why kites"])
@pytest.mark.parametrize(
    "markup", ["# Big MC\n\n{}\n\n## Topics\n\n- A: b", "<h1>Big MC</h1><p>{}</p><h2>Topics</h2><ul><li>A: b</li></ul>"]
)
def test_a_paragraph_of_one_word_is_the_summary_even_if_it_could_be_a_heading(markup, paragraph):
    reading = read(markup.format(paragraph))

    assert (reading.title, reading.summary, len(reading.topics)) == ("Big", paragraph, 1)
    check(reading)


@pytest.mark.parametrize("heading", ["Why kites", "Introduction to kites", "Goals of kites"])
@pytest.mark.parametrize("below", ["", "Kites pull.\n\n"])
def test_a_heading_that_says_more_than_its_section_is_in_the_summary(heading, below):
    reading = read(f"# Big MC\n\n## {heading}\n\n{below}## Topics\n\n- A: b\n")

    assert reading.summary == f"**{heading}**\n\n{below}".strip()
    check(reading)


@pytest.mark.parametrize("heading", ["Kite attendees", "Previous kite editions", "Kite logistics", "Kites to discuss"])
def test_an_empty_chapters_heading_is_not_understood_if_it_says_more_than_its_section(heading):
    reading = read(f"# Big MC\n\nKites pull.\n\n## {heading}\n\n## Links\n")

    assert heading in [piece.text.lstrip("# ") for piece in reading.not_understood]
    check(reading)


@pytest.mark.parametrize(
    "entry, lost",
    [
        ("Ann Example <ann@example.org> <sample@example.com>", "sample@example.com"),
        ("[Ann Example](https://a.example) see [kites](https://b.example)", "b.example"),
    ],
)
def test_what_an_entry_says_beside_its_fields_is_not_understood(entry, lost):
    reading = read(f"Attendees:\n\n- {entry}\n")

    assert any(lost in piece.text or piece.text in lost for piece in reading.not_understood)
    check(reading)


@pytest.mark.parametrize(
    "line",
    [
        "- x (Ann Example)\n",
        "Ann Example, ",
        "[a](",
        "<p ",
        "<!--",
        "led by Ann Example, ",
        "Topics: a\n",
        "> ",
        "&#9999999999",
    ],
)
def test_hostile_text_takes_linear_work(line):
    def steps(size: int) -> int:
        """Calls made while reading: the same every time, however busy the machine is."""
        text, calls = "Topics:\n\n- " + line * (size // len(line)), 0

        def count(frame, event, argument):
            nonlocal calls
            calls += 1

        before = sys.getprofile()
        sys.setprofile(count)
        try:
            read(text)
        finally:
            sys.setprofile(before)
        return calls

    # Ten times the text: quadratic work would be a hundredfold.
    assert steps(60_000) <= 15 * steps(6_000)


def test_an_unknown_kind_is_refused_by_name():
    with pytest.raises(ValueError, match="“pdf” is no kind of text"):
        read("Kites", kind="pdf")
