"""A reading as plain dictionaries and lists, ready for JSON."""

from typing import Any

from .result import Reading, ReadLink, ReadPerson


def as_dict(reading: Reading) -> dict[str, Any]:
    """The reading as JSON values.

    An attendee's affiliation has no field of its own there, so it opens the note. Raises nothing.
    """
    return {
        "title": reading.title,
        "summary": reading.summary,
        "session_classification": reading.session_classification,
        "track_classification": reading.track_classification,
        "policy_agreed": reading.policy_agreed,
        "leads": [{"name": lead.name, "affiliation": lead.affiliation} for lead in reading.leads],
        "topics": [
            {
                "title": topic.title,
                "description": topic.description,
                "group": topic.group,
                "people": [{"name": person.name, "note": _note(person)} for person in topic.people],
                "links": _links(topic.links),
            }
            for topic in reading.topics
        ],
        "attendees": [
            {"name": person.name, "email": person.email, "status": person.status, "note": _note(person)}
            for person in reading.attendees
        ],
        "outcomes": [
            {
                "text": outcome.text,
                "edition": int(outcome.edition) if outcome.edition else None,
                "links": _links(outcome.links),
            }
            for outcome in reading.outcomes
        ],
        "previous_editions": [
            {
                "year": edition.year,
                "leads": [{"name": lead.name} for lead in edition.leads],
                "links": _links(edition.links),
            }
            for edition in reading.editions
        ],
        "not_understood": [piece.text for piece in reading.not_understood],
    }


def _links(links: tuple[ReadLink, ...]) -> list[dict[str, str]]:
    return [{"label": link.label, "url": link.url} for link in links]


def _note(person: ReadPerson) -> str:
    return "; ".join(part for part in (person.affiliation, person.note) if part)
