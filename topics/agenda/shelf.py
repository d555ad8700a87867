"""All drafts of a microconference in a line each: what is on them and what is wrong with them."""

from collections import defaultdict
from dataclasses import dataclass, replace

from topics.agenda import releases, warnings
from topics.agenda.plain import Placed, rearranged
from topics.agenda.snapshot import load
from topics.models import AgendaItem, Draft


@dataclass(frozen=True)
class Shelved:
    """One draft in numbers."""

    draft: Draft
    placed: int
    topics: int  # that are accepted, or placed anyway
    planned: int
    available: int
    warnings: int
    is_released: bool  # it says what the latest release says

    @property
    def over(self):
        return self.planned - self.available


def shelf(microconference, *, viewer=None):
    """Every draft, the current one first. The same number of queries for any number of drafts; reads only."""
    drafts = Draft.objects.filter(microconference=microconference).select_related("edited_by")
    drafts = sorted(drafts, key=lambda each: (not each.is_current, each.name.casefold()))
    if not drafts:
        return []
    base, rows = load(microconference, draft=drafts[0], viewer=viewer), defaultdict(list)
    stored = AgendaItem.objects.filter(draft__in=drafts).order_by("position", "pk")
    for draft, *values in stored.values_list(
        "draft", "session_id", "kind", "topic_id", "minutes", "pinned", "pinned_minute", "presenting_minutes",
        "public_id",
    ):  # fmt: skip
        rows[draft].append(Placed(*values))
    latest = releases.latest(microconference)
    return [_shelved(replace(rearranged(base, rows[each.pk]), draft=each), latest) for each in drafts]


def _shelved(snapshot, latest):
    is_released = latest is not None and releases.same(releases.content_of(snapshot), latest.content)
    waiting = sum(topic.state == "accepted" for topic in snapshot.unplaced)
    return Shelved(
        snapshot.draft, len(snapshot.placed), len(snapshot.placed) + waiting, snapshot.planned, snapshot.available,
        len(warnings.check(snapshot).loud), is_released,
    )  # fmt: skip
