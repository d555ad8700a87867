"""What happened since yesterday, to each lead in one plain letter: at most once a day, and never for nothing."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.models import Answer, InboundMail, Letter, LetterReason
from attendees.outreach import cadence
from attendees.outreach.notes import queue_note
from topics.models import Topic
from uconf.lib import addresses, clock
from uconf.models import ActivityEntry, Heartbeat, Membership, Microconference, User

SOON = timedelta(days=3)
FIRST_LOOK_BACK = timedelta(days=7)  # over the longest time in which no robot writes
EVERY = timedelta(minutes=15)
MOST_LINES = 20
State = Microconference.State
ALIVE = (State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.SCHEDULED)


@dataclass
class Part:
    """What happened in one microconference: lines by heading."""

    microconference: Microconference
    headings: list = field(default_factory=list)  # (heading, lines)
    due: list = field(default_factory=list)
    is_news: bool = False  # what is only still so is told of, but writes no letter

    @property
    def url(self):
        return settings.BASE_URL + self.microconference.organize_url()


def write_digests():
    """Write to every lead for whom something happened. Gives the letters. Called as often as one likes."""
    now = clock.now()
    Heartbeat.objects.get_or_create(name="digests", defaults={"at": now - 2 * EVERY})
    if not Heartbeat.objects.filter(name="digests", at__lte=now - EVERY).update(at=now):
        return []
    leads = User.objects.filter(
        is_active=True, wants_digest=True, memberships__role=Membership.Role.LEAD,
        memberships__microconference__state__in=ALIVE,
    )  # fmt: skip
    letters = [write_digest(user=user, now=now) for user in leads.distinct().order_by("pk")]
    return [each for each in letters if each is not None]


@transaction.atomic
def write_digest(*, user, now):
    """One lead's digest, if it is their time of day, they had none today, and something happened; else None."""
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    seats = list(
        user.memberships.leads()
        .filter(microconference__state__in=ALIVE)
        .exclude(microconference__conference=None)
        .select_related("person", "microconference__conference")
    )
    if not user.wants_digest or not seats or not _is_their_hour(seats, now):
        return None
    key = f"digest:{user.pk}:{now.astimezone(_zone(seats)).date()}"
    if LetterReason.objects.filter(dedupe_key=key).exists():
        return None
    since = user.digest_at or now - FIRST_LOOK_BACK
    parts = [part_of(each.microconference, user=user, since=since, now=now) for each in seats]
    if not any(each.is_news for each in parts):
        return None
    parts = [each for each in parts if each.headings or each.due]
    body = render_to_string(
        "attendees/letters/digest.txt",
        {"parts": parts, "name": seats[0].person.first_name},
    )
    letter = queue_note(
        kind=Letter.Kind.DIGEST, to_user=user, subject=_subject(parts), body=body.strip() + "\n", dedupe_key=key,
        by=None,
    )  # fmt: skip
    user.digest_at = now
    user.save(update_fields=["digest_at"])
    return letter


@transaction.atomic
def set_wanted(*, user, wanted):
    """Switch a user's digests off or on. One that waits is called off; on again starts anew. Twice is harmless."""
    if not wanted:
        waiting = Letter.objects.filter(kind=Letter.Kind.DIGEST, to_user=user, state__in=(
            Letter.State.QUEUED, Letter.State.DEFERRED, Letter.State.CLAIMED,
        ))  # fmt: skip
        waiting.update(state=Letter.State.CANCELLED, claimed_by="")
    fields = {"wants_digest": wanted}
    if wanted and not user.wants_digest:
        fields["digest_at"] = clock.now()
    User.objects.filter(pk=user.pk).update(**fields)
    user.wants_digest = wanted


def _zone(seats):
    return seats[0].microconference.conference.zone


def _is_their_hour(seats, now):
    """Whether a robot may write now: the same days, hours and quiet days as for everybody."""
    zone = next((each.person.timezone for each in seats if each.person.timezone), "")
    conferences = {each.microconference.conference for each in seats}
    quiet = frozenset(date.fromisoformat(day) for each in conferences for day in each.quiet_days)
    return cadence.may_go_at(now, zone=zone, quiet_days=quiet, conference_zone=seats[0].microconference.timezone) == now


