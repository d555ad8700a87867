"""Text in, verdict out: clear answers are read, and nothing that is added to one leaves it clear by accident."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendees.outreach.inbound import phrases, quoting, reading

CLEAR = {
    "I'll be there.": ("coming", "in_person"), "Count me in!": ("coming", "in_person"), "Yes, I'm in": ("coming", "in_person"),
    "I'll be there, remotely.": ("coming", "remote"), "Yes, remotely.": ("coming", "remote"), "Online": ("coming", "remote"),
    "Sorry, can't make it.": ("cant", ""), "I won't be able to attend this year.": ("cant", ""),
    "Ich bin dabei.": ("coming", "in_person"), "Ich kann leider nicht kommen.": ("cant", ""),
    "Je serai là.": ("coming", "in_person"), "Désolée, je ne pourrai pas venir.": ("cant", ""),
}  # fmt: skip
TWISTS = [
    "not", "never", "if it rains", "unless my visa fails", "maybe", "probably", "but Bob", "hardly", "?", "perhaps not",
    "until Tuesday", "wenn es passt", "vielleicht", "aber nur dienstags", "peut-être", "si possible", "sauf mardi",
    "as if", "or so", "Bob too", "we", "somehow", "I guess", "lol", "/s", "for the dinner",
]  # fmt: skip


@pytest.mark.parametrize(("text", "answer"), CLEAR.items())
def test_clear_answers_are_read(text, answer):
    verdict = reading.read(text, round="coming")

    assert (verdict.answer, verdict.mode) == answer


@pytest.mark.parametrize(("text", "twist"), list(itertools.product(CLEAR, TWISTS)))
def test_whatever_is_added_makes_it_doubtful(text, twist):
    bare = text.rstrip(".!")
    for said in (f"{bare} {twist}", f"{twist} {bare}", f"{text} {twist}.", f"{twist}. {text}", f"{text}\n\n{twist}",
                 f"{bare}, {twist}", f"{text}\n\nBest,\nWaldo\n\n{twist} though"):  # fmt: skip
        assert not reading.read(said, round="coming", names=["Waldo Madeup"]).is_clear or twist == "", said


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.permutations(["I'll be there.", "Sorry, can't make it.", "Not sure."], 2))
)
def test_two_answers_are_none(first, second):
    assert not reading.read(f"{first} {second}", round="coming").is_clear


def test_coming_cannot_be_said_before_acceptance():
    assert reading.read("I'll be there.", round="interest").answer == "interested"
    assert {reading.read(each, round="interest").answer for each in CLEAR} <= {"interested", "cant", ""}


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_verdict_and_no_error(text):
    split = quoting.split(text)

    assert reading.read(split.new, round="coming").why or reading.read(split.new, round="coming").is_clear


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["I'll be there", "not", "maybe", "yes", "no", "sorry", "if", "you", "Bob", "remotely"]),
        min_size=2,
        max_size=6,
    )
)
def test_words_in_any_order_are_an_answer_only_if_none_of_them_doubts(words):
    doubtful = {"not", "maybe", "no", "if", "you", "Bob"}

    if doubtful & set(words):
        assert not reading.read(" ".join(words), round="coming").is_clear


def test_every_phrase_is_one_kind_of_thing_unless_it_is_said_to_be_two():
    """A phrase that were an answer and its contrary at once could never be read; none is."""
    contrary = {phrases.CANT} | {phrases.SORRY}
    for line in phrases._WORDS[phrases.COMING].split("\n"):
        if line.strip() and not set("()[]") & set(line):
            assert not contrary & set(phrases.kinds_of(line.strip())), line


@pytest.mark.parametrize(
    "text", ["a" * 200_000, "> " * 100_000, "\n" * 200_000, "On a " * 40_000, "I'll be there " * 20_000]
)
def test_endless_texts_are_read_at_once(text):
    """What any pattern sees has a limit, so that time grows with the text and not faster."""
    assert not reading.read(quoting.split(text).new, round="coming").is_clear


@pytest.mark.parametrize("below", ["But only on Tuesday.", "PS: if I may", "Perhaps."])
def test_what_is_written_below_a_signature_is_no_signature(below):
    assert not reading.read(f"I'll be there.\n\n-- \nWaldo\n\n{below}", round="coming").is_clear


def test_a_line_of_underscores_hides_nothing():
    split = quoting.split("I'll be there.\n______________________\nOnly on Tuesday, that is.")

    assert not reading.read(split.new, round="coming").is_clear
