"""Plain agendas for tests that need no database."""

from datetime import UTC, date, datetime, timedelta

from tests.factories import ConferenceFactory, MicroconferenceFactory
from topics.agenda import timeline
from topics.agenda.plain import KEY, PROPOSER, Block, Item, Need, Person, Snapshot, TopicFacts

START = datetime(2031, 9, 21, 13, 0, tzinfo=UTC)  # 14:00 in Dublin


def at(minutes):
    return START + timedelta(minutes=minutes)


def a_person(name="Ines Placeholder", status="coming", cannot=(), pk=1):
    return Person(pk, f"p{pk}", name, status, cannot=tuple(cannot))


def a_topic(pk=1, title="A", state="accepted", presenting=5, needs=(), after=None):
    return TopicFacts(pk, f"t{pk}", title, state, 20, presenting, after, tuple(needs))


def key(person):
    return Need(person, KEY)


def presenter(person, **more):
    return Need(person, PROPOSER, presents=True, **more)


def standing_in(person):
    return Need(person, PROPOSER, presents=False, stand_in=True)


def a_block(*entries, pk=1, minutes=210, starts=0, room="Room A", room_id=7, remote_capable=True):
    """Entries are (topic or kind, minutes) or (topic or kind, minutes, minute that it is pinned to)."""
    line = timeline.lay_out(at(starts), at(starts + minutes), [(index, each[1]) for index, each in enumerate(entries)])
    items = tuple(
        Item(
            pk * 100 + slot.key, f"i{pk}{slot.key}",
            "topic" if isinstance(what, TopicFacts) else what,
            what.title if isinstance(what, TopicFacts) else what.capitalize(),
            slot.minutes, slot.starts_at, slot.ends_at, slot.beyond, pk,
            what if isinstance(what, TopicFacts) else None,
            pinned_at=at(starts + pin[0]) if pin else None, position=slot.key,
        )
        for (what, _minutes, *pin), slot in zip(entries, line.slots, strict=True)
    )  # fmt: skip
    return Block(pk, f"s{pk}", line.starts_at, line.ends_at, room_id, room, remote_capable, items, line)


def a_snapshot(*blocks, topics=(), state="accepted", **more):
    conference = ConferenceFactory.build(timezone="Europe/Dublin", starts_on=date(2031, 9, 20),
                                         ends_on=date(2031, 9, 22), slug="c")  # fmt: skip
    conference.pk = 1
    mc = MicroconferenceFactory.build(conference=conference, series=None, title="Ours", slug="m", state=state)
    found = {item.topic.id: item.topic for block in blocks for item in block.items if item.topic}
    return Snapshot(mc, None, tuple(blocks), {**found, **{topic.id: topic for topic in topics}}, **more)


def said(check, snapshot):
    return [(each.severity, each.sentence) for each in check(snapshot)]
