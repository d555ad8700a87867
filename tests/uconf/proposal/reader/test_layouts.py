"""The grammar of layouts, one rule at a time."""

import pytest

from uconf.proposal.reader import read
from uconf.proposal.reader.states import state_of


def topics(text: str) -> list[tuple[str, str]]:
    return [(topic.title, topic.description) for topic in read(text).topics]


@pytest.mark.parametrize("mark", ["-", "*", "+", "•", "–", "1.", "1)", "(1)", "a)", "a.", "\t-", "\t*", "‣", "[ ]"])
def test_any_mark_makes_an_item(mark):
    text = f"Kites\n\nTopics:\n\n{mark} Tails\n{mark} Strings\n"

    assert topics(text) == [("Tails", ""), ("Strings", "")]


@pytest.mark.parametrize(
    "heading",
    ["Topics:", "TOPICS", "Topics\n======", "Topics\n------", "## Topics", "**Topics**", "**Topics:**", "__Topics__", "Potential topics",
     "+--------+\n| Topics |\n+--------+", "******\nTopics\n******", "######\nTopics\n######", "=== Topics ===", "Suggested topics:",
     "Proposed topics", "Agenda", "Discussion topics:", "Tentative schedule:", "Here are some things to discuss:", "Agenda items",
     "We would like to discuss the following:", "Topics we hope to cover:"],
)  # fmt: skip
def test_any_heading_that_names_topics_opens_them(heading):
    text = f"Kites\n\nKites pull.\n\n{heading}\n\n- Tails\n- Strings\n"

    reading = read(text)

    assert [topic.title for topic in reading.topics] == ["Tails", "Strings"]
    assert (reading.title, reading.summary, reading.not_understood) == ("Kites", "Kites pull.", ())


@pytest.mark.parametrize(
    "heading",
    ["Goals:", "Our aims are:", "Outcomes from 2019:", "MC leads:", "Key attendees:", "Links:", "Schedule:", "Previous topics:",
     "Topics covered in 2019:", "Requirements:", "Not planned:", "Expected outcomes:"],
)  # fmt: skip
def test_other_lists_are_not_topics(heading):
    assert topics(f"Kites\n\nKites pull.\n\n{heading}\n\n- tails that hold\n- strings that do not\n") == []


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("**Tails**: they swing", ("Tails", "they swing")),
        ("**Tails** - they swing", ("Tails", "they swing")),
        ("**Tails.** They swing.", ("Tails", "They swing.")),
        ("Tails: they swing", ("Tails", "they swing")),
        ("Tails - they swing", ("Tails", "they swing")),
        ("Tails — they swing", ("Tails", "they swing")),
        ("Tails. They swing.", ("Tails", "They swing.")),
        ("Why tails? They swing.", ("Why tails?", "They swing.")),
        ("Tails (they swing)", ("Tails", "they swing")),
        ("Tails, e.g. long ones. They swing.", ("Tails, e.g. long ones", "They swing.")),
        ("v2.0 of the tail. It swings.", ("v2.0 of the tail", "It swings.")),
        ("16:00 Tails", ("Tails", "")),
        ("16:00-16:30 - Tails", ("Tails", "")),
    ],
)
def test_a_title_ends_where_its_text_begins(entry, expected):
    assert topics(f"Topics:\n\n- {entry}\n") == [expected]


def test_a_long_first_sentence_gives_a_short_title_and_stays_whole_in_the_text():
    sentence = "Very long tails with several knots in them, so that the wind which comes from all sides at once can hold on to something."

    assert topics(f"Topics:\n\n- {sentence}\n") == [("Very long tails", sentence)]


def test_a_wrapped_item_is_one_line_again():
    text = (
        "Topics:\n\n- Tails: they swing in a wind that\n  comes from behind, and they\nhold in any other.\n- Strings\n"
    )

    assert topics(text) == [
        ("Tails", "they swing in a wind that comes from behind, and they hold in any other."),
        ("Strings", ""),
    ]


def test_sub_items_that_ask_are_the_topics_text():
    text = "Topics:\n\n- Tails\n  - how long?\n  - how many?\n- Strings\n"

    assert topics(text) == [("Tails", "- how long?\n- how many?"), ("Strings", "")]


