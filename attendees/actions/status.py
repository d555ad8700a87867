"""A status follows from the ledger of askings and answers; this is the one place that works it out and stores it."""

from collections import defaultdict

from django.db.models import F, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce

from attendees.models import Answer, Asking, Attendee, Round, Status


def current_round(microconference):
    """The round that counts now: the second one once it is open, else the first; None before any."""
    rounds = sorted(Round.objects.filter(microconference=microconference), key=lambda each: each.order)
    return rounds[-1] if rounds else None


def work_out(*, answers, asked_round_ids, current_round_id, bounced_at):
    """The status and mode that a ledger amounts to. Plain values in, plain values out.

    ``answers`` are the answers that stand (undone ones left out), newest first.
    """
    in_current = next((each for each in answers if each.round_id == current_round_id), None)
    if in_current is not None:
        return in_current.status, in_current.mode
    if bounced_at is not None:
        return Status.BOUNCES, ""
    if current_round_id in asked_round_ids:
        return Status.PENDING, ""
    if answers:
        return answers[0].status, answers[0].mode
    return Status.NOT_ASKED, ""


def standing(answers):
    """The answers that count, newest first: neither undone nor themselves an undoing."""
    undone = {each.undoes_id for each in answers if each.undoes_id}
    return [each for each in answers if each.pk not in undone and each.undoes_id is None]


def refresh(*attendees):
    """Work out and store the status of attendees of one microconference anew. Harmless twice."""
    if not attendees:
        return
    now_asked = current_round(attendees[0].microconference)
    rows = Attendee.objects.filter(pk__in=[each.pk for each in attendees]).select_related("person")
    rows = rows.prefetch_related(
        Prefetch("answers", queryset=Answer.objects.order_by("-recorded_at", "-pk")),
        Prefetch("askings", queryset=Asking.objects.order_by("at")),
    )
    given, same = {}, defaultdict(list)
    for each in attendees:
        given.setdefault(each.pk, []).append(each)
    for row in rows:
        answers, askings = list(row.answers.all()), list(row.askings.all())
        row.status, row.mode = work_out(
            answers=standing(answers),
            asked_round_ids={each.round_id for each in askings},
            current_round_id=now_asked.pk if now_asked else None,
            bounced_at=row.person.bounced_at,
        )
        row.last_heard_at = max([each.recorded_at for each in standing(answers)], default=None)
        row.contacted_at = max([each.at for each in askings], default=row.contacted_at)
        same[row.status, row.mode, row.last_heard_at].append(row.pk)
        for each in given[row.pk]:
            each.status, each.mode = row.status, row.mode
            each.last_heard_at, each.contacted_at = row.last_heard_at, row.contacted_at
    last = Asking.objects.filter(attendee=OuterRef("pk")).order_by("-at").values("at")[:1]
    for (state, mode, heard), pks in same.items():  # as many updates as there are different ones, not as people
        Attendee.objects.filter(pk__in=pks).update(
            status=state, mode=mode, last_heard_at=heard, contacted_at=Coalesce(Subquery(last), F("contacted_at"))
        )
