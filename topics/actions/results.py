"""How a topic went, as the leads say it during or after the session."""

from django.db import transaction
from django.utils.translation import gettext as _

from topics.models import Topic
from uconf.actions import activity
from uconf.lib.refusals import Refusal


@transaction.atomic
def set_result(*, topic, result, by):
    """Note how a topic went; an empty result takes the note back. The same twice changes nothing.

    Raises Refusal for a word that is none of the results, and for a topic that was merged into another.
    """
    topic = Topic.objects.select_for_update(of=("self",)).select_related("microconference").get(pk=topic.pk)
    if result and result not in Topic.Result.values:
        raise Refusal(
            _("“%(result)s” is no way a topic can go. Choose one of the list.") % {"result": result}, field="result"
        )
    if topic.state == Topic.State.MERGED:
        raise Refusal(
            _("“%(topic)s” was merged into “%(into)s”. Say there how it went.")
            % {"topic": topic, "into": topic.merged_into},
            field="result",
        )
    if topic.result == result:
        return topic
    before, topic.result = topic.result, result
    topic.save_if_unchanged(version=None, fields=["result"])
    activity.record(
        "topic.result", on=topic.microconference, by=by, subject=topic.title,
        before={"result": before}, after={"result": result},
    )  # fmt: skip
    return topic