@pytest.mark.parametrize(
    "mentioned",
    ["Tails (Ann Example, Acme Labs)", "Tails [Ann Example, Acme Labs]", "Acme Labs: Tails (Ann Example)", "Tails (Ann Example <ann@example.org>)",
     "Tails\n  Presenter: Ann Example", "Tails\n  Speaker(s): Ann Example", "Tails\n  Lead: Ann Example", "Tails\n  - Presenter: Ann Example",
     "Tails. Led by Ann Example.", "Tails. Key people: Ann Example.", "Tails. We need people like Ann Example."],
)  # fmt: skip
def test_a_topics_person_is_found(mentioned):
    reading = read(f"Topics:\n\n- {mentioned}\n")

    assert [(topic.title, [person.name for person in topic.people]) for topic in reading.topics] == [
        ("Tails", ["Ann Example"])
    ]


@pytest.mark.parametrize(
    "mentioned",
    [
        "Works with Maple Tree and Transparent Huge Pages",
        "Support for Quick Brown (Lazy Dog)",
        "Including Red Hat and Western Digital",
    ],
)
def test_capitals_alone_do_not_make_a_person(mentioned):
    assert [topic.people for topic in read(f"Topics:\n\n- {mentioned}\n").topics] == [()]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("Ann Example <ann@example.org>", ("Ann Example", "", "ann@example.org", "", "none")),
        ("Ann Example (confirmed)", ("Ann Example", "", "", "", "coming")),
        ("Ann Example <ann@example.org> (tentative)", ("Ann Example", "", "ann@example.org", "", "maybe")),
        ("Ann Example - interested", ("Ann Example", "", "", "", "interested")),
        ("Ann Example: declined", ("Ann Example", "", "", "", "declined")),
        ("Ann Example, Acme", ("Ann Example", "Acme", "", "", "none")),
        ("Ann Example (Acme)", ("Ann Example", "Acme", "", "", "none")),
        ("Ann Example (Acme, remote)", ("Ann Example", "Acme", "", "remote", "coming")),
        ("Ann Example (Acme) - invited", ("Ann Example", "Acme", "", "", "pending")),
        ("[x] Ann Example", ("Ann Example", "", "", "", "coming")),
        ("[ ] Ann Example", ("Ann Example", "", "", "", "none")),
        ("EXAMPLE, Ann (Acme)", ("Ann Example", "Acme", "", "", "none")),
        ("Example, Ann", ("Ann Example", "", "", "", "none")),
        ("Dr. Ann Example", ("Ann Example", "", "", "", "none")),
        ("**Ann Example** – maybe", ("Ann Example", "", "", "", "maybe")),
        ("Ann Example will attend", ("Ann Example", "", "", "", "coming")),
        ("[Ann Example](mailto:ann@example.org)", ("Ann Example", "", "ann@example.org", "", "none")),
        ("Ann van der Example", ("Ann van der Example", "", "", "", "none")),
    ],
)
def test_an_attendee_is_read_from_one_entry(entry, expected):
    (person,) = read(f"Attendees:\n\n- {entry}\n").attendees

    assert (person.name, person.affiliation, person.email, person.note, person.status) == expected


LONG = "https://example.org/" + "x" * 200


@pytest.mark.parametrize(
    ("entry", "title", "address"),
    [
        ('<a href="https://lwn.net/1">One</a> thing', "One thing", "https://lwn.net/1"),
        ('Two, see <a href="https://lwn.net/2">lwn article</a>', "Two, see lwn article", "https://lwn.net/2"),
        ('<a href="https://lwn.net/3">Three</a>: it <b>swings</b>', "Three", "https://lwn.net/3"),
        ('The <b>fourth</b> <a href="https://lwn.net/4">thing: tails</a> - long', "The fourth thing: tails", "https://lwn.net/4"),
        (f'The <a href="{LONG}">fifth</a> thing', "The fifth thing", LONG),
        (f'<a href="{LONG}">{"six " * 30}</a> things', "six " * 21, LONG),
    ],
)  # fmt: skip
@pytest.mark.parametrize("markup", ["<h1>Kites MC</h1><h2>Topics</h2><ul><li>{}</li><li>Tails</li></ul>",
                                    "<h1>Kites MC</h1><h2>Topics</h2><h3>{}</h3><p>They swing.</p><h3>Tails</h3><p>Long.</p>"])  # fmt: skip
def test_a_topics_title_has_its_words_alone_and_its_address_is_a_link(markup, entry, title, address):
    reading = read(markup.format(entry))

    assert [topic.title for topic in reading.topics] == [title.strip(), "Tails"]
    assert [link.url for link in reading.topics[0].links] == [address]


