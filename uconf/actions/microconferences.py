"""What leads and the committee set on a microconference: its words, its call for topics, its kind and room."""

from django.db import transaction
from django.utils.translation import gettext as _

from uconf.actions import activity, changes
from uconf.lib import addresses, clock, limits
from uconf.lib.links import kind_of
from uconf.lib.refusals import Refusal
from uconf.models import MicroconferenceLink

# What its leads may set; the rest is the committee's, or follows from what is done.
SETTINGS = frozenset(
    ["title", "summary", "kind", "topics_open_here", "topics_close_on", "topics_url", "publish_by", "notes_url",
     "session_classification", "track_classification", "attendee_list_public"]
)  # fmt: skip


@transaction.atomic
def change(*, microconference, version, by, links=None, **values):
    """Save a microconference's settings; ``links`` is a list of (label, address), or None to leave them.

    Raises EditConflict if somebody else saved first, Refusal for what cannot be.
    """
    if unknown := set(values) - SETTINGS:
        raise TypeError(f"no settings: {sorted(unknown)}")
    if "title" in values:
        values["title"] = addresses.one_line(values["title"])[: limits.TITLE]
        if not values["title"]:
            raise Refusal(_("A microconference needs a title. Write one."), field="title")
    before, after = changes.apply(microconference, values)
    if microconference.topics_url and microconference.topics_open_here:
        raise Refusal(
            _("Topics are proposed here or at the other address, not in both places. Choose one."), field="topics_url"
        )
    links_before = [(each.label, each.url) for each in microconference.links.all()]
    links_change = links is not None and list(links) != links_before
    if not after and not links_change:
        return microconference
    microconference.save_if_unchanged(version=version, fields=list(after))
    if links_change:
        before["links"], after["links"] = links_before, list(links)
        microconference.links.all().delete()
        MicroconferenceLink.objects.bulk_create(
            MicroconferenceLink(
                microconference=microconference,
                label=label[: limits.LABEL],
                url=url[: limits.URL],
                kind=kind_of(url, label),
                position=position,
            )
            for position, (label, url) in enumerate(links)
        )
    activity.record(
        "microconference.changed", on=microconference, by=by, subject=microconference, before=before, after=after
    )
    return microconference


@transaction.atomic
def place(*, microconference, version, kind, room, by):
    """Give a microconference its kind and room: the committee's decision. Raises EditConflict or Refusal."""
    if room is not None and room.conference_id != microconference.conference_id:
        raise Refusal(_("“%(room)s” is a room of another conference. Choose one of this one.") % {"room": room})
    before, after = changes.apply(microconference, {"kind": kind, "room": room})
    if after:
        microconference.save_if_unchanged(version=version, fields=list(after))
        activity.record("microconference.placed", on=microconference, by=by, before=before, after=after)
    return microconference


@transaction.atomic
def agree_to_policy(*, microconference, membership, by):
    """Note that somebody of the team read the conference's policy and agreed. The first one counts."""
    if microconference.policy_agreed_at is not None:
        return microconference
    microconference.policy_agreed_by = membership.person
    microconference.policy_agreed_at = clock.now()
    microconference.save_if_unchanged(version=None, fields=["policy_agreed_by", "policy_agreed_at"])
    activity.record(
        "microconference.policy_agreed", on=microconference, by=by, person=membership.person,
        after={"policy": microconference.conference.policy_url},
    )  # fmt: skip
    return microconference
