"""The closed list of placeholders, and what stands for each in one person's letter.

They are replaced by looking them up in a dictionary: no format(), no template engine, nothing is evaluated,
and what was put in is not looked at again.
"""

import re

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendees.models import Answer, Round
from topics.models import Topic
from uconf.lib import addresses
from uconf.lib.refusals import Refusal

# Two are filled in when the letter is sent: a personal link is stored nowhere.
LINKS = {
    "answer_link": gettext_lazy("the person’s own page"),
    "stop_link": gettext_lazy("no more letters, one press"),
}
ALLOWED = {
    "first_name": gettext_lazy("Waiman"),
    "name": gettext_lazy("the whole name"),
    "microconference": gettext_lazy("the title"),
    "conference": gettext_lazy("the conference’s name"),
    "when": gettext_lazy("day, time and zone, as far as known"),
    "where": gettext_lazy("the room, and whether remotely too"),
    "why": gettext_lazy("a sentence: “Your name came up for … because …”"),
    "topic": gettext_lazy("what they are needed for"),
    "reason": gettext_lazy("why they are needed"),
    "answer_by": gettext_lazy("the day to answer by"),
    "answers": gettext_lazy("the possible answers on one line"),
    "more": gettext_lazy("whether there will be another reminder"),
    "lead": gettext_lazy("who asks, the whole name"),
    "lead_first_name": gettext_lazy("who asks"),
    **LINKS,
}
_PLACEHOLDER = re.compile(r"\{([^{}\s]{1,60})\}")


def check(text, *, field=None):
    """Raise Refusal if a text has a placeholder that is not on the list; it names them and lists what is allowed."""
    unknown = sorted({each for each in _PLACEHOLDER.findall(text) if each not in ALLOWED})
    if unknown:
        raise Refusal(
            _("There is no placeholder %(unknown)s. Allowed are: %(allowed)s.")
            % {
                "unknown": ", ".join(f"{{{each}}}" for each in unknown),
                "allowed": " ".join(f"{{{each}}}" for each in ALLOWED),
            },
            field=field,
        )


def fill(text, values):
    """A text with its placeholders replaced; those of links stay until the letter is sent."""
    return _PLACEHOLDER.sub(lambda found: _value(found, values), text)


def fill_links(text, *, answer_url, stop_url):
    """The last step: the person's own links."""
    return text.replace("{answer_link}", answer_url).replace("{stop_link}", stop_url)


def _value(found, values):
    name = found.group(1)
    if name in LINKS or name not in values:
        return found.group(0)
    value = str(values[name])
    for link in LINKS:  # a title that reads like a link's placeholder must not become that link
        value = value.replace(f"{{{link}}}", f"({link})")
    return value


def values_for(attendee, *, round, lead, is_last=False):
    """What stands for each placeholder in the letter of one attendee.

    Reads ``attendee.needed_for`` and ``microconference.known_sessions`` where ``facts.load`` has put them.
    """
    mc = attendee.microconference
    person = attendee.person
    lead_name = lead.person.name if lead else str(mc)
    topics = needed_for(attendee)
    return {
        "first_name": addresses.one_line(person.first_name),
        "name": addresses.one_line(person.name),
        "microconference": short_title(mc),
        "conference": mc.conference.name,
        "when": when(mc),
        "where": where(mc),
        "why": why(attendee, topics),
        "topic": quoted([title for title, _note in topics]) or short_title(mc),
        "reason": attendee.reason or _("you know the subject"),
        "answer_by": day_in_words(round.answer_by) if round.answer_by else _("the time you know"),
        "answers": " | ".join(answers_to(round.question)),
        "more": _("This is the last reminder.") if is_last else _("I will write once more at most."),
        "lead": lead_name,
        "lead_first_name": lead.person.first_name if lead else lead_name,
    }


def short_title(mc):
    """A title without the word that letters put after it anyway."""
    title = addresses.one_line(mc.title)
    for ending in (" microconference", " mc", " uconf"):
        if title.casefold().endswith(ending) and len(title) > len(ending):
            return title[: -len(ending)].rstrip(" :,-")
    return title


def answers_to(question):
    """The possible answers in words, in the order of the attendee's page."""
    if question == Round.Question.COMING:
        return [_("coming"), _("coming remotely"), _("not sure yet"), _("can't this time")]
    return [str(Answer.Choice(each).label) for each in Answer.ALLOWED[question]]


