"""What the planner found out, in sentences with the names in them."""

from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from topics.agenda.planner import explain
from topics.agenda.planner.problem import FEASIBLE, OPTIMAL, TICK
from topics.agenda.suggesting import is_present
from topics.models import AgendaItem

SAID = 3  # places, people and titles that one sentence names


class Words:
    """Puts one suggestion into words."""

    def __init__(self, suggestion):
        self.suggestion, self.snapshot, self.problem = suggestion, suggestion.snapshot, suggestion.problem
        self.zone = ZoneInfo(self.snapshot.zone)
        days = {block.starts_at.astimezone(self.zone).date() for block in self.snapshot.sessions}
        self.needs_day = len(days) > 1

    def time(self, minute):
        """A moment as people say it; with the day where there are several."""
        moment = self.suggestion.moment(minute).astimezone(self.zone)
        return f"{formats.date_format(moment, 'D')} {moment:%H:%M}" if self.needs_day else f"{moment:%H:%M}"

    def title(self, topic):
        return _("“%(title)s”") % {"title": self.snapshot.topics[topic].title}

    def name(self, person):
        return self.snapshot.people[person].name if person in self.snapshot.people else _("somebody")

    def names(self, people):
        return joined([self.name(person) for person in people])

    # --- How good it is -------------------------------------------------------------------------------------------

    def status(self):
        """Whether it is the best there is, and what another one costs."""
        best, answer = self.suggestion.best, self.suggestion.answer
        if not self.suggestion.has_agenda:
            return _("No agenda was found in the time. Let go of a wish, or try again.")
        if self.suggestion.number:
            if answer.value == best.value:
                return _("A really different agenda, worth as much as the best one.")
            less = _percent(best.value - answer.value, best.value)
            return _("A really different agenda, worth %(less)s less than the best one.") % {"less": less}
        if best.status == OPTIMAL:
            return _("Proven: under these wishes no agenda is worth more.")
        return _("The best that was found in the time. Another one could be worth at most %(more)s more.") % {
            "more": _percent(best.bound - best.value, best.value)
        }

    def compared(self):
        """What it is worth beside the draft as it stands, by the same measure."""
        present, value = self.suggestion.present, self.suggestion.answer.value
        if is_present(self.suggestion):
            return _("It is your draft as it stands.")
        if not present or not self.suggestion.has_agenda:
            return ""
        if present == value:
            return _("By the same measure the present draft is worth as much.")
        if present > value:
            more = _percent(present - value, value)
            return _("The present draft is worth %(more)s more, but it does not keep every wish.") % {"more": more}
        return _("By the same measure the present draft is worth %(less)s less.") % {
            "less": _percent(value - present, value)
        }

    def no_other(self):
        if self.suggestion.answer.status == FEASIBLE:
            return _("No really different agenda was found in the time.")
        return _("There is no other agenda that is really different and within 2% of the best one.")

    # --- Why a topic stands where it does -------------------------------------------------------------------------

    def standing(self, topic):
        why = self.suggestion.standing.get(topic)
        if why is None:
            return ""
        if why.kind == explain.PINNED:
            return _("It is pinned there.")
        if why.kind == explain.FREE:
            return _("Nothing holds it here: it could as well stand at %(times)s.") % {
                "times": alternatives([self.time(each.starts) for each in why.elsewhere if each.loss <= 0][:SAID])
            }
        if why.kind == explain.BEST:
            return self._best(why.elsewhere[0])
        held = self._held(why)
        if why.kind == explain.HELD:
            return _("It can only stand here: %(why)s.") % {"why": held}
        if held:
            return _("It can only stand here: %(why)s, or what it would push could not stay.") % {"why": held}
        return _("It can only stand here: what it would push could not stay.")

    def _best(self, other):
        if other.missing:
            return ngettext(
                "It could also stand at %(time)s, but %(count)s person who wants it is not free then.",
                "It could also stand at %(time)s, but %(count)s people who want it are not free then.",
                len(other.missing),
            ) % {"time": self.time(other.starts), "count": len(other.missing)}
        words = {
            "published": _("It could also stand at %(time)s, further from the published times."),
            "staying": _("It could also stand at %(time)s, but then needed people would walk in and out more often."),
            "discussion": _("It could also stand at %(time)s, but then fewer could be there for all of it."),
        }
        return words[other.why] % {"time": self.time(other.starts)}

    def _held(self, why):
        found = {}
        for each in why.holds:
            if each.kind == "order":
                key = _("it comes after %(title)s") if each.topic == why.topic else _("%(title)s comes after it")
                found[key % {"title": self.title(each.other if each.topic == why.topic else each.topic)}] = True
            elif each.kind == "rooms":
                found[_("somebody is needed in both rooms")] = True
            elif each.topic == why.topic:
                found[self._cannot(each.kind) % {"name": self.name(each.person)}] = True
        said = list(found)
        return joined([*said[:SAID], _("more")] if len(said) > SAID else said) if said else ""

    def _cannot(self, kind):
        if kind == "elsewhere":
            return _("%(name)s is needed elsewhere at other times")
        if kind == "remote":
            return _("%(name)s comes remotely, and the other room has no means for that")
        return _("%(name)s cannot at other times")

    # --- Why a topic was left out ---------------------------------------------------------------------------------

    def left_out(self, why):
        if why.kind == explain.NOWHERE:
            if why.people:
                return _("Needs %(names)s, whose times leave no place for it.") % {"names": self.names(why.people)}
            return _("No free stretch is as long as it needs.")
        who = self._who(why)
        if why.kind == explain.CONTRADICTS:
            itself = {("place", why.topic), ("least", why.topic)}
            also = [self.wish(wish) for wish in why.wishes if (wish.kind, wish.topic) not in itself]
            said = _("It cannot stand beside what has to.")
            if also:
                said = _("It cannot stand beside what has to: %(wishes)s.") % {"wishes": joined(also)}
            return f"{who} {said}".strip()
        if why.kind == explain.INSTEAD:
            return f"{who} {self._instead(why)}".strip()
        if why.kind == explain.BEHIND:
            said = _("It comes after %(title)s, which is left out, too.")
            return f"{who} {said % {'title': self.title(self.problem.topic[why.topic].after)}}".strip()
        return f"{who} {_('The best agenda that was found does without it.')}".strip()

    def _who(self, why):
        """“Needs Y, who is free only after 15:00.”"""
        if not why.people or not why.windows:
            return ""
        names = self.names(why.people[:SAID])
        words = {"names": names, "times": self._windows(why)}
        return (
            ngettext(
                "Needs %(names)s, who can only be there %(times)s.",
                "Needs %(names)s, who can only be there together %(times)s.",
                len(why.people),
            )
            % words
        )

    def _windows(self, why):
        least = self.problem.topic[why.topic].ticks[0] * TICK
        if len(why.windows) == 1 and len(self.problem.sessions) == 1:
            (_session, first, last), session = why.windows[0], self.problem.sessions[0]
            if first > session.starts + self.problem.rules.opening and last + least >= session.ends - TICK * 2:
                return _("from %(time)s on") % {"time": self.time(first)}
            if first <= session.starts + self.problem.rules.opening:
                return _("until %(time)s") % {"time": self.time(last + least)}
        times = [f"{self.time(first)}–{self.time(last + least)}" for _session, first, last in why.windows]
        return joined(times[:SAID] + ([_("at a few other times")] if len(times) > SAID else []))

    def _instead(self, why):
        less = _percent(why.loss, self.suggestion.answer.value)
        if not why.loss:
            return self._as_good(why)
        if not why.fallen:
            return _("With it the others would get less time, and the agenda would be worth %(less)s less.") % {
                "less": less
            }
        titles = joined([self.title(topic) for topic in why.fallen[:SAID]])
        return ngettext(
            "With it, %(titles)s would fall out, and the agenda would be worth %(less)s less.",
            "With it, %(titles)s would fall out, and the agenda would be worth %(less)s less.",
            len(why.fallen),
        ) % {"titles": titles, "less": less}

    def _as_good(self, why):
        """An agenda with it that is worth as much as the one that is shown, or more if that is not the best one."""
        if not why.fallen:
            return _("With it the others would get less time, and the agenda would be worth as much.")
        titles = joined([self.title(topic) for topic in why.fallen[:SAID]])
        return _("With it, %(titles)s would fall out, and the agenda would be worth as much.") % {"titles": titles}

    # --- What contradicts -----------------------------------------------------------------------------------------

    def wish(self, wish):
        """One wish as a sentence without its full stop."""
        kind = wish.kind
        if kind in ("cannot", "elsewhere", "remote"):
            return self._wish_of_person(wish)
        if kind == "pin":
            what = self.title(wish.topic) if wish.topic else capfirst(AgendaItem.Kind(wish.pin.kind).label)
            return _("%(what)s is pinned at %(time)s for %(minutes)s min") % {
                "what": what, "time": self.time(wish.pin.starts), "minutes": wish.pin.minutes,
            }  # fmt: skip
        if kind == "break":
            at = next(session.starts for session in self.problem.sessions if session.key == wish.session)
            return _("nobody sits longer than two hours without a break in the session of %(time)s") % {
                "time": self.time(at)
            }
        if kind in ("opening", "wrap_up"):
            words = {"minutes": getattr(self.problem.rules, kind)}
            return (
                _("%(minutes)s min of opening come first")
                if kind == "opening"
                else _("%(minutes)s min of wrap-up come last")
            ) % words
        topic = self.problem.topic[wish.topic]
        words = {"title": self.title(wish.topic), "minutes": topic.least}
        if kind == "order":
            return _("%(title)s comes after %(before)s") % {**words, "before": self.title(topic.after)}
        return (
            _("%(title)s takes at least %(minutes)s min") if kind == "least" else _("%(title)s has to be placed")
        ) % words

    def _wish_of_person(self, wish):
        person, words = self.problem.person[wish.person], {"name": self.name(wish.person)}
        if wish.kind == "remote":
            return _("%(name)s comes remotely, and not every room has means for that") % words
        times = person.cannot if wish.kind == "cannot" else person.elsewhere
        words["times"] = joined([f"{self.time(since)}–{self.time(until)}" for since, until in times])
        if wish.kind == "cannot":
            return _("%(name)s cannot %(times)s") % words
        if not times:
            return _("%(name)s cannot be in two rooms at once") % words
        return _("%(name)s is needed elsewhere %(times)s") % words

    def contradictions(self):
        """Sets of sentences that contradict each other."""
        return [self._together(found) for found in self.suggestion.best.contradictions]

    def _together(self, found):
        """A set in sentences; that a topic has to stand and how long are one."""
        placed = {wish.topic for wish in found if wish.kind == "place"}
        long = {wish.topic for wish in found if wish.kind == "least"}
        said = []
        for wish in found:
            if wish.kind == "place" and wish.topic in long:
                words = {"title": self.title(wish.topic), "minutes": self.problem.topic[wish.topic].least}
                said.append(_("%(title)s has to be placed, with at least %(minutes)s min") % words)
            elif wish.kind != "least" or wish.topic not in placed:
                said.append(capfirst(self.wish(wish)))
        return said


def joined(names):
    """Names as people say them: “A, B and C”."""
    *others, last = names
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def alternatives(times):
    """Times as people say them: “A, B or C”."""
    *others, last = times
    return _("%(others)s or %(last)s") % {"others": ", ".join(others), "last": last} if others else last


def _percent(part, whole):
    """A share as people say it; what is less than one per cent is not nothing."""
    share = 100 * part / whole if whole else 0
    if 0 < share < 1:
        return _("less than 1%")
    return f"{round(share)}%"
