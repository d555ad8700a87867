"""What a lead has to do now: short sentences with the next step beside them, the pressing ones first."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.actions import suggestions
from attendees.models import Asking, Letter, Round, Status
from topics.agenda import transfer
from topics.models import AgendaItem, Topic
from topics.readiness import links_without_address
from uconf.lib import clock
from uconf.models import Microconference

PATIENCE = timedelta(days=7)  # before an unanswered letter is worth a lead's attention
State = Microconference.State


@dataclass(frozen=True)
class Act:
    label: str
    url: str


@dataclass(frozen=True)
class Todo:
    """One thing to do. ``pressing`` draws the triangle; ``what`` is bold, ``rest`` follows it plainly."""

    what: str
    rest: str = ""
    detail: str = ""
    acts: tuple[Act, ...] = ()
    pressing: bool = False


def todo_list(microconference, *, attendees, groups, agenda, is_lead):
    """Everything to do, pressing things first. ``groups`` is the topics' readiness, ``agenda`` the agenda's summary."""
    facts = _Facts(microconference, attendees, groups, agenda, is_lead)
    found = [todo for finder in FINDERS for todo in finder(facts)]
    return sorted(found, key=lambda each: not each.pressing)


class _Facts:
    def __init__(self, microconference, attendees, groups, agenda, is_lead):
        self.mc, self.attendees, self.groups, self.agenda, self.is_lead = (
            microconference, attendees, groups, agenda, is_lead,
        )  # fmt: skip
        self.now, self.today = clock.now(), clock.today(microconference.timezone)
        self.rounds = {each.question: each for each in microconference.rounds.all()}
        self.round = self.rounds.get(Round.Question.COMING) or self.rounds.get(Round.Question.INTEREST)
        self.asked = (
            dict(Asking.objects.filter(round=self.round).values_list("attendee_id", "at")) if self.round else {}
        )
        placed = AgendaItem.objects.filter(draft__microconference=microconference, draft__is_current=True)
        self.placed = set(placed.values_list("topic_id", flat=True))
        self.sessions = list(microconference.sessions.order_by("starts_at"))
        self.letters = dict.fromkeys(Letter.State.values, 0)
        for state in microconference.letters.values_list("state", flat=True):
            self.letters[state] += 1

    def url(self, name, *args):
        return self.mc.organize_url(name, *args)

    def ask_url(self, people):
        return self.url("attendees:ask") + "?" + "&".join(f"person={each.public_id}" for each in people)


def _names(attendees, most=6):
    names = [each.person.name for each in attendees[:most]]
    if len(attendees) > most:
        names.append(_("%(n)s more") % {"n": len(attendees) - most})
    return ", ".join(names)


def unanswered(facts):
    """People asked more than a week ago in this round who have said nothing."""
    late = [
        each
        for each in facts.attendees
        if each.status == Status.PENDING
        and facts.asked.get(each.pk)
        and facts.now - facts.asked[each.pk] >= PATIENCE
        and facts.mc.takes_letters
    ]
    if late:
        days = min((facts.now - facts.asked[each.pk]).days for each in late)
        yield Todo(
            ngettext("%(n)s person has not answered", "%(n)s people have not answered", len(late)) % {"n": len(late)},
            ngettext("for %(n)s day", "for %(n)s days", days) % {"n": days},
            _names(late),
            (
                Act(_("See them"), facts.url("attendees:people") + "?status=pending"),
                Act(_("Write myself"), facts.url("attendees:letters") + "#silent"),
            ),
            pressing=True,
        )


def needed_but_silent(facts):
    """Topics whose key people have not answered, once there is an agenda they stand on."""
    for group in facts.groups:
        for row in group.rows:
            if row.topic.pk in facts.placed and row.silent:
                yield Todo(
                    row.topic.title,
                    ngettext(
                        "needs %(names)s, who has not answered",
                        "needs %(names)s, who have not answered",
                        len(row.silent),
                    )
                    % {"names": ", ".join(row.silent)},
                    "",
                    (
                        Act(_("See what breaks"), f"{facts.url('topics:quorum')}?person={row.silent_ids[0]}"),
                        Act(_("Open the topic"), facts.url("topics:edit", row.topic.public_id)),
                    ),
                    pressing=True,
                )


def over(facts):
    if facts.agenda.over > 0:
        yield Todo(
            _("The agenda is %(n)s min over") % {"n": facts.agenda.over}, "", facts.agenda.words,
            (Act(_("Open agenda"), facts.url("topics:agenda")),), pressing=True,
        )  # fmt: skip


def bounces(facts):
    for each in facts.attendees:
        if each.status == Status.BOUNCES:
            yield Todo(
                _("Mail to %(name)s bounces") % {"name": each.person.name}, "", each.person.bounce_reason,
                (Act(_("Correct address"), facts.url("attendees:person", each.public_id)),), pressing=True,
            )  # fmt: skip


def letters_in_trouble(facts):
    uncertain, failed = facts.letters[Letter.State.UNCERTAIN], facts.letters[Letter.State.FAILED]
    if uncertain + failed:
        yield Todo(
            ngettext("%(n)s letter did not go out as it should", "%(n)s letters did not go out as they should",
                     uncertain + failed) % {"n": uncertain + failed},
            "", _("failed: %(f)s, uncertain: %(u)s") % {"f": failed, "u": uncertain},
            (Act(_("See the letters"), facts.url("attendees:letters")),), pressing=True,
        )  # fmt: skip


def letters_to_read(facts):
    written = facts.letters[Letter.State.WRITTEN]
    if written and facts.is_lead:
        yield Todo(
            ngettext("%(n)s letter is written and waits for you", "%(n)s letters are written and wait for you", written)
            % {"n": written},
            "", _("Nothing goes out before you have seen it."),
            (Act(_("Read them…"), facts.url("attendees:review")),), pressing=True,
        )  # fmt: skip


def replies(facts):
    unread = facts.mc.mails.unread().count()
    if unread:
        yield Todo(
            ngettext("%(n)s reply waits to be read", "%(n)s replies wait to be read", unread) % {"n": unread},
            "", "", (Act(_("Read them"), facts.url("attendees:replies")),), pressing=True,
        )  # fmt: skip


def submit(facts):
    if facts.mc.state == State.DRAFT and facts.is_lead:
        yield Todo(
            _("The proposal is a draft"), _("and the committee does not see it yet"), "",
            (Act(_("Submit it…"), facts.url("uconf:settings") + "#state"),),
        )  # fmt: skip


def policy(facts):
    mc = facts.mc
    if (
        facts.is_lead
        and mc.conference.policy_url
        and not mc.policy_agreed_at
        and mc.state in (State.DRAFT, State.SUBMITTED)
    ):
        yield Todo(
            _("The conduct policy is not agreed to yet"), "", "",
            (Act(_("Read and agree"), facts.url("uconf:settings") + "#policy"),),
        )  # fmt: skip


def to_decide(facts):
    waiting = facts.mc.topics.filter(state=Topic.State.PROPOSED).count()
    if waiting and facts.mc.state in (State.ACCEPTED, State.SCHEDULED):
        yield Todo(
            ngettext("%(n)s topic waits for your decision", "%(n)s topics wait for your decision", waiting)
            % {"n": waiting},
            "", "", (Act(_("Decide"), facts.url("topics:list")),),
        )  # fmt: skip


def second_question(facts):
    """Interested or unsure people whom the second round has not asked."""
    if facts.mc.state not in (State.ACCEPTED, State.SCHEDULED):
        return
    second = facts.rounds.get(Round.Question.COMING)
    asked = facts.asked if second else {}
    waiting = [
        each
        for each in facts.attendees
        if each.status in (Status.INTERESTED, Status.NOT_SURE)
        and each.pk not in asked
        and (second is None or each.last_heard_at is None or each.last_heard_at < second.opened_at)
    ]
    if waiting:
        reachable = [each for each in waiting if each.person.address]
        yield Todo(
            ngettext("%(n)s person is interested and waits for the second question",
                     "%(n)s people are interested and wait for the second question", len(waiting))
            % {"n": len(waiting)},
            "", _names(waiting),
            (Act(ngettext("Ask %(n)s person…", "Ask %(n)s people…", len(reachable)) % {"n": len(reachable)},
                 facts.ask_url(reachable)),) if reachable and facts.is_lead else (),
        )  # fmt: skip


def not_asked(facts):
    waiting = [each for each in facts.attendees if each.status == Status.NOT_ASKED and each.person.address]
    if waiting and facts.mc.takes_letters:
        yield Todo(
            ngettext("%(n)s person was not asked yet", "%(n)s people were not asked yet", len(waiting))
            % {"n": len(waiting)},
            "", _names(waiting),
            (Act(ngettext("Ask %(n)s person…", "Ask %(n)s people…", len(waiting)) % {"n": len(waiting)},
                 facts.ask_url(waiting)),) if facts.is_lead else (),
        )  # fmt: skip


def stand_ins(facts):
    """Names that people gave in place of themselves."""
    named = suggestions.named_instead(microconference=facts.mc) if facts.mc.takes_letters else []
    if named:
        names = [each.name for each in named[:6]]
        yield Todo(
            ngettext("Somebody better is named", "%(n)s people are named as somebody better", len(named))
            % {"n": len(named)},
            "", ", ".join(names), (Act(_("See whom, and by whom"), facts.url("attendees:suggestions")),),
        )  # fmt: skip


def no_address(facts):
    without = [each for each in facts.attendees if not each.person.address and each.status != Status.CANT]
    if without and facts.mc.takes_letters:
        yield Todo(
            ngettext("%(n)s person has no address yet", "%(n)s people have no address yet", len(without))
            % {"n": len(without)},
            "", _names(without), (Act(_("Add addresses"), facts.url("attendees:people") + "?status=no_address"),),
        )  # fmt: skip


def missing_links(facts):
    missing = len(links_without_address(facts.mc))
    if missing:
        yield Todo(
            ngettext("%(n)s link has no address yet", "%(n)s links have no address yet", missing) % {"n": missing},
            "", "", (Act(_("Complete them"), facts.url("topics:missing_links")),),
        )  # fmt: skip


def session(facts):
    if facts.mc.state == State.ACCEPTED and not facts.sessions:
        yield Todo(
            _("It is not said yet when you meet"), "", "",
            (Act(_("Set the session"), facts.url("topics:agenda")),),
        )  # fmt: skip


def publishing(facts):
    mc = facts.mc
    if mc.state not in (State.ACCEPTED, State.SCHEDULED) or mc.publish_by is None:
        return
    if facts.agenda.release_number and not facts.agenda.changed_since_release:
        return
    days = (mc.publish_by - facts.today).days
    if days < 0:
        what = ngettext("Publishing was due %(n)s day ago", "Publishing was due %(n)s days ago", -days) % {"n": -days}
    elif days == 0:
        what = _("Publishing is due today")
    else:
        what = ngettext("Publishing is due in %(n)s day", "Publishing is due in %(n)s days", days) % {"n": days}
    yield Todo(
        what, "", date_format(mc.publish_by, "j F"), (Act(_("Open agenda"), facts.url("topics:agenda")),),
        pressing=days <= 0,
    )  # fmt: skip


def official_timetable(facts):
    """What readers of the conference's own timetable do not see yet."""
    if not facts.mc.conference.official_schedule_url or not facts.agenda.release_number:
        return
    if facts.sessions and facts.sessions[-1].ends_at < facts.now:
        return
    count = transfer.how_many(facts.mc)
    if count:
        yield Todo(
            ngettext("%(n)s thing is to be entered into the official timetable",
                     "%(n)s things are to be entered into the official timetable", count) % {"n": count},
            "", "", (Act(_("See what differs"), facts.url("topics:timetable")),),
        )  # fmt: skip


def afterwards(facts):
    ended = facts.sessions and facts.sessions[-1].ends_at < facts.now
    if facts.mc.state in (State.ACCEPTED, State.SCHEDULED, State.HELD) and ended:
        yield Todo(
            _("The session is over"), _("what came of it?"), "",
            (Act(_("Note the outcomes"), facts.url("outcomes:list")),), pressing=True,
        )  # fmt: skip


FINDERS = [
    letters_in_trouble, unanswered, needed_but_silent, over, bounces, letters_to_read, replies, afterwards, publishing,
    official_timetable, submit, policy, to_decide, stand_ins, second_question, not_asked, no_address, session,
    missing_links,
]  # fmt: skip


def next_date(facts_mc, today):
    """The next date that matters, for the empty list: (day, words) or None."""
    dates = [
        (facts_mc.publish_by, _("publish the agenda")),
        (facts_mc.topics_close_on, _("the call for topics closes")),
        (facts_mc.conference.starts_on, _("the conference begins")),
    ]
    coming = sorted((day, words) for day, words in dates if day and day >= today)
    return coming[0] if coming else None
