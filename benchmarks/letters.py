"""Letters for the benchmarks: written and approved by the real actions, and brought back to the queue to go again."""

from datetime import timedelta

from django.db import connection

from attendees.models import Asking, Attendee, Letter, LetterReason, Round
from attendees.outreach import actions, compose, rendering
from uconf.lib import clock
from uconf.models import Conference, Membership, Microconference, Person, Series, User

MORE = (
    "We have half an afternoon, and would rather settle three things than talk about ten. What helps most is somebody "
    "who has read the patches and is willing to say no. Notes are taken for those who cannot travel, and whoever takes "
    "part from afar is on the big screen and is asked first.\n\n"
    "Last year two of three questions were settled in the room, because the people who maintain the code were there; "
    "the third waited for somebody who had already left for the airport, and it still waits. So we ask early, "
    "and put each topic where those whom it needs can be there. Tell us when you cannot, we can move almost "
    "everything.\n\n"
)
SOME = 500
ENOUGH = 1000  # of what is made in bulk so many have their mail ready, the others get it when they go


def microconference():
    """The accepted microconference that asks, with its lead and the second round; made once."""
    found = Microconference.objects.filter(slug="performance").first()
    if found:
        return found
    today = clock.today("UTC")
    conference = Conference.objects.create(
        name="Benchmark Plumbers Conference", slug="benchmark-plumbers", timezone="Europe/Dublin",
        starts_on=today + timedelta(days=60), ends_on=today + timedelta(days=62),
    )  # fmt: skip
    found = Microconference.objects.create(
        conference=conference, series=Series.objects.create(name="Performance", slug="performance"),
        title="Performance and Scalability", slug="performance", year=today.year, state="accepted",
    )  # fmt: skip
    user = User.objects.create_user(email="lead@example.org", name="Madeup Lead")
    person = Person.objects.create(name=user.name, address=user.email, source="benchmark")
    Membership.objects.create(microconference=found, person=person, user=user, role=Membership.Role.LEAD)
    Round.objects.create(microconference=found, question="coming", answer_by=today + timedelta(days=40), cadence=[10])
    return found


def queue(count):
    """Write and approve first letters to as many new people; gives the letters' keys."""
    mc = microconference()
    lead = User.objects.get(email="lead@example.org")
    subject, body = compose.built_in("first_coming")
    head, blank, rest = body.partition("\n\n")
    body = head + blank + MORE + rest
    done = []
    while len(done) < count:
        attendees = _attendees(mc, min(SOME, count - len(done)))
        written = actions.write_letters(
            microconference=mc, round=mc.rounds.get(), attendees=attendees, subject=subject, body=body,
            asked_by=actions.lead_for(mc, user=lead), by=lead,
        )  # fmt: skip
        done += [each.pk for each in actions.approve(letters=written, by=lead).letters]
    return done


def new_people(count):
    """That many people nobody knows yet."""
    start = Person.objects.count()
    rows = [
        Person(name=f"Madeup Person {start + n}", address=f"p{start + n}@example.org", source="benchmark")
        for n in range(count)
    ]
    return Person.objects.bulk_create(rows)


def _attendees(mc, count):
    return Attendee.objects.bulk_create([Attendee(microconference=mc, person=each) for each in new_people(count)])


def keep():
    """Remember the queue as it is, for ``bring_back``."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS kept")
        cursor.execute(
            "CREATE TABLE kept AS SELECT id, rendered, rendered_from FROM attendees_letter WHERE state = 'queued'"
        )


def bring_back():
    """Put the letters that were kept back into the queue, as if nothing of them had gone; how many there are."""
    now = clock.now()
    Asking.objects.all().delete()
    Attendee.objects.update(status="not_asked", contacted_at=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE attendees_letter AS l SET state = 'queued', sent_at = NULL, dated_at = NULL, reply = '', "
            "claimed_by = '', due_at = %s, next_try_at = %s, rendered = kept.rendered, "
            "rendered_from = kept.rendered_from FROM kept WHERE kept.id = l.id",
            [now, now],
        )
        count = cursor.rowcount
        for table in ("attendees_letter", "attendees_attendee", "attendees_asking"):
            cursor.execute(f"VACUUM ANALYZE {table}")
        cursor.execute("CHECKPOINT")
    return count


def ready_bytes(count):
    """(sender, recipient, bytes) of some queued letters, as a sender would hand them over."""
    pks = list(Letter.objects.filter(state="queued").order_by("pk").values_list("pk", flat=True)[:count])
    mails, _odd = rendering.mails(rendering.load(pks))
    return [(each.sender, each.recipient, each.dated(clock.now())) for each in mails]


def check_all_sent(count):
    """Stop unless every letter is sent, and everybody who got one counts as asked."""
    assert Letter.objects.filter(state="sent", claimed_by="").count() == count
    assert Asking.objects.count() == count


def fill_up(count):
    """Let that many letters wait, each to somebody of its own: one real letter, and others like it, made in bulk."""
    mc = microconference()
    model = Letter.objects.get(pk=queue(1)[0])
    round, now = mc.rounds.get(), clock.now()
    while (missing := count - Letter.objects.filter(state="queued").count()) > 0:
        attendees = _attendees(mc, min(2000, missing))
        made = Letter.objects.bulk_create(
            Letter(
                microconference=mc, to_person_id=each.person_id, kind="first", subject=model.subject, body=model.body,
                state="queued", asked_by_id=model.asked_by_id, approved_by_id=model.approved_by_id, approved_at=now,
                due_at=now, next_try_at=now, message_id=f"<{each.pk}@uconf.example.org>",
            )
            for each in attendees
        )  # fmt: skip
        LetterReason.objects.bulk_create(
            LetterReason(
                letter=letter, person_id=each.person_id, attendee=each, round=round,
                dedupe_key=f"{each.person_id}:first:{round.pk}:0",
            )
            for letter, each in zip(made, attendees, strict=True)
        )  # fmt: skip
        prepared = Letter.objects.exclude(rendered=None).count()
        rendering.prepare(each.pk for each in made[: max(0, ENOUGH - prepared)])
