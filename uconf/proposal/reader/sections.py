"""Which section a heading, a label or a lead-in sentence opens.

The grammar: the first word that names a kind of thing decides; words around it (earlier, expected, not) may turn it.
"""

import re
from enum import Enum

_WORD = re.compile(r"[^\W_][^\W_'’]*(?:[-'’][^\W_]+){0,4}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


class Section(Enum):
    """What the lines under a heading are about."""

    SUMMARY = "summary"
    TOPICS = "topics"
    ATTENDEES = "attendees"
    LEADS = "leads"
    PRESENTER = "presenter"
    OUTCOMES = "outcomes"
    EDITIONS = "editions"
    LINKS = "links"
    POLICY = "policy"
    SESSION = "session"
    TRACK = "track"
    TITLE = "title"
    GOALS = "goals"
    OTHER = "other"


_NOUNS: dict[str, Section] = {
    word: section
    for section, words in {
        Section.TOPICS: "topic topics agenda discuss discussion discussions issues problems questions subjects talks ideas themes"
        " sessions talk discussing",
        Section.OUTCOMES: "outcome outcomes result results accomplishment accomplishments accomplished achievement achievements"
        " achieved progress takeaways follow-up follow-ups followups",
        Section.ATTENDEES: "attendee attendees participant participants invitee invitees invited people folks persons stakeholders"
        " confirmed who experts",
        Section.LEADS: "lead leads leader leaders organizer organizers organiser organisers author authors chair chairs co-lead"
        " co-leads coleads co-organizers submitter submitters moderator moderators facilitator facilitators runners host hosts"
        " co-author co-authors coordinators coordinator co-chairs",
        Section.PRESENTER: "presenter presenters speaker speakers proposer proposers owner owners",
        Section.EDITIONS: "history editions edition",
        Section.LINKS: "links link references reference resources bibliography footnotes urls reading materials",
        Section.GOALS: "goal goals aim aims objective objectives purpose motivation motivations scope benefits",
        Section.SUMMARY: "summary abstract introduction intro overview description background about proposal",
        Section.OTHER: "schedule logistics requirements format room audience equipment notes comments keywords duration contact"
        " sponsors status date dates time venue budget",
    }.items()
    for word in words.split()
}
_PHRASES: tuple[tuple[str, Section], ...] = (
    ("session classification", Section.SESSION),
    ("track classification", Section.TRACK),
    ("anti-harassment", Section.POLICY),
    ("code of conduct", Section.POLICY),
    ("out of scope", Section.OTHER),
    ("non-goals", Section.OTHER),
    ("interested parties", Section.ATTENDEES),
    ("interested developers", Section.ATTENDEES),
    ("mailing list", Section.LINKS),
    ("further reading", Section.LINKS),
    ("see also", Section.LINKS),
)
_LED_BY = re.compile(r"(?:co-)?(?:led|run|organi[sz]ed|proposed|submitted|chaired|hosted|moderated) by$")
_CAME_OF = re.compile(
    r"\b(?:came (?:out )?of|has happened since|came out|happened since|was done since|got merged|were merged)\b"
)
_TENTATIVE = re.compile(r"\b(?:tentative|proposed|draft|preliminary|planned|suggested|provisional|possible)\b")
_PAST = re.compile(
    r"\b(?:previous|previously|past|earlier|prior|former|last (?:year|time|edition|microconference|mc|uconf|event))\b"
)
_PAST_VERB = re.compile(r"\b(?:discussed|covered|presented|held|took place) (?:in|at|last)\b")
_HOPED = re.compile(r"\b(?:expected|desired|hoped|anticipated|intended|planned|target|hope|want|would like|expect)\b")
_NOT = re.compile(
    r"\b(?:out of scope|non-goals?|rejected|declined|not (?:to be )?(?:discussed|covered|planned))\b|^not\b"
)
_GENERIC = frozenset(
    {"people", "folks", "who", "experts", "persons", "purpose", "scope", "about", "proposal", "time", "host", "lead"}
)
_WHOLE = {
    "title": Section.TITLE,
    "microconference title": Section.TITLE,
    "proposal title": Section.TITLE,
    "name": Section.TITLE,
    "microconference": Section.TITLE,
    "mc title": Section.TITLE,
    "microconference proposal": Section.TITLE,
    "mc proposal": Section.TITLE,
    "required": Section.ATTENDEES,
    "needed": Section.ATTENDEES,
    "interested": Section.ATTENDEES,
    "attending": Section.ATTENDEES,
    "coming": Section.ATTENDEES,
    "tentative": Section.ATTENDEES,
    "pending": Section.ATTENDEES,
    "invited": Section.ATTENDEES,
    "declined": Section.ATTENDEES,
    "maybe": Section.ATTENDEES,
    "contacted": Section.ATTENDEES,
    "response pending": Section.ATTENDEES,
    "by": Section.PRESENTER,
    "track": Section.TRACK,
    "previous editions": Section.EDITIONS,
    "policy": Section.POLICY,
}
_LONGEST = 400
_SMALL = frozenset(
    """
    a an and the of for from in on to with or our key mc microconference main suggested proposed potential possible
    tentative planned draft primary further open some list s needed required
    """.split()
)


def section_of(label: str) -> Section | None:
    """The section these words open, or None if they open none."""
    text = " ".join(label[:_LONGEST].lower().split()).strip(" *_:#=|+-.")
    if text in _WHOLE:
        return _WHOLE[text]
    for phrase, named in _PHRASES:
        if phrase in text:
            return named
    if _LED_BY.search(text):
        return Section.PRESENTER if text.startswith("presented") else Section.LEADS
    if _CAME_OF.search(text):
        return Section.OUTCOMES
    if _NOT.search(text):
        return Section.OTHER
    section = _first_noun(text)
    if section is Section.OTHER and "schedule" in text and _TENTATIVE.search(text):
        return Section.TOPICS
    past = bool(_PAST.search(text))
    if section is Section.OUTCOMES and _HOPED.search(text) and not past and not _YEAR.search(text):
        return Section.GOALS
    if section in (Section.TOPICS, Section.ATTENDEES, Section.LEADS) and (past or _PAST_VERB.search(text)):
        return Section.EDITIONS
    if (
        section is None
        and past
        and re.search(r"\b(?:years?|microconferences?|mcs?|uconfs?|events?|meetings?|conferences?)\b", text)
    ):
        return Section.EDITIONS
    return section


def says_only_a_section(label: str) -> bool:
    """Whether every word of a label serves to name a section, so that nothing is lost with it."""
    text = " ".join(label[:_LONGEST].lower().split()).strip(" *_:#=|+-.")
    if text in _WHOLE or any(text == phrase for phrase, _ in _PHRASES):
        return True
    words = _WORD.findall(label.lower())
    return all(word in _NOUNS or word in _SMALL for word in words) and any(word in _NOUNS for word in words)


def is_plain(label: str) -> bool:
    """Whether a label is short enough to be a heading by itself, without any typographic mark."""
    words = label.split()
    return 0 < len(words) <= 4 and label[:1].isupper() and not label.rstrip().endswith((".", ",", ";", "?", "!"))


def _first_noun(text: str) -> Section | None:
    words = _WORD.findall(text)
    generic: Section | None = None
    for word in words:
        word = word.removesuffix("'s").removesuffix("’s")
        section = _NOUNS.get(word)
        if section is None:
            continue
        # “People who want to discuss these topics” is about topics, “Key people” about people.
        if word in _GENERIC and len(words) > 3:
            generic = generic or section
            continue
        return section
    return generic