def test_the_title_of_all_has_its_words_alone_and_its_address_opens_the_summary():
    reading = read("<h1><a href='https://example.org/1'>Kites</a> MC</h1><p>Kites pull.</p>")

    assert (reading.title, reading.summary) == ("Kites", "[Kites](https://example.org/1) MC\n\nKites pull.")


@pytest.mark.parametrize("heading", ["Attendees:", "## Key people", "**Participants**", "MC leads:"])
@pytest.mark.parametrize("mark", ["- ", "1. ", ""])
@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("Nina Person <nina@example.org> (interested)", ("Nina Person", "nina@example.org", "interested")),
        ("Otto Person (interested)", ("Otto Person", "", "interested")),
        ("Grace Page (confirmed)", ("Grace Page", "", "coming")),
        ("Grace Page (not contacted)", ("Grace Page", "", "none")),
        ("Will Power <will@example.org>", ("Will Power", "will@example.org", "none")),
        ("[Will Power](mailto:will@example.org)", ("Will Power", "will@example.org", "none")),
        ("Red Hat <red@example.org> (invited)", ("Red Hat", "red@example.org", "pending")),
        ("bob@example.org", ("bob", "bob@example.org", "none")),
        ("<bob@example.org> (confirmed)", ("bob", "bob@example.org", "coming")),
    ],
)
def test_under_a_heading_for_people_an_address_or_a_state_makes_anybody_a_person(heading, mark, entry, expected):
    reading = read(f"Kites MC\n\nKites pull.\n\n{heading}\n\n{mark}Ann Example (declined)\n{mark}{entry}\n")

    assert [(person.name, person.email, person.status) for person in reading.leads + reading.attendees] == [
        ("Ann Example", "", "declined"),
        expected,
    ]


def test_addresses_in_one_line_are_several_people():
    assert [person.name for person in read("Attendees: bob@example.org, ann@example.org\n").attendees] == ["bob", "ann"]


@pytest.mark.parametrize("entry", ["Grace Page", "Grace Page (Acme)", "a hotel room (confirmed)", "Red Hat"])
def test_without_an_address_or_a_state_a_stop_word_makes_no_person(entry):
    assert read(f"Attendees:\n\n- {entry}\n").attendees == ()


@pytest.mark.parametrize(
    "line",
    ["Attendees: Ann Example, Bob Sample (confirmed)", "Attendees: Ann Example and Bob Sample (confirmed)",
     "Attendees: Ann Example; Bob Sample (confirmed)", "Attendees:\nAnn Example,\nBob Sample (confirmed)",
     "**Attendees:** Ann Example & Bob Sample (confirmed)"],
)  # fmt: skip
def test_names_in_one_line_are_several_people(line):
    attendees = read(f"Kites MC\n\nKites pull.\n\n{line}\n").attendees

    assert [(person.name, person.status) for person in attendees] == [("Ann Example", "none"), ("Bob Sample", "coming")]


@pytest.mark.parametrize(
    ("words", "status"),
    [("confirmed", "coming"), ("coming", "coming"), ("attending", "coming"), ("will attend", "coming"), ("remotely", "coming"),
     ("remote", "coming"), ("interested", "interested"), ("tentative", "maybe"), ("maybe", "maybe"), ("not sure", "maybe"), ("tbd", "maybe"),
     ("pending", "pending"), ("response pending", "pending"), ("invited", "pending"), ("contacted", "pending"), ("awaiting reply", "pending"),
     ("no response yet", "pending"), ("declined", "declined"), ("can't", "declined"), ("can’t make it", "declined"), ("no", "declined"),
     ("not attending", "declined"), ("not interested", "declined"), ("not contacted", "none"), ("to be invited", "none")],
)  # fmt: skip
def test_words_have_a_status(words, status):
    state = state_of(words)

    assert state is not None and state[0] == status


@pytest.mark.parametrize("words", ["Acme Labs", "tracing", "northern division", ""])
def test_other_words_have_none(words):
    assert state_of(words) is None


