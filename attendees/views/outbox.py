"""The outbox: what is going out at this moment, what waits until when and why, what a lead has to decide."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Min
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from attendees import tasks
from attendees.models import Letter
from attendees.outreach import compose, pausing, rules
from attendees.views.letters import GROUPS, is_lead, listed
from uconf import rights
from uconf.lib import clock
from uconf.models import LettersPause

STATES = Letter.State
SOON = timedelta(seconds=30)  # the sweep comes that often


@require_safe
def outbox(request, conference, mc):
    """How far the letters are; htmx asks for the figures alone, every few seconds while something moves."""
    mc = rights.get_microconference(request.user, conference, mc)
    context = {"microconference": mc, "room": "letters"} | _progress(mc)
    if request.htmx:
        return render(request, "attendees/letters/outbox.html#progress", context)
    group, page = listed(request, mc)
    for letter in page:
        letter.is_held = letter.state in Letter.ON_THE_WAY and letter.next_try_at is None
        letter.why = why_it_waits(letter, mc)
    counts = context["counts"]
    chips = [(each, sum(counts.get(state, 0) for state in each.states)) for each in GROUPS]
    context |= {
        "is_lead": is_lead(mc),
        "pause": context["pause"],
        "stopped": pausing.words(pausing.state()),
        "page": page,
        "group": group,
        "chips": [each for each in chips if each[1]],
        "total": sum(counts.values()),
    }
    return render(request, "attendees/letters/outbox.html", context)


def _progress(mc):
    letters = Letter.objects.filter(microconference=mc)
    counts = dict(letters.order_by().values_list("state").annotate(Count("pk")))
    pause = LettersPause.objects.filter(microconference=mc).select_related("by").first()
    waiting = letters.filter(state__in=[STATES.QUEUED, STATES.DEFERRED])
    due = waiting.filter(next_try_at__lte=clock.now() + SOON).count()
    held = counts.get(STATES.CLAIMED, 0) + counts.get(STATES.TRANSMITTING, 0)
    site = pausing.state()
    progress = [
        (_("sent"), counts.get(STATES.SENT, 0)),
        (_("waiting"), sum(counts.get(each, 0) for each in Letter.ON_THE_WAY)),
        (_("failed"), counts.get(STATES.FAILED, 0)),
        (_("uncertain"), counts.get(STATES.UNCERTAIN, 0)),
    ]
    return {
        "counts": counts,
        "pause": pause,
        "progress": progress,
        "moving": 0 if site.paused_at else held + due,
        "next_at": waiting.aggregate(next=Min("next_try_at"))["next"],
    }


def why_it_waits(letter, mc):
    """Why a letter that is on its way has not gone yet, in a few words; empty if it is about to."""
    if letter.state not in (STATES.QUEUED, STATES.DEFERRED):
        return ""
    now = clock.now()
    if letter.next_try_at is None:
        return _("the letters of this microconference are paused")
    if letter.tries or letter.state == STATES.DEFERRED:
        return _("put off by the mail server, tried %(times)s times: %(reply)s") % {
            "times": letter.tries, "reply": letter.reply[:120],
        }  # fmt: skip
    if letter.resends:
        return _("sent once more: it may not have arrived")
    if letter.next_try_at <= now:
        return letter.reply[:120]
    if rules.pauses_of(letter):
        return _("its reader is paused until then")
    if letter.kind in compose.ABOUT_THE_AGENDA:
        return _("another release in the meantime still changes it")
    if letter.due_at is not None and letter.due_at > now:
        return _("its reader was asked within 7 days before that")
    if letter.by_robot and letter.approved_at is None:
        return _("robots write Tuesday to Thursday, in office hours where its reader is")
    return _("only so many letters a minute may go")


@require_POST
def outbox_do(request, conference, mc):
    """Pause the letters of a microconference, or let them go on."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    do = request.POST.get("do")
    if do == "pause":
        pausing.pause_letters(microconference=mc, by=request.user)
        messages.success(request, _("Paused. Letters wait until a lead lets them go on."))
    elif do == "resume":
        pausing.resume_letters(microconference=mc, by=request.user)
        tasks.deliver_waiting.delay_on_commit()
        messages.success(request, _("The letters go on."))
    else:
        messages.error(request, _("Press one of the buttons: pause, or let them go on."))
    return HttpResponseRedirect(mc.organize_url("attendees:outbox"))
