"""The declared table of rights (tests/rights.py) against the site as it is."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from attendees.actions import links
from attendees.models import InboundMail, LetterReason
from tests import factories, rights, somebody
from tests.conftest import client_of
from topics.models import Release
from uconf.lib import clock
from uconf.models import Microconference, ProposalSource

pytestmark = pytest.mark.django_db

IDENTITIES = [
    "anonymous", "link valid", "link expired", "link revoked", "link of another person", "helper", "lead",
    "lead of another mc", "committee", "committee of another conference",
]  # fmt: skip
LINK_IDENTITIES = [each for each in IDENTITIES if each.startswith("link")]
OPEN, LOGIN, MISSING, NOT_THERE = "open", "sign in", "missing", "method not answered"
FORBIDDEN, REFUSED = "forbidden", "refused"  # by the right, and by what was sent


def declared(words, identity):
    """The answer that the table promises an identity."""
    without_account = identity == "anonymous" or identity in LINK_IDENTITIES
    allowed = {
        rights.TEAM: {"lead", "helper"},
        rights.LEADS: {"lead"},
        rights.COMMITTEE: {"committee"},
        rights.ANY_COMMITTEE: {"committee", "committee of another conference"},
    }
    if words == rights.PUBLIC:
        return OPEN
    if words in (rights.DEVELOPER, rights.TICKET):
        return MISSING
    if words == rights.LINK:
        return OPEN if identity in ("link valid", "link of another person") else MISSING
    if words == rights.SIGNED_IN:
        return LOGIN if without_account else OPEN
    if without_account:
        return LOGIN
    return OPEN if identity in allowed[words] else MISSING


def patterns(found=None, namespace="", route=""):
    """Every URL name of the site with its route, the admin's too."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            yield f"{namespace}{each.name}", f"{route}{each.pattern}"
        else:
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from patterns(each.url_patterns, inner, f"{route}{each.pattern}")


NAMES = sorted({name for name, _route in patterns() if not name.startswith("admin:")})


class World:
    """Two microconferences with something in every room, and somebody for each identity."""

    def __init__(self):
        self.mc, self.other = (
            factories.MicroconferenceFactory(scheduled=True),
            factories.MicroconferenceFactory(accepted=True),
        )
        self.conference = self.mc.conference
        self.lead = factories.LeadFactory(microconference=self.mc)
        self.helper = factories.HelperFactory(microconference=self.mc)
        self.foreign = factories.LeadFactory(microconference=self.other)
        self.chair, self.other_chair = factories.UserFactory(), factories.UserFactory()
        self.conference.committee.add(self.chair, factories.UserFactory())
        self.other.conference.committee.add(self.other_chair)
        self.attendee = factories.AttendeeFactory(microconference=self.mc)
        self.elsewhere = factories.AttendeeFactory(microconference=self.other)
        self.topic = factories.TopicFactory(microconference=self.mc, accepted=True)
        self.session = factories.SessionFactory(microconference=self.mc)
        self.draft = factories.DraftFactory(microconference=self.mc)
        factories.AgendaItemFactory(draft=self.draft, session=self.session, topic=self.topic)
        self.outcome = factories.OutcomeFactory(microconference=self.mc)
        self.round = factories.RoundFactory(microconference=self.mc)
        self.letter = factories.LetterFactory(microconference=self.mc, to_person=self.attendee.person)
        LetterReason.objects.create(
            letter=self.letter, person=self.attendee.person, attendee=self.attendee, round=self.round, dedupe_key="one"
        )
        self.answer = factories.AnswerFactory(attendee=self.attendee, round=self.round)
        self.mail = InboundMail.objects.create(
            microconference=self.mc, person=self.attendee.person, state="waiting", kind="unclear", why="more"
        )
        ProposalSource.objects.create(microconference=self.mc, text="A proposal.")
        self.second = factories.TopicFactory(microconference=self.mc)
        self.neighbour = factories.MicroconferenceFactory(conference=self.conference, accepted=True)
        self.room = factories.RoomFactory(conference=self.conference)
        self.edition = factories.MicroconferenceFactory(earlier=True, series=self.mc.series)
        Release.objects.create(
            microconference=self.mc, number=1,
            content={"version": 1, "timezone": "Europe/Dublin", "sessions": [], "if_time": []},
        )  # fmt: skip
        self.tokens = self._tokens()

    def _tokens(self):
        """A token for each link identity and purpose."""
        found = {}
        for kind in ("answer", "stop"):
            found["link valid", kind] = links.link_for(person=self.attendee.person, kind=kind).token
            found["link of another person", kind] = links.link_for(person=self.elsewhere.person, kind=kind).token
            old = links.link_for(person=factories.AttendeeFactory(microconference=self.mc).person, kind=kind)
            old.expires_at = clock.now() - timedelta(minutes=1)
            old.save()
            found["link expired", kind] = old.token
            revoked = links.link_for(person=factories.AttendeeFactory(microconference=self.mc).person, kind=kind)
            links.renew(person=revoked.person, kind=kind)
            found["link revoked", kind] = revoked.token
        return found

    def client(self, identity):
        user = {
            "helper": self.helper.user, "lead": self.lead.user, "lead of another mc": self.foreign.user,
            "committee": self.chair, "committee of another conference": self.other_chair,
        }.get(identity)  # fmt: skip
        return client_of(user) if user else Client()

    def form(self, name):
        """What a button of the page sends, where an empty form would mean nothing at all."""
        return {
            "topics:decide": "state=if_time", "topics:decide_many": "state=if_time", "topics:move": "step=up",
            "topics:merge": f"into={self.second.public_id}", "uconf:merge": f"into={self.neighbour.slug}",
            "attendees:letters_calendar_do": f"person={self.attendee.public_id}&round={self.round.public_id}&step=1",
            "attendees:test_letter": "kind=first_coming",
            "attendees:undo_answer": f"answer={self.answer.pk}", "attendees:letter_do": "do=discard", "attendees:reply_do": "do=nothing",
            "outcomes:state": "to=held", "attendees:outbox_do": "do=pause",
        }.get(name, "")  # fmt: skip

    def url(self, name, identity="lead"):
        words = {
            "conference": self.conference.slug, "mc": self.mc.slug, "topic": self.topic.public_id,
            "attendee": self.attendee.public_id, "session": self.session.public_id, "outcome": self.outcome.public_id,
            "round": self.round.public_id, "letter": self.letter.public_id, "mail": self.mail.public_id,
            "room": self.room.public_id, "draft": self.draft.public_id,
            "person": self.lead.person.public_id, "series": self.mc.series.slug, "number": 1, "kind": "first_coming",
            "year": self.edition.year, "user": self.chair.pk,
        }  # fmt: skip
        if rights.LINK in rights.TABLE.get(name, ()):
            kind = "stop" if name == "attendees:stop" else "answer"
            words["token"] = self.tokens.get((identity, kind), "no-such-token")
        elif name in ("attendees:join_confirm", "attendees:confirm_address", "attendees:digest"):
            words["token"] = "no-such-token"
        if name == "uconf:sign_in_link":
            words |= {"user": "1", "token": "no-such-token"}
        route = next(route for each, route in patterns() if each == name)
        return reverse(name, kwargs={key: value for key, value in words.items() if f":{key}>" in route})


