"""What there is to read about a topic. An address may be missing; the lead is told."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from topics.actions.topics import refuse_long, refuse_merged
from topics.models import TopicLink
from uconf.actions import activity
from uconf.lib import addresses, limits
from uconf.lib.links import is_web_address, kind_of
from uconf.lib.refusals import Refusal


@transaction.atomic
def add_link(*, topic, label="", url="", by):
    """Add something to read. Without a label it is called after its kind; the same link twice is one.

    Raises Refusal for an address that is none, or if there is neither label nor address.
    """
    refuse_merged(topic)
    label, url = clean(label, url)
    same = topic.links.filter(label=label, url=url).first()
    if same is not None:
        return same
    last = topic.links.aggregate(last=Max("position"))["last"]
    link = TopicLink.objects.create(
        topic=topic, label=label, url=url, kind=kind_of(url, label), position=0 if last is None else last + 1
    )
    _log("topic.link_added", link, by, after=_logged(link))
    return link


@transaction.atomic
def edit_link(*, link, label, url, by):
    """Set a link right; its kind is recognised anew. Raises Refusal for an address that is none."""
    refuse_merged(link.topic)
    before = _logged(link)
    link.label, link.url = clean(label, url)
    link.kind = kind_of(link.url, link.label)
    if before != _logged(link):
        link.save(update_fields=["label", "url", "kind"])
        _log("topic.link_edited", link, by, before=before, after=_logged(link))
    return link


@transaction.atomic
def remove_link(*, link, by):
    """Take a link off a topic. Gone already is harmless."""
    if TopicLink.objects.filter(pk=link.pk).delete()[0]:
        _log("topic.link_removed", link, by, before=_logged(link))


def clean(label, url):
    """A link's label and address in their one form; raises Refusal."""
    label, url = addresses.one_line(label), url.strip()
    if not label and not url:
        raise Refusal(_("A link needs a label or an address. Write one of them, or leave the line empty."), field="url")
    refuse_long(label, limits.LABEL, _("The label"), "label")
    refuse_long(url, limits.URL, _("The address"), "url")
    if url and not is_web_address(url):
        raise Refusal(
            _("“%(url)s” is not a web address. Write it with https:// in front, or leave it empty for now.")
            % {"url": url[:80]},
            field="url",
        )
    return label or str(kind_of(url).label), url


def _logged(link):
    return {"label": link.label, "url": link.url, "kind": link.kind}


def _log(what, link, by, **values):
    activity.record(what, on=link.topic.microconference, by=by, subject=link.topic.title, **values)


@transaction.atomic
def update_links(*, changed=(), removed=(), added=None, topic=None, by):
    """Do what a lead set right in a list of links at once: all of it, or nothing if something is refused."""
    for link, values in changed:
        edit_link(link=link, label=values.get("label", link.label), url=values["url"], by=by)
    for link in removed:
        remove_link(link=link, by=by)
    if added:
        add_link(topic=topic, by=by, **added)