def day_in_words(day):
    return formats.date_format(day, "j F Y")


def when(mc):
    """When it takes place, as exactly as it is known."""
    sessions = sessions_of(mc)
    if sessions:
        zone = mc.conference.zone
        first, last = sessions[0].starts_at.astimezone(zone), sessions[0].ends_at.astimezone(zone)
        short = first.tzname() or ""
        named = mc.timezone if not short or short[0] in "+-" or short == mc.timezone else f"{short} ({mc.timezone})"
        words = f"{formats.date_format(first, 'l j F')}, {first:%H:%M}-{last:%H:%M} {named}"
        return words if len(sessions) == 1 else _("%(first)s, and more") % {"first": words}
    start, end = mc.conference.starts_on, mc.conference.ends_on
    if start == end:
        return day_in_words(start)
    first = formats.date_format(start, "j" if (start.year, start.month) == (end.year, end.month) else "j F")
    return _("%(first)s to %(last)s") % {"first": first, "last": day_in_words(end)}


def where(mc):
    """The room, and whether one can take part from afar."""
    sessions = sessions_of(mc)
    room = next((each.room for each in sessions if each.room), None) or mc.room
    if room is None:
        if mc.conference.venue:
            return _("at %(venue)s") % {"venue": addresses.one_line(mc.conference.venue)}
        return _("in a room to be announced")
    words = _("in %(room)s") % {"room": addresses.one_line(room.name)}
    return _("%(room)s and remotely") % {"room": words} if room.remote_capable else words


def why(attendee, topics):
    """The one reason, in a sentence."""
    reason = addresses.one_line(attendee.reason).rstrip(".")
    names = quoted([title for title, _note in topics])
    because = ""
    if reason:
        because = f", {_('because')} {reason}" if reason.casefold().startswith(("you ", "your ")) else f" ({reason})"
    elif len(topics) == 1 and topics[0][1]:
        because = f" ({topics[0][1]})"
    if not names:
        if because.startswith(","):
            return _("Your name came up%(because)s. We would be glad to have you there.") % {"because": because}
        return _("Your name came up when we asked who should be in the room%(because)s.") % {"because": because}
    after = (
        _("We would be glad to have you in that discussion.")
        if len(topics) == 1
        else _("We would be glad to have you in those discussions.")
    )
    return _("Your name came up for %(topics)s%(because)s. %(after)s") % {
        "topics": names, "because": because, "after": after,
    }  # fmt: skip


def quoted(titles):
    """ "A"; "A" and "B"; "A", "B" and 2 more."""
    shown = [f'"{addresses.one_line(each)}"' for each in titles]  # plain quotes: most letters are ASCII then
    if len(shown) > 3:
        more = _("%(count)s more") % {"count": len(shown) - 2}
        shown = [*shown[:2], more]
    if len(shown) < 2:
        return "".join(shown)
    return _("%(some)s and %(last)s") % {"some": ", ".join(shown[:-1]), "last": shown[-1]}


def needed_for(attendee):
    """The topics that somebody is a key person of or brought up: (title, note), in the microconference's order."""
    if hasattr(attendee, "needed_for"):
        return attendee.needed_for
    return topics_of_people(attendee.microconference, [attendee.person_id]).get(attendee.person_id, [])


def topics_of_people(mc, person_ids):
    """For each of many people, the topics they are needed for. Two queries."""
    found = {}
    topics = Topic.objects.alive().filter(microconference=mc).exclude(state=Topic.State.NOT_NOW)
    for relation in ("key_people", "proposers"):
        note = ("key_people__note",) if relation == "key_people" else ()
        rows = topics.filter(**{f"{relation}__person__in": person_ids}).order_by("position", "pk")
        for title, person, *words in rows.values_list("title", f"{relation}__person", *note):
            mine = found.setdefault(person, [])
            if title not in [known for known, _note in mine]:
                mine.append((title, addresses.one_line(words[0]) if words else ""))
    return found


def sessions_of(mc):
    if not hasattr(mc, "known_sessions"):
        mc.known_sessions = list(mc.sessions.select_related("room"))
    return mc.known_sessions
