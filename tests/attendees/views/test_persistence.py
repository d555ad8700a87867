"""The pages of who to ask and how persistently: suggestions, tables, split lists, calendar, tests to oneself, thanks."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendees.actions import answers
from attendees.models import Answer, Attendee, InboundMail, Interest, Letter, LetterReason
from attendees.outreach import delivery, reminders, trying
from tests.conftest import client_of
from tests.factories import (
    AnswerFactory,
    AskingFactory,
    AttendeeFactory,
    HelperFactory,
    KeyPersonFactory,
    LeadFactory,
    LetterFactory,
    ProposerFactory,
    RoundFactory,
    TopicFactory,
)
from uconf.lib import clock
from uconf.models import ActivityEntry, Person

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2031, 3, 4, 14, 30, tzinfo=UTC)


@pytest.fixture
def url(microconference):
    return lambda name, *args: microconference.organize_url(f"attendees:{name}", *args)


def text(response):
    return " ".join(response.content.decode().split())


def said(response):
    return [str(each) for each in response.context["messages"]]


@pytest.fixture
def waiting(microconference):
    """People who were asked by letter on a Tuesday and have not answered."""
    round = RoundFactory(microconference=microconference, answer_by=datetime(2031, 9, 1).date(), cadence_set_at=TUESDAY)

    def make(count=1):
        found = AttendeeFactory.create_batch(count, microconference=microconference, pending=True, contacted_at=TUESDAY)
        for each in found:
            AskingFactory(attendee=each, round=round, at=TUESDAY)
        return found

    make.round = round
    return make


def test_suggestions_are_put_on_the_list_without_showing_an_address(lead_client, microconference, url, lead):
    topic = TopicFactory(microconference=microconference, title="Maple Tree")
    one, two = ProposerFactory(topic=topic).person, KeyPersonFactory(topic=topic).person

    page = lead_client.get(url("suggestions"))
    refused = lead_client.post(url("suggestions"), {})
    done = lead_client.post(url("suggestions"), {"person": [one.public_id]}, follow=True)

    assert one.name in text(page) and "proposes “Maple Tree”" in text(page)
    assert one.address not in text(page) and two.address not in text(page)
    assert refused.status_code == 422 and "Nobody who could be added is chosen" in text(refused)
    assert said(done) == ["1 person is on the list now. Nobody was written to."]
    attendee = Attendee.objects.get()
    assert (attendee.person, attendee.asked_by.user) == (one, lead)


def test_without_suggestions_the_page_says_what_to_do_next(lead_client, url):
    assert "Nobody to suggest" in text(lead_client.get(url("suggestions")))


TABLE = """name;e-mail;affiliation;status;note;topics;shoe size
Mina Example;mina@example.org;Example Labs;coming;in person on Monday;Maple Tree;38
Known One;known@example.org;;;;;
Stopped One;stopped@example.org;;;;;
Listed One;listed@example.org;;coming;;;
;;;interested;;;
Oskar Fictive;oskar@example.org;;pending;a secret;No Such Topic;40
"""


def test_a_table_is_previewed_like_a_list_and_saved_in_one_go(lead_client, microconference, url):
    from tests.factories import PersonFactory
    from uconf.actions import people as persons

    topic = TopicFactory(microconference=microconference, title="Maple Tree")
    PersonFactory(name="Known One", address="known@example.org")
    AttendeeFactory(microconference=microconference, person__address="listed@example.org")
    persons.suppress(address="stopped@example.org", reason="asked")
    before = Person.objects.count()
    upload = SimpleUploadedFile("people.csv", ("\ufeff" + TABLE).encode())

    page = lead_client.post(url("paste"), {"do": "look", "file": upload})
    stored = Person.objects.count() - before
    form = {"do": "save", "text": page.context["paste_form"]["text"].value(), "seen": page.context["seen"]}
    done = lead_client.post(url("paste"), form, follow=True)

    assert stored == 0
    assert page.context["counts"] == [
        "2 new", "1 known", "1 on the list already", "1 who asked not to be written to", "1 not understood",
    ]  # fmt: skip
    assert "no topic “No Such Topic” here" in text(page) and "left out: shoe size" in text(page)
    assert "the note: it goes with an answer" in text(page)
    assert said(done) == ["3 people are on the list now. Nobody was written to. 2 lines were left out."]
    mina = Attendee.objects.get(person__address="mina@example.org")
    assert (mina.status, mina.person.affiliation) == ("coming", "Example Labs")
    assert (Answer.objects.get().note, Interest.objects.get().topic) == ("in person on Monday", topic)
    assert Attendee.objects.get(person__address="oskar@example.org").status == "pending"
    assert not Letter.objects.exists()


def test_a_file_that_is_no_table_is_refused_at_its_field(lead_client, url):
    response = lead_client.post(url("paste"), {"do": "look", "file": SimpleUploadedFile("x.xlsx", b"PK\x00\x01")})

    assert response.status_code == 422
    assert "This is no text file" in text(response)


def test_five_thousand_rows_are_looked_at_and_saved_in_few_queries(microconference, lead):
    from attendees.actions import paste

    rows = "name,address\n" + "".join(f"Madeup Number{n},number{n}@example.org\n" for n in range(5_000))

    with CaptureQueriesContext(
        connection,
    ) as queries:
        added = paste.save(microconference=microconference, text=rows, choices={}, by=lead)

    assert len(added) == microconference.attendees.count() == 5_000
    assert len(queries) < 300  # SQLite takes some 100 rows in one insert


def test_co_leads_split_the_list_and_filter_by_who_asks(lead_client, microconference, url):
    other = LeadFactory(microconference=microconference)
    mine, theirs = AttendeeFactory.create_batch(2, microconference=microconference)

    done = lead_client.post(
        url("people"), {"do": "assign", "to": other.person.public_id, "person": [theirs.public_id]}, follow=True
    )
    nobody = lead_client.post(url("people"), {"do": "assign", "to": "", "person": [theirs.public_id]}, follow=True)
    filtered = lead_client.get(url("people"), {"by": other.person.public_id})
    unassigned = lead_client.get(url("people"), {"by": "nobody"})

    assert said(done)[0].startswith(f"{other.person} asks 1 person from now on")
    assert said(nobody) == ["Nobody of the team is chosen. Choose who asks them, then press again."]
    assert [each.attendee for each in filtered.context["rows"]] == [theirs]
    assert [each.attendee for each in unassigned.context["rows"]] == [mine]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"part": "key"}, {"Key"}),
        ({"part": "proposer"}, {"Proposer"}),
        ({"part": "interested"}, {"Interested"}),
        ({}, {"Key", "Proposer", "Interested"}),
    ],
)
def test_people_are_chosen_by_their_part_in_a_topic_when_asking_and_on_the_list(
    lead_client, microconference, url, query, expected
):
    topic = TopicFactory(microconference=microconference)
    key, proposer, wants, _none = (
        AttendeeFactory(microconference=microconference, person__name=name)
        for name in ("Key", "Proposer", "Interested", "None")
    )
    KeyPersonFactory(topic=topic, person=key.person)
    ProposerFactory(topic=topic, person=proposer.person)
    Interest.objects.create(attendee=wants, topic=topic, level="need_me")
    query = {"topic": topic.public_id, **query}

    ask, people = lead_client.get(url("ask"), query), lead_client.get(url("people"), query)

    assert {each.attendee.person.name for each in ask.context["can"] if each.is_chosen} == expected
    assert len(ask.context["can"]) == len(expected)
    assert {each.attendee.person.name for each in people.context["rows"]} == expected


def test_asking_by_status_keeps_the_filter_when_it_is_refused(lead_client, microconference, url):
    AttendeeFactory(microconference=microconference, person__name="New One")
    AttendeeFactory(microconference=microconference, interested=True, person__name="Keen One")

    page = lead_client.get(url("ask"), {"status": "interested"})
    refused = lead_client.post(url("ask") + "?status=interested", {"subject": "x", "body": "{nme}"})

    assert [each.attendee.person.name for each in page.context["can"]] == ["Keen One"]
    assert refused.status_code == 422
    assert [each.attendee.person.name for each in refused.context["can"]] == ["Keen One"]


def test_reminders_pause_and_stop_are_set_for_several_people_at_once(lead_client, microconference, url):
    chosen = AttendeeFactory.create_batch(2, microconference=microconference)
    ids = [each.public_id for each in chosen]

    page = lead_client.post(url("people"), {"do": "hold", "person": ids}, follow=True)
    lead_client.post(url("persistence"), {"do": "cadence", "which": "own", "cadence": "5, 6", "person": ids})
    lead_client.post(url("persistence"), {"do": "pause", "until": "2099-01-01", "person": ids})
    far = lead_client.post(url("persistence"), {"do": "pause", "until": "2027-03-01", "person": ids}, follow=True)
    lead_client.post(url("persistence"), {"do": "stop", "person": ids})
    both = [(each.cadence, each.paused_until.year, each.held_at is None) for each in Attendee.objects.all()]
    lead_client.post(url("persistence"), {"do": "go_on", "person": ids})

    assert [each.person.name for each in page.context["picked"]] == sorted(each.person.name for each in chosen)
    assert said(far)[0].startswith("Paused: no letter that asks goes to 2 people before")
    assert both == [([5, 6], 2027, False)] * 2
    assert not Attendee.objects.exclude(held_at=None, paused_until=None).exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"do": "pause"}, "Choose the day before which no letter goes"),
        ({"do": "pause", "until": "2020-01-01"}, "between tomorrow and"),
        ({"do": "cadence", "which": "own", "cadence": ""}, "Write after how many days"),
        ({"do": "cadence", "which": "own", "cadence": "soon"}, "Write numbers of days"),
        ({"do": "cadence", "which": "own", "cadence": "1, 2, 3, 4"}, "At most"),
        ({"do": "cadence"}, "Choose which reminders"),
        ({"do": "dance"}, "Press one of the buttons"),
        ({"do": "stop", "person": []}, "Nobody is chosen yet"),
    ],
)
def test_what_cannot_be_set_is_refused_in_words(lead_client, microconference, url, form, words):
    attendee = AttendeeFactory(microconference=microconference)

    response = lead_client.post(url("persistence"), {"person": [attendee.public_id], **form})

    assert response.status_code == 422
    assert words in text(response)
    attendee.refresh_from_db()
    assert (attendee.cadence, attendee.paused_until, attendee.held_at) == (None, None, None)


def test_people_of_another_list_cannot_be_held(lead_client, url):
    foreign = AttendeeFactory()

    response = lead_client.post(url("persistence"), {"do": "stop", "person": [foreign.public_id]})

    foreign.refresh_from_db()
    assert (response.status_code, foreign.held_at) == (422, None)


@pytest.mark.parametrize("name", ["persistence", "thanks"])
def test_helpers_and_strangers_do_not_find_the_pages_of_leads(microconference, stranger_client, url, name):
    helper = client_of(HelperFactory(microconference=microconference).user)

    assert {client.get(url(name)).status_code for client in (helper, stranger_client)} == {404}


def test_the_calendar_says_what_goes_when_and_why_not_earlier(lead, microconference, url, waiting):
    first, key = waiting(2)
    KeyPersonFactory(topic=TopicFactory(microconference=microconference, accepted=True), person=key.person)

    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        page = client_of(lead).get(url("letters_calendar"))

    entries = [(day.isoformat(), each.step, each.name, each.why) for day, rows in page.context["days"] for each in rows]
    assert entries == [
        ("2031-03-18", 1, first.person, ["robots write Tuesday to Thursday"]),
        ("2031-04-01", 2, first.person, []),
    ]
    assert [(each[1], str(each[2])[:13]) for each in page.context["for_you"]][0] == (key, "A key person:")
    assert "Not this one" in text(page)


def test_one_letter_of_the_calendar_is_left_out_and_goes_after_all(lead, url, waiting):
    [attendee] = waiting()
    one = {"person": attendee.public_id, "round": waiting.round.public_id, "step": "1"}

    with time_machine.travel(TUESDAY + timedelta(days=1), tick=False):
        lead_client = client_of(lead)
        done = lead_client.post(url("letters_calendar_do"), {"do": "skip", **one}, follow=True)
        letter = Letter.objects.get()
        wrong = lead_client.post(url("letters_calendar_do"), {"do": "skip", **one, "step": "3"}, follow=True)
        back = lead_client.post(
            url("letters_calendar_do"),
            {"do": "unskip", "person": attendee.public_id, "letter": letter.public_id},
            follow=True,
        )

    assert said(done) == [f"This reminder to {attendee.person} does not go. The ones after it follow as planned."]
    assert "left out" in text(done) and "Let it go after all" in text(done)
    assert "No reminder 3" in said(wrong)[0]
    assert "goes after all" in said(back)[0]
    assert not Letter.objects.exists()


def test_the_calendar_names_those_to_whom_nothing_goes_and_why(lead_client, microconference, url, waiting):
    stopped, _answered = waiting(2)
    Attendee.objects.filter(pk=stopped.pk).update(letters_stopped_at=TUESDAY)
    answers.record_answer(attendee=_answered, round=waiting.round, answer="cant", source="link", by=_answered.person)

    page = lead_client.get(url("letters_calendar"))

    assert [each[0] for each in page.context["none_at_all"]] == [stopped]


def test_whose_reply_waits_is_in_no_day_of_the_calendar_and_the_pages_lead_to_the_reply(
    lead, microconference, url, waiting
):
    [attendee] = waiting()
    with time_machine.travel(TUESDAY + timedelta(days=14, hours=4), tick=False):
        [queued] = reminders.write_due_reminders()
        mail = InboundMail.objects.create(
            microconference=microconference, person=attendee.person, kind="unclear", state="waiting", subject="Perhaps"
        )

        client = client_of(lead)
        calendar, letters = client.get(url("letters_calendar")), client.get(url("letters"))
        person = client.get(url("person", attendee.public_id))

    there = f"{url('replies')}#m-{mail.public_id}"
    assert queued.state == Letter.State.QUEUED
    assert list(calendar.context["days"]) == [] and calendar.context["held"] == [(attendee, mail)]
    assert f'href="{there}"' in text(calendar) and f'href="{there}"' in text(person)
    assert "1 person wrote back and gets no reminder until somebody has read it" in text(letters)


def test_an_empty_calendar_says_what_to_do(lead_client, url):
    assert "Nothing is planned" in text(lead_client.get(url("letters_calendar")))


def test_the_calendar_costs_the_same_number_of_queries_for_one_and_for_many(lead_client, url, waiting):
    waiting(1)
    with CaptureQueriesContext(connection) as few:
        lead_client.get(url("letters_calendar"))
    waiting(15)
    with CaptureQueriesContext(connection) as many:
        lead_client.get(url("letters_calendar"))

    assert len(few) == len(many)


def test_a_text_is_tried_out_on_oneself_with_links_that_open_nothing(lead_client, microconference, url, lead):
    TopicFactory(microconference=microconference, title="Maple Tree")

    done = lead_client.post(url("test_letter"), {"kind": "first_coming"}, follow=True)
    delivery.sweep()

    letter = Letter.objects.get()
    assert (letter.kind, letter.to_user, letter.to_person, letter.state) == ("test", lead, None, "sent")
    assert letter.subject.startswith("[test] ")
    assert "Maple Tree" in letter.body and "/a/…/" in letter.body and "{" not in letter.body
    assert "uconf keeps your name" in letter.body.replace("\n", " ")
    assert said(done) == [f"A test letter goes to {lead.email} now. Its links open nothing, and nobody else gets it."]
    assert ActivityEntry.objects.filter(what="letter.tested").count() == 1


def test_one_letter_is_tried_out_exactly_as_its_reader_will_see_it(lead_client, microconference, url, lead):
    attendee = AttendeeFactory(microconference=microconference)
    round = RoundFactory(microconference=microconference)
    letter = LetterFactory(microconference=microconference, to_person=attendee.person, body="Hi.\n\n{answer_link}")
    LetterReason.objects.create(letter=letter, person=attendee.person, attendee=attendee, round=round, dedupe_key="one")

    lead_client.post(url("test_letter"), {"letter": letter.public_id})
    twice = lead_client.post(url("test_letter"), {"letter": letter.public_id})

    test = Letter.objects.get(kind="test")
    assert twice.status_code == 302
    assert (test.to_user, test.subject) == (lead, "[test] Will you be there?")
    assert test.body.startswith("Hi.\n\nhttp") and "/a/…/" in test.body
    assert attendee.person.address not in test.body
    letter.refresh_from_db()
    assert letter.state == Letter.State.WRITTEN


def test_test_letters_are_few_an_hour(lead_client, microconference, url, lead, monkeypatch):
    monkeypatch.setattr(trying, "TESTS_AN_HOUR", 1)
    lead_client.post(url("test_letter"), {"kind": "first_coming"})

    refused = lead_client.post(url("test_letter"), {"kind": "reminder_coming"}, follow=True)

    assert said(refused)[-1].startswith("You sent yourself 1 test letters within an hour")
    assert Letter.objects.count() == 1


def test_a_foreign_or_unknown_letter_cannot_be_tried_out(lead_client, url):
    foreign = LetterFactory()

    assert lead_client.post(url("test_letter"), {"letter": foreign.public_id}).status_code == 404
    assert lead_client.post(url("test_letter"), {"kind": "no-such"}).status_code == 404


@pytest.fixture
def declined(microconference):
    """Declined, after one person answered, one was asked, one was not, and one stopped."""
    round = RoundFactory(microconference=microconference)
    people = AttendeeFactory.create_batch(4, microconference=microconference)
    AnswerFactory(attendee=people[0], round=round)
    for each in (people[1], people[3]):
        AskingFactory(attendee=each, round=round)
    Attendee.objects.filter(pk=people[0].pk).update(last_heard_at=TUESDAY)
    Attendee.objects.filter(pk__in=[people[1].pk, people[3].pk]).update(contacted_at=TUESDAY)
    Attendee.objects.filter(pk=people[3].pk).update(letters_stopped_at=TUESDAY)
    microconference.state = "declined"
    microconference.save()
    return people


def test_those_who_were_asked_or_answered_get_one_thank_you_letter(lead_client, microconference, url, declined):
    offer = lead_client.get(url("letters"))
    page = lead_client.get(url("thanks"))
    form = {"subject": "Thanks, {first_name}", "body": "Thank you, {first_name}."}
    everybody = [each.public_id for each in declined]
    refused = lead_client.post(url("thanks"), {"person": everybody, **form})
    review = lead_client.post(url("thanks"), {"person": everybody[:2], **form}, follow=True)
    letters = list(Letter.objects.filter(kind="thanks"))
    done = lead_client.post(
        url("review"), {"letter": [f"{each.public_id}:{each.version}" for each in letters]}, follow=True
    )
    delivery.sweep()

    assert url("thanks") in text(offer)
    assert {each.pk for each in page.context["found"]} == {each.pk for each in declined[:2]}
    assert refused.status_code == 422
    assert "Thank you, Madeup." in text(review)
    assert said(done) == ["2 letters go now."]
    assert {each.state for each in Letter.objects.filter(kind="thanks")} == {Letter.State.SENT}
    assert "nobody to thank" in text(lead_client.get(url("thanks")))


def test_a_thank_you_letter_does_not_go_once_the_decision_is_another(lead_client, microconference, url, declined):
    lead_client.post(url("thanks"), {"person": [declined[0].public_id], "subject": "x", "body": "x"})
    [letter] = Letter.objects.all()
    lead_client.post(url("review"), {"letter": [f"{letter.public_id}:{letter.version}"]})
    microconference.state = "accepted"
    microconference.save()

    delivery.sweep()

    letter.refresh_from_db()
    assert letter.state == Letter.State.CANCELLED


def test_nobody_is_thanked_for_what_is_not_declined(lead_client, microconference, url):
    attendee = AttendeeFactory(microconference=microconference, contacted_at=TUESDAY)

    page = lead_client.get(url("thanks"))
    response = lead_client.post(url("thanks"), {"person": [attendee.public_id], "subject": "x", "body": "x"})

    assert "this letter is for one that is declined" in text(page)
    assert response.status_code == 422
    assert not Letter.objects.exists()


def test_the_page_of_a_person_tells_everything_in_one_line_of_time(lead_client, microconference, url, lead, waiting):
    from attendees.actions import stop

    [attendee] = waiting()
    attendee.askings.update(at=clock.now() - timedelta(days=20))
    letter = LetterFactory(
        microconference=microconference,
        to_person=attendee.person,
        state="sent",
        kind="reminder",
        sent_at=clock.now() - timedelta(days=3),
    )
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=waiting.round, step=1, dedupe_key="one"
    )
    lead_client.post(url("persistence"), {"do": "stop", "person": [attendee.public_id]})
    answers.record_answer(attendee=attendee, round=waiting.round, answer="cant", source="link", by=attendee.person)
    stop.stop_letters(attendee=attendee, by=attendee.person)
    delivery.bounced(person=attendee.person, reason="550", letter=letter)

    page = lead_client.get(reverse("attendees:person", args=[*url("people").split("/")[2:4], attendee.public_id]))

    kinds = [each["kind"] if each["kind"] != "log" else str(each["words"]) for each in page.context["history"]]
    name = f"<b>{attendee.person.name}</b>"
    assert kinds == [
        f"A letter to {name} came back", f"{name} wants no more letters", "answer", f"You stopped letters to {name}",
        "letter", "asked",
    ]  # fmt: skip
    assert "Reminder 1" in text(page)


def test_whoever_never_answers_leaves_the_list_of_drafts_once_a_lead_has_written(lead, microconference, url, waiting):
    [attendee] = waiting()
    Attendee.objects.filter(pk=attendee.pk).update(cadence=[])

    with time_machine.travel(TUESDAY + timedelta(days=11), tick=False):
        client = client_of(lead)
        before = client.get(url("letters"))
        done = client.post(url("persistence"), {"do": "wrote", "person": [attendee.public_id]}, follow=True)
    with time_machine.travel(TUESDAY + timedelta(days=22), tick=False):
        later = client_of(lead).get(url("letters"))

    [(draft, address)] = before.context["drafts"]
    assert draft.body in before.content.decode().replace("&quot;", '"').replace("&#x27;", "'")
    assert address.startswith(f"mailto:{attendee.person.address}?subject=")
    assert said(done) == ["Noted: you wrote to 1 person. For 10 days nothing goes to them from here."]
    assert done.context["drafts"] == []
    assert [each.attendee for each, _address in later.context["drafts"]] == [attendee]
    logged = ActivityEntry.objects.order_by("pk").values_list("what", flat=True)
    assert list(logged) == ["letter.own", "persistence.paused"]