@pytest.mark.parametrize(
    ("written", "label", "url"),
    [
        ("[the series](https://a.example.org/1)", "the series", "https://a.example.org/1"),
        ("<https://a.example.org/1>", "a.example.org/1", "https://a.example.org/1"),
        ("https://a.example.org/1.", "a.example.org/1", "https://a.example.org/1"),
        ("(https://a.example.org/x_(y))", "a.example.org/x_(y)", "https://a.example.org/x_(y)"),
        ("Series: https://a.example.org/1", "Series", "https://a.example.org/1"),
        ("See the v2 series [7].", "v2 series", "https://a.example.org/7"),
        ("It is written down [7].", "a.example.org/7", "https://a.example.org/7"),
        ("Read [the plan][7].", "the plan", "https://a.example.org/7"),
    ],
)
def test_a_link_is_found_however_it_is_written(written, label, url):
    text = f"Topics:\n\n- Tails: they swing. {written}\n\n[7] https://a.example.org/7\n"

    (topic,) = read(text).topics

    assert [(link.label, link.url) for link in topic.links] == [(label, url)]


@pytest.mark.parametrize(
    ("sentence", "year", "leads"),
    [
        ("The last Kites MC was held in 2018 and organized by Ann Example.", 2018, ["Ann Example"]),
        ("Ann Example and Bob Sample led the microconference at LPC 2019.", 2019, ["Ann Example", "Bob Sample"]),
        ("The first edition took place in 2015.", 2015, []),
        ("Ann and Bob Sample ran the previous uconf in 2017, with this schedule.", 2017, ["Ann Example", "Bob Sample"]),
    ],
)
def test_a_sentence_tells_of_an_earlier_edition(sentence, year, leads):
    text = f"Kites MC\n\nKites pull.\n\nLead: Ann Example\n\nTopics:\n- Tails\n\n{sentence}\n"

    (edition,) = read(text).editions

    assert (edition.year, [lead.name for lead in edition.leads]) == (year, leads)


@pytest.mark.parametrize(
    "sentence", ["We propose this for the 2031 conference.", "Kites got popular in 2018.", "The 2031 MC will be fun."]
)
def test_other_years_are_no_editions(sentence):
    assert read(f"Kites MC\n\nKites pull. {sentence}\n").editions == ()


@pytest.mark.parametrize(
    ("text", "agreed"),
    [
        ("I agree to abide by the anti-harassment policy\n\nI agree", True),
        ("[x] I agree to the code of conduct", True),
        ("[ ] I agree to the code of conduct", False),
        ("I agree to abide by the anti-harassment policy: no", False),
        ("I do not agree to the policy", False),
        ("There is a policy for spinlocks.", False),
    ],
)
def test_agreement_to_the_policy(text, agreed):
    assert read(f"Kites MC\n\nKites pull.\n\nTopics:\n\n- Tails\n\n{text}\n").policy_agreed is agreed


def test_equal_names_are_one_person_and_the_fuller_entry_wins():
    attendees = read("Attendees:\n\n- Ann Example\n- Ann Example <ann@example.org> (interested)\n").attendees

    assert [(person.name, person.email, person.status) for person in attendees] == [
        ("Ann Example", "ann@example.org", "interested")
    ]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Kite Control Microconference\n\nKites pull.", "Kite Control"),
        ("Kite Control MC\n\nKites pull.", "Kite Control"),
        ("Microconference proposal: Kite Control\n\nKites pull.", "Kite Control"),
        ("Subject: [CFP] Kite Control uconf\n\nKites pull in every direction there is.", "Kite Control"),
        ("We would like to hold a microconference on Kite Control at the next conference. Kites pull.", "Kite Control"),
        ("We propose the Kite Control Microconference for the next conference. Kites pull.", "Kite Control"),
        ("Kites pull in every direction there is, and nobody has found out why.", ""),
    ],
)
def test_the_title_is_what_the_microconference_is_called(text, title):
    assert read(text).title == title


def test_a_text_without_topics_people_or_outcomes_is_title_and_summary():
    reading = read("Kites\n\nKites pull.\n\nThey always did, and Strong Winds help.\n")

    assert (reading.title, reading.summary) == ("Kites", "Kites pull.\n\nThey always did, and Strong Winds help.")
    assert not (
        reading.leads
        or reading.topics
        or reading.attendees
        or reading.outcomes
        or reading.editions
        or reading.not_understood
    )


@pytest.mark.parametrize("words", ["POSSIBLE TO", "Our open ones:", "## With some"])
def test_a_heading_of_small_words_that_names_no_section_is_kept_as_text(words):
    reading = read(f"Kites\n\nKites pull.\n\n{words}\n\nThey need strings.\n\nTopics:\n- Tails\n- Strings\n")

    kept = reading.summary + " ".join(piece.text for piece in reading.not_understood)
    assert words.strip("# :") in kept
    assert [topic.title for topic in reading.topics] == ["Tails", "Strings"]
