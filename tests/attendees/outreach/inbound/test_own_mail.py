"""A lead's own mail, in Cc or Bcc to the microconference's address."""

import base64
import subprocess

import dkim
import pytest

from attendees.actions import status
from attendees.models import Answer, Asking, Attendee, Letter
from attendees.outreach.inbound import addressing, deciding, signatures
from tests.attendees.outreach.inbound.conftest import take_in
from tests.factories import AttendeeFactory, LeadFactory, PersonFactory, RoundFactory
from tests.plugins import services
from tests.plugins.environment import need
from uconf.lib.refusals import Refusal
from uconf.models import Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def key():
    """A new key: its private half in PEM."""
    need("openssl")
    return subprocess.run(
        [services.find("openssl"), "genrsa", "-traditional", "2048"], capture_output=True, check=True
    ).stdout


@pytest.fixture
def name_server(key, monkeypatch):
    """The public key of example.org, as a name server would give it."""
    public = subprocess.run(
        [services.find("openssl"), "rsa", "-pubout", "-outform", "DER"], input=key, capture_output=True, check=True
    ).stdout
    records = {b"mail._domainkey.example.org.": b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)}
    monkeypatch.setattr(signatures, "look_up", lambda name, timeout=5: records.get(name))
    return records


@pytest.fixture
def waldo(microconference):
    RoundFactory(microconference=microconference)
    person = PersonFactory(name="Waldo Madeup", address="waldo@example.org")
    return AttendeeFactory(microconference=microconference, person=person)


def own_mail(lead, to, *, cc="", text="Will you be there?", message_id="<own@example.org>"):
    head = f"From: Leonie Madeup <{lead.email}>\r\nTo: {to}\r\n" + (f"Cc: {cc}\r\n" if cc else "")
    return (
        f"{head}Subject: Tracing\r\nMessage-ID: {message_id}\r\nDate: Tue, 02 Sep 2025 10:00:00 +0000\r\n\r\n{text}\r\n"
    ).encode()


def signed(raw, key, *, domain=b"example.org", headers=(b"from", b"to", b"cc", b"subject", b"date"), **more):
    return dkim.sign(raw, b"mail", domain, key, include_headers=list(headers), **more) + raw


def test_whom_a_signed_mail_of_a_lead_went_to_counts_as_asked_by_them(microconference, lead, waldo, key, name_server):
    raw = signed(own_mail(lead, "waldo@example.org"), key)

    row = take_in(raw, addressing.of_microconference(microconference))  # Bcc: no header says it

    asking = Asking.objects.get()
    waldo.refresh_from_db()
    assert (asking.attendee, asking.how, asking.by) == (waldo, "own_mail", lead)
    assert (waldo.status, waldo.asked_by.user) == (status.Status.PENDING, lead)
    assert (row.kind, row.state, row.person) == ("own_mail", "done", waldo.person)
    assert Letter.objects.count() == 0


def broken(raw, key):
    return signed(raw, key).replace(b"Will you be there?", b"Will you be here??")


@pytest.mark.parametrize("make", [
    lambda raw, key: raw,
    broken,
    lambda raw, key: signed(raw, key, domain=b"evil.example.com"),
    lambda raw, key: signed(raw, key, length=True),
    lambda raw, key: signed(raw, key, headers=(b"from", b"subject")),
    lambda raw, key: b"DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=mail; h=from; bh=x; b=y\r\n" + raw,
], ids=["unsigned", "changed", "another domain", "only its beginning", "without its recipients", "nonsense"])  # fmt: skip
def test_without_a_good_signature_of_their_own_domain_it_waits_for_the_lead(
    microconference, lead, waldo, key, name_server, make
):
    name_server[b"mail._domainkey.evil.example.com."] = name_server[b"mail._domainkey.example.org."]
    raw = make(own_mail(lead, "waldo@example.org"), key)

    row = take_in(raw, addressing.of_microconference(microconference))

    assert (row.kind, row.state, row.why, Asking.objects.count()) == ("own_mail", "waiting", "confirm", 0)


