import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendees import pasted


def read_one(line):
    reading = pasted.read(line)
    assert (len(reading.entries), reading.unread, reading.doubles) == (1, [], [])
    entry = reading.entries[0]
    return entry.name, entry.address, entry.status, entry.affiliation


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Mina Example <mina@example.org> (interested)", ("Mina Example", "mina@example.org", "interested", "")),
        ("Mina Example, Mina@Example.org", ("Mina Example", "mina@example.org", "none", "")),
        ("- Mina Example (response pending)", ("Mina Example", "", "pending", "")),
        ("3. Mina Example", ("Mina Example", "", "none", "")),
        ("  * [x] Mina Example", ("Mina Example", "", "none", "")),
        ("> Mina Example [maybe]", ("Mina Example", "", "maybe", "")),
        ("mina.example@example.org", ("Mina Example", "mina.example@example.org", "none", "")),
        ("O’Brien, Séamus <seamus@example.org>", ("Séamus O’Brien", "seamus@example.org", "none", "")),
        ("van der Example, Jan Piet <jan@example.org>", ("Jan Piet van der Example", "jan@example.org", "none", "")),
        (
            "Mina Example, Example Works <mina@example.org>",
            ("Mina Example", "mina@example.org", "none", "Example Works"),
        ),
        ("Mina, ACME <mina@example.org>", ("Mina", "mina@example.org", "none", "ACME")),
        ("Mina, coming <mina@example.org>", ("Mina", "mina@example.org", "coming", "")),
        ("Mina Example @ Example Works", ("Mina Example @ Example Works", "", "none", "")),
        ("<mailto:mina.example@example.org>", ("Mina Example", "mina.example@example.org", "none", "")),
        ('"Example, Mina" <m@example.org>', ("Mina Example", "m@example.org", "none", "")),
        ("EXAMPLE, Mina (Example Labs)", ("Mina Example", "", "none", "Example Labs")),
        ("Mina Example, Example Labs, m@example.org", ("Mina Example", "m@example.org", "none", "Example Labs")),
        ("Mina Example\tm@example.org\tcoming", ("Mina Example", "m@example.org", "coming", "")),
        ("Mina Example – can’t this time", ("Mina Example", "", "declined", "")),
        ("Mina Example (Example Labs; coming remotely)", ("Mina Example", "", "remote", "Example Labs")),
        ("Anne-Marie O'Example <a@example.org>", ("Anne-Marie O'Example", "a@example.org", "none", "")),
        ("Łukasz Przykład <l@example.org>", ("Łukasz Przykład", "l@example.org", "none", "")),
    ],
)
def test_a_line_is_read_as_people_write_it(line, expected):
    assert read_one(line) == expected


@pytest.mark.parametrize(
    "line",
    ["Attendees:", "12345", "Two a@example.org b@example.org people", "Mina <mina@example>", "# a comment", "A" * 1001],
)
def test_a_line_that_names_nobody_is_kept_and_explained(line):
    reading = pasted.read(line)

    assert (reading.entries, len(reading.unread)) == ([], 1)
    assert reading.unread[0].why


def test_a_line_of_a_mail_program_names_several_people():
    reading = pasted.read("Mina Example <m@example.org>, Oskar Fictive <o@example.org>; Tomas <t@example.org>")

    assert [(each.number, each.name, each.address) for each in reading.entries] == [
        (1, "Mina Example", "m@example.org"),
        (2, "Oskar Fictive", "o@example.org"),
        (3, "Tomas", "t@example.org"),
    ]


def test_the_same_person_twice_counts_once_and_is_said():
    text = "Mina Example <m@example.org>\nmina  EXAMPLE\nM@example.org\nMina Example <other@example.org>"
    reading = pasted.read(text)

    assert [each.address for each in reading.entries] == ["m@example.org", "other@example.org"]
    assert [each.line for each in reading.doubles] == [2, 3]


def test_a_list_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match="several parts"):
        pasted.read("Somebody\n" * 1001)


@given(st.text(max_size=2000))
def test_no_line_is_dropped_unseen(text):
    reading = pasted.read(text)

    seen = {each.line for each in [*reading.entries, *reading.unread, *reading.doubles]}
    lines = {number for number, line in enumerate(text.splitlines(), start=1) if any(c.isalnum() for c in line)}
    assert lines <= seen
    assert all(len(each.name) <= 200 and "\n" not in each.name for each in reading.entries)


@pytest.mark.parametrize("line", ["foo@", "Foo Example <foo@>", "Foo Example foo@ bar", "a@b@", "Foo (foo@)"])
def test_half_an_address_is_no_person_and_the_line_says_why(line):
    reading = pasted.read(line)

    assert not reading.entries
    assert "is not a mail address" in reading.unread[0].why
