"""Mails and mboxes, uploaded or forwarded, become topics and answers that wait for review."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from attendees.models import Answer, InboundMail
from attendees.outreach.inbound import addressing, handling, mbox
from tests.factories import AttendeeFactory, PersonFactory, RoundFactory
from topics.models import Topic
from uconf import tasks
from uconf.proposal import mailtopics

pytestmark = pytest.mark.django_db

LIST_MAIL = b"""From: Waldo Madeup <waldo@example.org>
To: tracing@lists.example.org
Subject: [TOPIC] Faster tracepoints
List-Id: <tracing.lists.example.org>
Message-ID: <topic@example.org>

Tracepoints cost too much on arm64.
Let us find out why.
"""
ANSWER_MAIL = b"""From: Nina Madeup <nina@example.org>
To: tracing@lists.example.org
Subject: Re: [ANNOUNCE] Tracing MC
Message-ID: <answer@example.org>

I'll be there.
"""
MBOX = b"".join(
    b"From somebody@example.org Tue Sep  2 10:00:00 2031\n" + each + b"\n" for each in (LIST_MAIL, ANSWER_MAIL)
)


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INBOUND_MAIL = True


@pytest.fixture
def nina(microconference):
    RoundFactory(microconference=microconference)
    return AttendeeFactory(microconference=microconference, person=PersonFactory(address="nina@example.org"))


def upload(client, mc, data, name="list.mbox"):
    file = SimpleUploadedFile(name, data)
    return client.post(mc.organize_url("attendees:upload_replies"), {"file": file}, follow=True)


def read():
    handling.read_waiting()
    mailtopics.find_waiting()


def test_an_uploaded_mbox_becomes_topics_and_answers_that_wait(lead_client, lead, microconference, nina):
    upload(lead_client, microconference, MBOX)
    upload(lead_client, microconference, MBOX)
    tasks.read_waiting_mail()

    topic, answer = InboundMail.objects.order_by("pk")
    assert [each.state for each in (topic, answer)] == ["waiting", "waiting"]
    assert topic.topics == [
        {"title": "Faster tracepoints", "problem": "Tracepoints cost too much on arm64.\nLet us find out why."}
    ]
    assert (answer.person, Answer.objects.count(), Topic.objects.count()) == (nina.person, 0, 0)

    page = microconference.organize_url("attendees:replies")
    assert b"Faster tracepoints" in lead_client.get(page).content
    for mail, data in ((topic, {"do": "topics", "topic": "0"}), (answer, {"answer": "coming"})):
        for _twice in range(2):
            lead_client.post(microconference.organize_url("attendees:reply_do", mail.public_id), data)

    assert [each.title for each in Topic.objects.all()] == ["Faster tracepoints"]
    assert (Answer.objects.get().attendee, Answer.objects.get().mail) == (nina, answer)


def test_who_wrote_the_mail_is_the_proposer_if_they_are_on_the_list(lead_client, lead, microconference):
    waldo = AttendeeFactory(microconference=microconference, person=PersonFactory(address="waldo@example.org"))
    upload(lead_client, microconference, LIST_MAIL, "one.eml")
    read()
    mailtopics.add(mail=InboundMail.objects.get(), chosen=["0"], by=lead)

    assert [each.person for each in Topic.objects.get().proposers.all()] == [waldo.person]


def test_a_list_mail_that_a_lead_forwards_to_the_address_waits_for_review(microconference, lead):
    from tests.attendees.outreach.inbound.conftest import take_in

    head = f"From: {lead.email}\nTo: {addressing.of_microconference(microconference)}\nSubject: Fwd: [TOPIC] Faster tracepoints\n"
    attached = (
        head + 'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nLook.\n\n'
        "--b\nContent-Type: message/rfc822\n\n"
    ).encode() + LIST_MAIL + b"\n--b--\n"  # fmt: skip
    take_in(attached)
    read()

    assert {each.subject: [topic["title"] for topic in each.topics] for each in InboundMail.objects.all()} == {
        "Fwd: [TOPIC] Faster tracepoints": ["Faster tracepoints"], "[TOPIC] Faster tracepoints": ["Faster tracepoints"],
    }  # fmt: skip
    assert (Answer.objects.count(), Topic.objects.count()) == (0, 0)


def test_a_proposal_is_taken_apart_into_its_topics(lead_client, microconference):
    text = b"Topics:\n\n* Fast kdump for arm64\n  We lose memory.\n* RT spinlocks\n  They sleep.\n"
    upload(lead_client, microconference, text, "list.txt")
    read()

    assert [each["title"] for each in InboundMail.objects.get().topics] == ["Fast kdump for arm64", "RT spinlocks"]


@pytest.mark.parametrize("data", [b"", b"\n\n \n", b"x" * 1_000_001], ids=["empty", "blank", "too large"])
def test_what_cannot_be_read_is_refused_in_words(lead_client, microconference, data):
    response = upload(lead_client, microconference, data)

    assert InboundMail.objects.count() == 0
    assert b'role="alert"' in response.content or b"messages" in response.content


def test_garbage_is_no_error(lead_client, microconference):
    upload(lead_client, microconference, bytes(range(256)) * 100)
    read()

    assert InboundMail.objects.get().state == "waiting"


def test_an_mbox_is_split_where_mails_begin_and_nowhere_else():
    data = b"From a Tue Sep  2 10:00:00 2031\nSubject: 1\n\n>From here on\nFrom now on\n\nFrom a Tue Sep  2 10:00:01 2031\nSubject: 2\n\nx\n"

    assert [each.count(b"\n") for each in mbox.split(data)] == [4, 3]
    assert b"\nFrom here on" in mbox.split(data)[0]
