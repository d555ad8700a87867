"""The addresses under which mail comes in."""

import pytest

from attendees.models import Letter
from attendees.outreach import compose
from attendees.outreach.inbound import addressing
from tests.factories import ConferenceFactory, LeadFactory, LetterFactory, MicroconferenceFactory

pytestmark = pytest.mark.django_db


def test_an_address_finds_its_letter_whatever_its_capitals():
    letter = LetterFactory()

    found = addressing.find([addressing.of_letter(letter).upper()])

    assert (found.letter, found.microconference) == (letter, letter.microconference)


def test_an_address_outlives_a_change_of_the_microconferences_own():
    mc = MicroconferenceFactory(slug="before")
    address = addressing.of_microconference(mc)
    mc.slug = "after"
    mc.save()

    assert address.startswith("before.")
    assert addressing.find([address]).microconference == mc


@pytest.mark.parametrize("slug", ["a", "x" * 80, "no-a-v"])
def test_it_fits_into_what_smtp_carries(slug):
    letter = LetterFactory(microconference__slug=slug)

    for address in (addressing.of_letter(letter), addressing.without_inbound(letter.microconference)):
        local, _at, _domain = address.partition("@")
        assert len(local) <= 64 and local == local.lower()


def test_a_changed_address_is_nobodys():
    letter = LetterFactory()
    address = addressing.of_letter(letter)
    local, _at, domain = address.partition("@")

    for place, each in enumerate(local[:-1]):
        if place < local.index(".") or each in ".+":
            continue
        other = local[:place] + ("a" if each != "a" else "b") + local[place + 1 :]
        found = addressing.find([f"{other}@{domain}"])
        assert found is None or found.letter is None, other
    assert addressing.find([address.replace("testserver", "example.org")]) is None


def test_no_two_microconferences_write_from_the_same_address(settings):
    mcs = [MicroconferenceFactory(conference=ConferenceFactory(), slug="tracing") for _each in range(2)]

    for settings.INBOUND_MAIL in (True, False):
        letters = [LetterFactory(microconference=each) for each in mcs]
        assert len({compose.sender(each).addr_spec for each in letters}) == 2
        assert len({compose.envelope(each) for each in letters}) == 2


def test_ours_is_what_the_site_writes_from_and_nobody_elses_mailbox_in_its_domain(settings):
    letter = LetterFactory()
    about_nothing = LetterFactory(microconference=None, kind=Letter.Kind.DIGEST)
    froms = []
    for settings.INBOUND_MAIL in (True, False):
        for each in (letter, about_nothing):
            froms += [compose.sender(each).addr_spec, compose.envelope(each)]

    mc = letter.microconference
    assert [each for each in froms if not addressing.is_ours(each.upper(), mc)] == []
    for somebody in ("jan", "jan.madeup", "no-reply.jan", f"{mc.slug}", "mailer-daemon"):
        assert not addressing.is_ours(f"{somebody}@{settings.MAIL_DOMAIN}", mc)
    assert not addressing.is_ours(addressing.of_letter(letter).replace("testserver", "example.org"), mc)


def test_replies_go_to_the_lead_and_to_the_letter_where_mail_comes_in(settings):
    lead = LeadFactory()
    letter = LetterFactory(microconference=lead.microconference, asked_by=lead)

    assert [each.addr_spec for each in compose.reply_to(letter)] == [
        lead.person.address, addressing.of_letter(letter),
    ]  # fmt: skip
    settings.INBOUND_MAIL = False
    assert [each.addr_spec for each in compose.reply_to(letter)] == [lead.person.address]


def test_what_comes_back_finds_its_letter_by_the_envelope():
    letter = LetterFactory(kind=Letter.Kind.REMINDER)

    assert addressing.find([compose.envelope(letter)]).letter == letter