def test_one_confirmation_by_that_lead_is_as_good(microconference, lead, waldo):
    row = take_in(own_mail(lead, "waldo@example.org"), addressing.of_microconference(microconference))
    other = LeadFactory(microconference=microconference)

    with pytest.raises(Refusal):
        deciding.confirm_own(mail=row, by=other.user)
    deciding.confirm_own(mail=row, by=lead)
    deciding.confirm_own(mail=row, by=lead)

    row.refresh_from_db()
    assert (Asking.objects.get().attendee, row.state) == (waldo, "done")


def test_until_it_is_confirmed_it_names_all_it_went_to_and_puts_nobody_on_the_list(microconference, lead, waldo):
    raw = own_mail(lead, "Waldo <waldo@example.org>, Nina New <nina@example.org>", cc=lead.email)
    row = take_in(raw, addressing.of_microconference(microconference))

    with pytest.raises(Refusal, match="whether this mail was yours"):
        deciding.add_suggested(mail=row, addresses=["nina@example.org"], by=lead)

    assert row.suggestions == [["Waldo", "waldo@example.org"], ["Nina New", "nina@example.org"]]
    assert (row.why, Attendee.objects.count(), Asking.objects.count()) == ("confirm", 1, 0)


def test_a_talk_that_goes_on_asks_for_no_confirmation(microconference, lead, waldo):
    row = take_in(own_mail(lead, "waldo@example.org"), addressing.of_microconference(microconference))
    deciding.confirm_own(mail=row, by=lead)

    more = take_in(
        own_mail(lead, "waldo@example.org", message_id="<more@example.org>"),
        addressing.of_microconference(microconference),
    )

    assert (more.kind, more.state, Asking.objects.count()) == ("own_mail", "done", 1)


def test_who_is_not_on_the_list_waits_as_a_suggestion(microconference, lead, waldo):
    raw = own_mail(lead, "waldo@example.org, Nina New <nina@example.org>", cc="old@example.org")
    row = take_in(raw, addressing.of_microconference(microconference))
    deciding.confirm_own(mail=row, by=lead)

    row.refresh_from_db()
    assert (row.state, row.why) == ("waiting", "suggestions")
    assert row.suggestions == [["Nina New", "nina@example.org"], ["", "old@example.org"]]
    assert Attendee.objects.count() == 1

    added = deciding.add_suggested(mail=row, addresses=["nina@example.org"], by=lead)

    row.refresh_from_db()
    assert [each.person.name for each in added] == ["Nina New"]
    assert set(Asking.objects.values_list("attendee__person__name", flat=True)) == {"Waldo Madeup", "Nina New"}
    assert (row.state, row.suggestions) == ("done", [])


def test_whoever_must_not_be_written_to_is_not_put_on_the_list(microconference, lead, waldo):
    Suppression.objects.create(address_hash=Suppression.hash_of("nina@example.org"))
    row = take_in(own_mail(lead, "nina@example.org"), addressing.of_microconference(microconference))
    deciding.confirm_own(mail=row, by=lead)

    with pytest.raises(Refusal):
        deciding.add_suggested(mail=row, addresses=["nina@example.org"], by=lead)
    assert Attendee.objects.count() == 1


def answer_to_own_mail(microconference, lead, text="I'll be there."):
    return (
        f"From: Waldo Madeup <waldo@example.org>\r\nTo: {lead.email}\r\n"
        f"Cc: {addressing.of_microconference(microconference)}\r\nSubject: Re: Tracing\r\n"
        f"Message-ID: <answer@example.org>\r\nIn-Reply-To: <own@example.org>\r\n\r\n{text}\r\n"
    ).encode()


def test_a_reply_to_a_leads_own_mail_is_matched_by_its_references(microconference, lead, waldo):
    row = take_in(own_mail(lead, "waldo@example.org"), addressing.of_microconference(microconference))
    deciding.confirm_own(mail=row, by=lead)

    take_in(answer_to_own_mail(microconference, lead))

    answer = Answer.objects.get()
    assert (answer.attendee, answer.answer, answer.source) == (waldo, "coming", "reply")


def test_a_mail_that_nobody_has_confirmed_makes_no_thread(microconference, lead, waldo):
    take_in(own_mail(lead, "waldo@example.org"), addressing.of_microconference(microconference))

    row = take_in(answer_to_own_mail(microconference, lead))

    assert (Answer.objects.count(), row.state) == (0, "waiting")