@pytest.fixture
def world():
    return World()


def seen(response):
    """An answer as the table says it."""
    if response.status_code == 405:
        return NOT_THERE
    if response.status_code in (404, 410):
        return MISSING
    if response.status_code == 302 and response.url.startswith(reverse("account_login") + "?next="):
        return LOGIN
    if response.status_code == 403:
        return FORBIDDEN
    if response.status_code in (400, 409, 422):
        return REFUSED
    assert response.status_code < 500 or response.status_code == 503, response.status_code
    return OPEN


def test_every_address_is_declared_and_no_other():
    assert set(NAMES) == set(rights.TABLE)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("identity", IDENTITIES)
def test_everybody_gets_what_the_rights_table_says(world, identity, method):
    wrong = []
    for name in NAMES:
        words = rights.TABLE[name][method == "POST"]
        if name == "uconf:sign_in_link":  # its token decides, not who comes with it: none of these is good
            continue
        if identity in LINK_IDENTITIES and words != rights.LINK:
            continue  # a link brings no cookie: on every other page its holder is anonymous, letter by letter
        with transaction.atomic():
            client = world.client(identity)
            form = world.form(name) if method == "POST" else ""
            response = client.generic(
                method, world.url(name, identity), form, content_type="application/x-www-form-urlencoded"
            )
            transaction.set_rollback(True)  # the next address meets the world as it was
        got = seen(response)
        expected = {NOT_THERE} if words == rights.NOBODY else {declared(words, identity)}
        if expected == {OPEN} and method == "POST":
            expected.add(REFUSED)  # the form may be: that nobody is by who they are, the next test says
        if words == rights.NOBODY:
            # What may not be asked this way is refused as such, or not shown to exist; it is never open.
            expected |= {LOGIN, MISSING}
        if got not in expected:
            wrong.append(f"{name}: {got} ({response.status_code}), declared {words}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("words", "identities"),
    [
        (rights.TEAM, ("lead", "helper")),
        (rights.ANY_COMMITTEE, ("committee", "committee of another conference")),
        (rights.PUBLIC, ("anonymous", "helper", "lead of another mc", "committee")),
    ],
)
def test_all_who_may_act_get_the_same_answer_to_the_same_form(world, words, identities):
    """A refusal in a sentence that one of them gets and another does not would be a right that the table hides."""
    clients = {each: world.client(each) for each in identities}
    differ = []
    for name in NAMES:
        if rights.TABLE[name][1] != words or name.startswith("account_") or name == "uconf:sign_in_link":
            continue  # signing in answers those who are in already in another way
        got = {}
        for identity, client in clients.items():
            with transaction.atomic():
                got[identity] = seen(
                    client.generic(
                        "POST", world.url(name), world.form(name), content_type="application/x-www-form-urlencoded"
                    )
                )
                transaction.set_rollback(True)
        if len(set(got.values())) > 1:
            differ.append(f"{name}: {got}")

    assert not differ, "\n".join(differ)


