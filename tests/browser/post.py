"""Letters of every kind that anybody gets, sent into a site's mailbox, for what follows their links.

Run inside the site's own database: `manage.py shell -c "from tests.browser import post; post.make()"`.
"""

from datetime import timedelta

from attendees.actions import answers, joining, own
from attendees.models import Letter, LetterReason
from attendees.outreach import actions, compose, delivery, digest, thanks, trying
from attendees.outreach.notes import queue_note
from tests import factories
from tests.factories import (
    AskingFactory,
    AttendeeFactory,
    LeadFactory,
    LetterFactory,
    MicroconferenceFactory,
    PersonFactory,
    RoundFactory,
)
from uconf.lib import clock
from uconf.lifecycle import inviting
from uconf.models import Microconference, User

LEAD, CHAIR = "davidlohr.bueso@example.org", "committee@example.org"


def make():
    """Every kind of letter by the action that writes it; a kind that has none here yet goes as a plain letter."""
    factories.number_from(30_000)
    mc = Microconference.objects.select_related("conference").get(slug="performance-and-scalability")
    lead = User.objects.get(email=LEAD)
    round = mc.rounds.filter(question="coming").first() or RoundFactory(microconference=mc)
    people = [
        AttendeeFactory(microconference=mc, person=PersonFactory(name=f"Scanned Example {each}")) for each in range(4)
    ]
    _first(mc, lead, round, people[0])
    _reminder(round, people[1])
    own.send_new_link(address=people[2].person.address)
    own.correct(
        person=people[3].person, name="Scanned Example", affiliation="", address="scanned.new@example.org",
        by=people[3].person,
    )  # fmt: skip
    joining.ask_to_join(microconference=mc, name="Jo Example", address="jo@example.org")
    joining.ask_to_join(microconference=mc, name="Scanned Example", address=people[0].person.address)
    inviting.invite_lead(microconference=mc, address="new.lead@example.org", name="New Lead", by=lead)
    inviting.invite_committee_member(
        conference=mc.conference, address="new.chair@example.org", name="New Chair", by=User.objects.get(email=CHAIR)
    )
    trying.try_letter(letter=Letter.objects.filter(kind=Letter.Kind.FIRST).first(), by=lead)
    _thanks(mc, lead)
    _digest(lead, people[3], round)
    _any_other(mc, people[0])
    while delivery.deliver_waiting():
        pass
    left = set(Letter.Kind.values) - set(Letter.objects.filter(state="sent").values_list("kind", flat=True))
    assert not left, f"no letter went of the kinds {left}"


def _first(mc, lead, round, attendee):
    subject, body = compose.wording(mc, compose.text_kind(round.question, again=False))
    letters = actions.write_letters(
        microconference=mc, round=round, attendees=[attendee], subject=subject, body=body,
        asked_by=actions.lead_for(mc, user=lead), by=lead,
    )  # fmt: skip
    actions.approve(letters=letters, by=lead)


def _reminder(round, attendee):
    """A reminder that is due now, whatever the hour is."""
    AskingFactory(attendee=attendee, round=round, at=clock.now() - timedelta(days=30))
    letter = LetterFactory(
        microconference=round.microconference, to_person=attendee.person, kind=Letter.Kind.REMINDER, by_robot=True,
        subject="Re: Will you be there?", body="{answer_link}\n", state=Letter.State.QUEUED,
        due_at=clock.now(), next_try_at=clock.now(), approved_at=clock.now(),
    )  # fmt: skip
    letter.message_id = compose.new_message_id(letter)
    letter.save()
    LetterReason.objects.create(
        letter=letter, person=attendee.person, attendee=attendee, round=round, step=1, dedupe_key=f"scanned-{letter.pk}"
    )


def _thanks(mc, lead):
    declined = MicroconferenceFactory(conference=mc.conference, declined=True)
    member = LeadFactory(microconference=declined, user=lead, person=mc.memberships.get(user=lead).person)
    attendee = AttendeeFactory(microconference=declined, contacted_at=clock.now())
    subject, body = compose.wording(declined, "thanks")
    letters = thanks.write(
        microconference=declined, attendees=[attendee], subject=subject, body=body, lead=member, by=lead
    )
    actions.approve(letters=letters, by=lead)


def _digest(lead, attendee, round):
    """The digest of a lead to whom somebody answered, at the lead's hour of day."""
    answers.record_answer(attendee=attendee, round=round, answer="not_sure", source="link", by=attendee.person)
    moment = clock.now().replace(hour=14, minute=30) + timedelta(days=1)  # allowed in every zone of ours
    while moment.weekday() not in (1, 2, 3):
        moment += timedelta(days=1)
    assert digest.write_digest(user=lead, now=moment) is not None


def _any_other(mc, attendee):
    made = set(Letter.objects.values_list("kind", flat=True))
    for kind in Letter.Kind.values:
        if kind not in made:
            queue_note(
                kind=kind, to_person=PersonFactory(), subject=f"A letter: {kind}", microconference=mc,
                body="{answer_link}\n\n{stop_link}\n", dedupe_key=f"scanned-{kind}", by=None,
            )  # fmt: skip