def part_of(microconference, *, user, since, now):
    """What happened in a microconference since a moment, but for what the user did themselves. Eight queries."""
    part = Part(microconference)
    answers = Answer.objects.filter(
        attendee__microconference=microconference, recorded_at__gt=since, recorded_at__lte=now
    )
    answers = answers.exclude(recorded_by=user).exclude(source__in=[Answer.Source.UNDO, Answer.Source.IMPORT])
    answers = list(answers.select_related("attendee__person").order_by("recorded_at", "pk"))
    last = {each.attendee_id: each for each in answers}  # who changed their mind is told of once
    _add(part, _("Answers"), [f"{_name(each.attendee.person)}: {each.words}" for each in last.values()])
    _add(part, _("Somebody better"), [
        _("%(name)s names %(better)s")
        % {"name": _name(each.attendee.person), "better": addresses.one_line(each.instead)}
        for each in last.values() if each.instead
    ])  # fmt: skip
    bounced = ActivityEntry.objects.filter(
        microconference=microconference, what="letter.bounced", at__gt=since, at__lte=now, person__isnull=False
    )
    _add(part, _("Mail came back"), [_name(each.person) for each in bounced.select_related("person").order_by("at")])
    unread = InboundMail.objects.filter(microconference=microconference).unread().select_related("person")
    unread = list(unread.defer("raw").exclude(uploaded_by=user).order_by("received_at", "pk"))
    came = any(each.received_at > since for each in unread)
    proposed = ActivityEntry.objects.filter(microconference=microconference, what="topic.added", by_user=None)
    topics = Topic.objects.filter(microconference=microconference, state=Topic.State.PROPOSED)
    topics = topics.filter(created_at__gt=since, created_at__lte=now, title__in=proposed.values("subject"))
    _add(part, _("Topics proposed"), [addresses.one_line(each.title) for each in topics.order_by("created_at")])
    undecided = Letter.objects.filter(
        microconference=microconference, left_at=None, to_person__isnull=False,
        state__in=(Letter.State.FAILED, Letter.State.UNCERTAIN, Letter.State.MISSED),
    )  # fmt: skip
    undecided = undecided.exclude(state=Letter.State.FAILED, to_person__bounced_at__isnull=False)
    undecided = list(undecided.select_related("to_person").order_by("-written_at", "-pk"))
    fresh = any((each.dated_at or each.due_at or each.written_at) > since for each in undecided)
    part.is_news = bool(part.headings) or fresh or came
    _add(part, _("Mail to be read"), [_mail(each) for each in unread])
    _add(part, _("Letters that need a decision"), [
        f"{_name(each.to_person)}: {each.get_state_display()}" for each in undecided
    ])  # fmt: skip
    part.due, newly_due = _due(microconference, since=since, now=now)
    part.is_news = part.is_news or newly_due
    return part


def _due(microconference, *, since, now):
    """What is due within three days, in lines; and whether any of it came so near only since the last digest."""
    zone = microconference.conference.zone
    today, then = now.astimezone(zone).date(), since.astimezone(zone).date()
    days = [
        (each.answer_by, _("answers are due: “%(what)s”") % {"what": each}) for each in microconference.rounds.all()
    ]
    if microconference.takes_topics_on(today):
        days.append((microconference.topics_close_on, _("the call for topics closes")))
    if microconference.state == State.ACCEPTED:
        days.append((microconference.publish_by, _("the agenda is to be published")))
    near = sorted((day, words) for day, words in days if day and today <= day <= today + SOON)
    lines = [f"{date_format(day, 'l j F')}: {words}" for day, words in near]
    return lines, any(day > then + SOON for day, _words in near)


def _add(part, heading, lines):
    if len(lines) > MOST_LINES:
        more = len(lines) - MOST_LINES + 1
        lines = [*lines[: MOST_LINES - 1], ngettext("and %d more", "and %d more", more) % more]
    if lines:
        part.headings.append((heading, lines))


def _name(person):
    return addresses.one_line(str(person))


def _mail(mail):
    who = _name(mail.person) if mail.person else addresses.one_line(mail.from_name or mail.from_address)
    return f"{who}: {addresses.one_line(str(mail))}" if who else addresses.one_line(str(mail))


def _subject(parts):
    counts = {heading: len(lines) for part in parts for heading, lines in part.headings}
    if len(parts) == 1:
        what = ", ".join(f"{heading.casefold()}: {count}" for heading, count in counts.items()) or _("due soon")
        return f"{parts[0].microconference}: {what}"
    return _("News from %(count)s of your microconferences") % {"count": len(parts)}