def test_a_foreign_thing_looks_like_a_missing_one(world):
    """Somebody else's topic, person, letter … and one that is not there: same status, same page."""
    client = client_of(world.foreign.user)
    compared = []
    for name in NAMES:
        if rights.TABLE[name][0] not in (rights.TEAM, rights.LEADS):
            continue
        foreign = client.get(world.url(name))
        missing = client.get(world.url(name).replace(world.mc.slug, "no-such-mc"))
        compared.append((name, foreign.status_code, foreign.content == missing.content))

    assert {(status, same) for _name, status, same in compared} == {(404, True)}


def test_a_thing_of_another_microconference_is_not_found_under_ones_own(world):
    """A lead's own address with the id of somebody else's row in it."""
    mine = {"conference": world.other.conference.slug, "mc": world.other.slug}
    client = client_of(world.foreign.user)
    ids = {
        "topics:edit": {"topic": world.topic.public_id},
        "topics:merge": {"topic": world.topic.public_id},
        "topics:delete": {"topic": world.topic.public_id},
        "topics:change_session": {"session": world.session.public_id},
        "topics:remove_session": {"session": world.session.public_id},
        "topics:draft": {"draft": world.draft.public_id},
        "topics:take_back": {"number": 1},
        "attendees:record_answer": {"attendee": world.attendee.public_id},
        "attendees:remove_person": {"attendee": world.attendee.public_id},
        "attendees:erase_person": {"attendee": world.attendee.public_id},
        "attendees:letter": {"letter": world.letter.public_id},
        "attendees:round": {"round": world.round.public_id},
        "attendees:reply_do": {"mail": world.mail.public_id},
        "outcomes:edit": {"outcome": world.outcome.public_id},
        "outcomes:remove": {"outcome": world.outcome.public_id},
        "uconf:member": {"person": world.lead.person.public_id},
    }

    for name, words in ids.items():
        for method in ("get", "post"):
            if rights.TABLE[name][method == "post"] == rights.NOBODY:
                continue
            response = getattr(client, method)(reverse(name, kwargs=mine | words))
            assert response.status_code == 404, (name, method)


def test_the_admin_is_closed_to_everybody_but_administrators(world):
    addresses = [
        f"/{route}" for name, route in patterns() if name.startswith("admin:") and "<" not in route and "?" not in route
    ]
    assert len(addresses) > 10
    clients = {identity: world.client(identity) for identity in ("anonymous", "lead", "committee")}
    before = somebody.counts()
    for identity, client in clients.items():
        for address, method in itertools.product(addresses, ("get", "post")):
            if address == reverse("admin:logout"):
                continue  # everybody may leave
            response = getattr(client, method)(address, {"action": "delete_selected", "_selected_action": "1"})
            assert response.status_code in (302, 403, 404), (identity, method, address, response.status_code)
            if response.status_code == 302:
                assert "/login/" in response.url, (identity, method, address, response.url)
    assert somebody.counts() == before


def test_the_admin_shows_and_changes_nothing(world):
    administrator = factories.UserFactory(is_staff=True, is_superuser=True)
    client = client_of(administrator)

    shown = client.get(reverse("admin:uconf_person_changelist"))
    refused = client.post(reverse("admin:uconf_person_delete", args=[world.attendee.person.pk]), {"post": "yes"})

    assert (shown.status_code, refused.status_code) == (200, 403)


@pytest.mark.parametrize("identity", ["anonymous", "link valid", "lead", "committee"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(world, identity, method):
    """Every GET address, inside a transaction that the database itself keeps read-only."""
    client = world.client(identity)
    refused = []
    for name in NAMES:
        try:
            with transaction.atomic():
                with read_only():
                    client.generic(method, world.url(name, identity))
                transaction.set_rollback(True)
        except Exception as problem:  # noqa: BLE001  (whatever it is, it is a finding)
            refused.append(f"{name}: {problem!r}")

    assert not refused, "\n".join(refused)


class read_only:  # noqa: N801  (used like a function)
    """The database refuses to write, whatever the site's own middleware does."""

    def __enter__(self):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL transaction_read_only = on")
            else:
                cursor.execute("PRAGMA query_only = ON")

    def __exit__(self, *problem):
        if connection.vendor != "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA query_only = OFF")


def test_a_link_of_one_purpose_opens_nothing_else(world):
    answer, stop = world.tokens["link valid", "answer"], world.tokens["link valid", "stop"]

    assert Client().get(reverse("attendees:answer", args=[stop])).status_code == 404
    assert Client().get(reverse("attendees:stop", args=[answer])).status_code == 404


def test_a_draft_is_public_nowhere(world):
    Microconference.objects.filter(pk=world.mc.pk).update(state=Microconference.State.DRAFT)

    for name in (
        "uconf:microconference",
        "topics:detail",
        "topics:schedule",
        "topics:release",
        "outcomes:public",
        "topics:propose",
    ):
        assert Client().get(world.url(name)).status_code == 404, name
