"""The real proposal and the project's sample say the same, and both are read without a loss."""

import pytest

from uconf.proposal.reader import Reading, as_dict, read

TITLES = {
    "seed": [
        "Seamless hypervisor update",
        "Performance characteristics of RT spinlocks",
        "Accounting CPU-intensive kernel threads in the CPU controller via remote charging",
        "Design discussion and performance characteristics of Maple Tree",
        "mmap_sem contention in procfs",
        "futex2",
        "Batching optimizations in the internals of get_user_pages() and put_user_pages()",
        "NUMA-aware spinlocks",
        "Fast kdump for embedded devices",
    ],
    "sample": [
        "Seamless hypervisor update",
        "Performance characteristics of RT spinlocks",
        "Accounting CPU-intensive kernel threads in the CPU controller",
        "Maple Tree",
        "mmap_sem contention in procfs",
        "futex2",
        "Batching in get_user_pages() and put_user_pages()",
        "NUMA-aware spinlocks",
        "Fast kdump for embedded devices",
    ],
}


@pytest.fixture(params=["seed", "sample"])
def which(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def reading(which: str, request: pytest.FixtureRequest) -> Reading:
    return read(request.getfixturevalue(f"{which}_text"))


def test_the_title_loses_the_word_microconference(reading):
    assert reading.title == "Performance and Scalability"


def test_the_summary_is_the_paragraph_before_the_topics(reading):
    first_paragraph = reading.text.split("\n\n")[1]

    assert reading.summary == first_paragraph


def test_classifications_are_read_even_from_the_middle_of_a_line(reading):
    assert reading.session_classification == "Performance and Scalability MC"
    assert reading.track_classification == "Performance and Scalability MC"


def test_the_policy_is_agreed_to(reading):
    assert reading.policy_agreed is True


def test_primary_authors_are_the_leads_with_their_names_the_usual_way_round(reading):
    assert [(lead.name, lead.affiliation) for lead in reading.leads] == [
        ("Davidlohr Bueso", "SUSE Labs"),
        ("Daniel Jordan", ""),
        ("Pavel Tatashin", ""),
    ]


def test_there_are_nine_topics_with_short_titles(reading, which):
    assert [topic.title for topic in reading.topics] == TITLES[which]


def test_links_that_lost_their_address_keep_their_label(reading):
    assert [[(link.label, link.url) for link in topic.links] for topic in reading.topics] == [
        [],
        [("Series", "")],
        [("Initial requirement", ""), ("Discussion 1", ""), ("Discussion 2", "")],
        [("v1 series", ""), ("lwn article", "")],
        [],
        [("Series", "")],
        [("Discussion", "")],
        [("series", ""), ("lwn article", "")],
        [],
    ]


def test_key_people_carry_the_note_that_stood_behind_their_name(reading):
    people = [[(person.name, person.note) for person in topic.people] for topic in reading.topics]

    assert people == [
        [("Jason Zeng", "VMM Fast Restart"), ("Anthony Yznaga", "PKRAM"), ("Pavel Tatashin", "")],
        *[[]] * 8,
    ]


def test_every_word_of_a_topic_is_in_its_title_its_text_or_its_links(reading):
    spans = {span.ref: reading.text[span.start : span.end] for span in reading.spans if span.kind == "topic"}

    for number, topic in enumerate(reading.topics, 1):
        kept = " ".join([topic.title, topic.description, *(link.label for link in topic.links)])
        words = {word.strip(".,:;()-") for word in spans[f"T{number}"].split()}
        assert words - {word.strip(".,:;()-") for word in kept.split()} <= {""}


def test_seven_attendees_have_the_status_they_were_given(reading):
    assert [(person.name, person.status) for person in reading.attendees] == [
        ("Alex Kogan", "interested"),
        ("Andre Almeida", "interested"),
        ("Anthony Yznaga", "interested"),
        ("Jason Zeng", "pending"),
        ("Paul McKenney", "interested"),
        ("Peter Zijlstra", "pending"),
        ("Waiman Long", "interested"),
    ]


def test_first_names_alone_are_the_one_known_person_of_that_name(reading):
    edition = reading.editions[0]

    assert (edition.year, [lead.name for lead in edition.leads]) == (
        2018,
        ["Daniel Jordan", "Pavel Tatashin", "Ying Huang"],
    )
    assert [(link.label, link.url) for link in edition.links] == [("schedule", "")]


def test_a_list_under_an_earlier_edition_holds_its_links(reading):
    edition = reading.editions[1]

    assert (edition.year, [lead.name for lead in edition.leads]) == (2015, ["Davidlohr Bueso"])
    assert [link.label for link in edition.links] == ["Blog post", "Wiki page", "LKML announcement"]
    assert len(reading.editions) == 2


def test_outcomes_belong_to_the_edition_told_of_before_them(reading):
    assert [(outcome.edition, [link.label for link in outcome.links]) for outcome in reading.outcomes] == [
        ("2018", ["Patch 1/8", "Patch 6/8", "padata documentation"]),
        ("2018", ["Initial fix", "Follow-on patch"]),
        ("2018", []),
    ]


def test_only_the_closing_sentence_is_not_understood(reading):
    assert [piece.ref for piece in reading.not_understood] == ["?1"]
    assert reading.not_understood[0].text.endswith("soon.")


def test_one_person_has_one_ref_wherever_they_are_named(reading):
    refs: dict[str, set[str]] = {}
    for span in reading.spans:
        if span.ref[:1] in ("L", "P"):
            refs.setdefault(span.ref, set()).add(reading.text[span.start : span.end])

    assert any("Jason Zeng" in text for text in refs["P1"]) and len(refs["P1"]) == 2
    assert refs["L3"] == {"Pavel Tatashin", "Pavel", "TATASHIN, Pavel"}
    assert sorted(refs) == ["L1", "L2", "L3", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"]


def test_the_sample_has_addresses_and_shares_no_sentence_with_the_seed(sample_text, seed_text):
    prose = [line for line in seed_text.splitlines() if not line.startswith("Primary authors")]
    sentences = {part.strip() for line in prose for part in line.split(". ") if len(part) > 60}

    assert all(person.email.endswith("@example.org") for person in read(sample_text).attendees)
    assert [sentence for sentence in sentences if sentence in sample_text] == []


def test_the_json_has_whole_years_and_null(reading):
    outcomes = as_dict(reading)["outcomes"]

    assert [outcome["edition"] for outcome in outcomes] == [2018, 2018, 2018]
    assert as_dict(read("Results:\n\n- It works."))["outcomes"] == [{"text": "It works.", "edition": None, "links": []}]
