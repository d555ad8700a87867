"""Everything that is held about a person: found by following what points at them, so that nothing is forgotten."""

from django.apps import apps
from django.db.models import Q

from attendees import keeping
from attendees.models import Attendee, Availability, InboundMail, Letter
from uconf.lib import clock
from uconf.lifecycle import erasing
from uconf.models import Microconference, Person, ProposalSource

ROOMS = ("uconf", "topics", "attendees", "outcomes")
# What belongs to a person through one of these belongs to them as well: the answers of an attendee, for example.
THEIRS = (Attendee, Availability, Letter)
# Keys and machinery, in nobody's copy.
BYTES = bytes | memoryview
SECRET = {
    "token_hash", "password", "claimed_by", "rendered", "rendered_from", "slot_at",
    "raw", "fingerprint",
}  # fmt: skip


def rows_of(person):
    """{model: queryset} of every row that points at a person, directly or through what is theirs."""
    found = {}
    for model in models():
        if model is Person:
            continue
        wanted = Q()
        for field in links(model):
            wanted |= Q(**{_path(field): person})
        if model._meta.app_label == Attendee._meta.app_label and model is not Attendee:
            names = {each.name for each in model._meta.concrete_fields} & {"to_address", "from_address"}
            for name in names if person.address else ():
                wanted |= Q(**{name: person.address})
        if model is Letter:
            wanted |= Q(reasons__person=person)
        if wanted:
            found[model] = model._base_manager.filter(wanted).distinct().order_by("pk")
    return found


def models():
    """Every table of ours, also those that only join two others."""
    return [each for room in ROOMS for each in apps.get_app_config(room).get_models(include_auto_created=True)]


def links(model):
    """The fields by which a row is about a person."""
    return [
        each
        for each in model._meta.concrete_fields
        if each.is_relation
        and each.related_model in (Person, *THEIRS)
        and (model, each.name) != (InboundMail, "letter")  # somebody else may have answered their letter
    ]


def _path(field):
    """How a row leads to the person it is about."""
    if field.related_model is Person:
        return field.name
    if field.related_model is Availability:
        return f"{field.name}__attendee__person"
    return f"{field.name}__{'to_person' if field.related_model is Letter else 'person'}"


def copy_for(person):
    """The copy that somebody may take away: plain values, by table."""
    account = erasing.account_of(person)
    texts = ProposalSource.objects.filter(
        microconference__in=Microconference.objects.filter(
            Q(attendees__person=person) | Q(topics__proposers__person=person) | Q(topics__key_people__person=person)
        )
    )
    tables = {model._meta.label_lower: [_row(each) for each in rows] for model, rows in rows_of(person).items()}
    return {
        "made_at": clock.now().isoformat(),
        "person": _row(person),
        "account": _row(account) if account else None,
        "tables": {label: rows for label, rows in tables.items() if rows},
        "proposal_texts_that_may_name_you": sorted({str(each.microconference) for each in texts}),
    }


def _row(row):
    values = {}
    for field in row._meta.concrete_fields:
        if field.name in SECRET:
            continue
        if field.is_relation:
            other = getattr(row, field.name)
            values[field.name] = None if other is None else str(other)
        else:
            value = field.value_from_object(row)
            values[field.name] = bytes(value).decode("utf-8", "replace") if isinstance(value, BYTES) else value
    return values


def kept_until(person):
    """The day after which all about a person is erased, by what they said until now.

    None for who has an account or a place on a team: that is kept as long as it is there.
    """
    if person.memberships.exists() or erasing.account_of(person) is not None:
        return None
    return max(ends_of(person), default=None)


def ends_of(person):
    """For each reason for which somebody is known, until when it holds."""
    since = person.added_at.date()
    rows = Attendee.objects.filter(person=person).select_related("microconference__conference")
    days = [keeping.of_attendee(each) for each in rows]
    for answered, mcs in (
        # Who brought a topic up, or did something about one, has spoken.
        (True, Q(topics__proposers__person=person) | Q(outcomes__people=person) | Q(outcomes__owner=person)),
        (False, Q(topics__key_people__person=person)),
    ):
        for mc in Microconference.objects.filter(mcs).select_related("conference").distinct():
            days.append(keeping.kept_until(keeping.last_day(mc), known_since=since, answered=answered))
    return days


def places_of(person):
    """Their places on lists, for the page: each attendee with all they said there. A fixed number of queries."""
    rows = Attendee.objects.filter(person=person).select_related(
        "microconference__conference", "asked_by__person", "availability"
    )
    rows = rows.prefetch_related(
        "answers__round", "answers__recorded_by", "askings__round", "interests__topic", "availability__times"
    )
    return sorted(rows, key=lambda each: (-each.microconference.year, each.microconference.title))
