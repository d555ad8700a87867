"""A proposal as somebody has reviewed it: what will be stored, and nothing else."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from uconf.lib import addresses, limits
from uconf.lib.links import is_web_address
from uconf.proposal.reader import Reading


@dataclass(frozen=True)
class ReviewedPerson:
    """Somebody named. ``known`` is the key of a person we know already, once a lead has said that it is the same."""

    name: str
    affiliation: str = ""
    address: str = ""
    note: str = ""
    status: str = "none"
    known: int | None = None


@dataclass(frozen=True)
class ReviewedLink:
    label: str
    url: str = ""


@dataclass(frozen=True)
class ReviewedTopic:
    title: str
    problem: str = ""
    group: str = ""
    people: tuple[ReviewedPerson, ...] = ()
    links: tuple[ReviewedLink, ...] = ()


@dataclass(frozen=True)
class ReviewedOutcome:
    text: str
    year: int | None = None
    links: tuple[ReviewedLink, ...] = ()


@dataclass(frozen=True)
class ReviewedEdition:
    year: int
    leads: tuple[ReviewedPerson, ...] = ()
    links: tuple[ReviewedLink, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """Everything that an import stores. ``me`` is the place of the importing lead among ``leads``, if any."""

    title: str
    summary: str = ""
    session_classification: str = ""
    track_classification: str = ""
    policy_agreed: bool = False
    leads: tuple[ReviewedPerson, ...] = ()
    topics: tuple[ReviewedTopic, ...] = ()
    attendees: tuple[ReviewedPerson, ...] = ()
    outcomes: tuple[ReviewedOutcome, ...] = ()
    editions: tuple[ReviewedEdition, ...] = ()
    me: int | None = None
    source: Reading | None = field(default=None, compare=False)
    original: str = ""


def from_reading(reading: Reading) -> Proposal:
    """A reading taken as it is: for the command and for a bunch, where nobody corrects line by line."""
    return Proposal(
        title=clip(reading.title, limits.TITLE),
        summary=reading.summary[: limits.MARKDOWN],
        session_classification=clip(reading.session_classification, limits.TITLE),
        track_classification=clip(reading.track_classification, limits.TITLE),
        policy_agreed=reading.policy_agreed,
        leads=tuple(_person(each) for each in reading.leads),
        topics=tuple(
            ReviewedTopic(
                title=clip(each.title, limits.TITLE),
                problem=each.description[: limits.MARKDOWN],
                group=clip(each.group, limits.TITLE),
                people=tuple(_person(person) for person in each.people),
                links=tuple(_link(link) for link in each.links),
            )
            for each in reading.topics
        ),
        attendees=tuple(_person(each) for each in reading.attendees),
        outcomes=tuple(
            ReviewedOutcome(
                each.text[: limits.MARKDOWN],
                int(each.edition) if each.edition else None,
                tuple(_link(link) for link in each.links),
            )
            for each in reading.outcomes
        ),
        editions=tuple(
            ReviewedEdition(
                each.year, tuple(_person(lead) for lead in each.leads), tuple(_link(link) for link in each.links)
            )
            for each in reading.editions
        ),
        source=reading,
    )


def clip(text: str, limit: int) -> str:
    """A text on one line and no longer than its field."""
    text = addresses.one_line(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _person(read):
    try:
        address = addresses.clean(read.email) if read.email else ""
    except ValueError:
        address = ""
    return ReviewedPerson(
        clip(read.name, limits.NAME), clip(read.affiliation, limits.NAME), address, clip(read.note, limits.LABEL),
        read.status,
    )  # fmt: skip


def _link(read):
    url = read.url if len(read.url) <= limits.URL and is_web_address(read.url) else ""
    return ReviewedLink(clip(read.label or read.url, limits.LABEL), url)


def person_lines(people) -> str:
    """People as a lead edits them: one a line, “Name (note)”."""
    return "\n".join(f"{each.name} ({each.note})" if each.note else each.name for each in people)


def parse_person_lines(text: str) -> tuple[ReviewedPerson, ...]:
    """Read “Name (note)” or “Name <address> (note)”, one a line. Raises ValueError with a sentence."""
    found = []
    for line in text.splitlines():
        line = addresses.one_line(line)
        if not line:
            continue
        note = address = ""
        if line.endswith(")") and " (" in line:
            line, _sep, note = line[:-1].rpartition(" (")
        if line.endswith(">") and "<" in line:
            line, _sep, address = line[:-1].rpartition("<")
            address = addresses.clean(address)
        found.append(ReviewedPerson(clip(line, limits.NAME), address=address, note=clip(note, limits.LABEL)))
    return tuple(each for each in found if each.name)


def link_lines(links) -> str:
    """Links as a lead edits them: one a line, “label <address>”."""
    return "\n".join(f"{each.label} <{each.url}>" if each.url else each.label for each in links)


def parse_link_lines(text: str) -> tuple[ReviewedLink, ...]:
    """Read “label <address>”, “label” or a bare address, one a line. Raises ValueError with a sentence."""
    found = []
    for line in text.splitlines():
        line = addresses.one_line(line)
        if not line:
            continue
        label, url = line, ""
        if line.endswith(">") and "<" in line:
            label, _sep, url = line[:-1].rpartition("<")
        elif "://" in line.split()[-1]:
            *words, url = line.split()
            label = " ".join(words)
        url = url.strip()
        if url and (len(url) > limits.URL or not is_web_address(url)):
            raise ValueError(_("“%(url)s” is no web address. Write it like https://example.org/page.") % {"url": url})
        found.append(ReviewedLink(clip(label.strip() or url, limits.LABEL), url))
    return tuple(found)
