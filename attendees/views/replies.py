"""Mail that came in: what a person has to read, with the round's answers beside it, and what was read by itself."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from attendees.actions import rounds
from attendees.forms.replies import AnswerOfMailForm, UploadForm, WhoForm
from attendees.models import Answer, InboundMail
from attendees.outreach.inbound import addressing, deciding
from uconf import rights, tasks
from uconf.lib.refusals import Refusal
from uconf.proposal import mailtopics

A_PAGE = 50
MOST_TO_READ = 100


@require_safe
def replies(request, conference, mc):
    """What waits to be read, and below it what was read by itself or by somebody. A fixed number of queries."""
    mc = rights.get_microconference(request.user, conference, mc)
    rows = InboundMail.objects.filter(microconference=mc).defer("raw")
    rows = rows.select_related("person", "letter", "lead__person", "decided_by")
    waiting = list(rows.filter(state=InboundMail.State.WAITING).order_by("received_at")[:MOST_TO_READ])
    attendees = {each.person_id: each for each in mc.attendees.select_related("person").order_by("person__search_name")}
    by_address = {each.person.address: each for each in attendees.values()}
    for each in waiting:
        each.attendee = attendees.get(each.person_id)
        each.is_mine = deciding.is_writer(each, mc.me)
        each.is_from_lead = is_from_lead(each)
        if each.why == InboundMail.Why.CONFIRM:
            each.would_ask, each.not_on_list = _readers_of(each, by_address)
    done = rows.filter(state=InboundMail.State.DONE).prefetch_related(
        Prefetch("answers", Answer.objects.select_related("attendee").prefetch_related("undone_by"))
    )
    page = Paginator(done.order_by("-received_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    for each in page:
        each.attendee = attendees.get(each.person_id)
        each.answer = next(iter(each.answers.all()), None)
        each.is_from_lead = is_from_lead(each)
    question = rounds.question_now(mc)
    context = {
        "microconference": mc,
        "room": "letters",
        "is_lead": mc.me.role == "lead",
        "waiting": waiting,
        "more": max(0, InboundMail.objects.filter(microconference=mc).unread().count() - len(waiting)),
        "page": page,
        "question": question.label,
        "choices": AnswerOfMailForm(question=question).fields["answer"].choices,
        "can_ask": mc.takes_letters,
        "can_answer": mc.takes_letters or mc.is_over,
        "attendees": [] if all(each.attendee for each in waiting) else attendees.values(),
        "upload_form": UploadForm(),
        "address": addressing.of_microconference(mc) if addressing.is_on() else "",
    }
    return render(request, "attendees/letters/replies.html", context)


def is_from_lead(mail):
    """Whether a lead wrote a mail; its person is then who got it."""
    return mail.lead_id is not None and mail.kind in (InboundMail.Kind.OWN_MAIL, InboundMail.Kind.SENT_COPY)


def _readers_of(mail, by_address):
    """Whom a mail that waits for its lead's word went to: (attendees, [[name, address]] of who is not on the list)."""
    known = [by_address[address] for _name, address in mail.suggestions if address in by_address]
    return known, [each for each in mail.suggestions if each[1] not in by_address]


@require_POST
def upload(request, conference, mc):
    """Take a mail, an mbox or a text: what is in it waits for review."""
    mc = rights.get_microconference(request.user, conference, mc)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect(mc.organize_url("attendees:replies") + "#upload")
    kept = deciding.upload(microconference=mc, mails=form.cleaned_data["mails"], by=request.user)
    tasks.read_waiting_mail.delay_on_commit()
    messages.success(
        request,
        ngettext("%(n)s mail is here; it is read in a moment, and waits for you then.",
                 "%(n)s mails are here; they are read in a moment, and wait for you then.", len(kept))
        % {"n": len(kept)},
    )  # fmt: skip
    return redirect(mc.organize_url("attendees:replies"))


@require_POST
def reply_do(request, conference, mc, mail):
    """Record what a mail says, say whose it is, or that there is nothing to record; its own button says which."""
    mc = rights.get_microconference(request.user, conference, mc)
    mail = get_object_or_404(InboundMail, microconference=mc, public_id=mail)
    do = DOES.get(request.POST.get("do", "answer"))
    if do is None:
        raise Http404
    try:
        said = do(mail, mc, request)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(mc.organize_url("attendees:replies") + f"#m-{mail.public_id}")
    messages.success(request, said)
    here = f"#m-{mail.public_id}" if do is _who else ""
    return redirect(mc.organize_url("attendees:replies") + here)


def _answer(mail, mc, request):
    form = AnswerOfMailForm(request.POST, question=rounds.question_now(mc))
    if not form.is_valid():
        raise Refusal(_("Press one of the answers on the page."))
    values = form.cleaned_data
    recorded = deciding.record(mail=mail, answer=values["answer"], mode=values["mode"], by=request.user)
    return _("%(name)s: %(status)s, by reply. Nothing was sent; reminders to them stop.") % {
        "name": recorded.attendee.person, "status": recorded.words,
    }  # fmt: skip


def _nothing(mail, mc, request):
    deciding.nothing(mail=mail, by=request.user)
    return _("Read. Nothing was recorded.")


def _who(mail, mc, request):
    form = WhoForm(request.POST, attendees=mc.attendees.select_related("person"))
    if not form.is_valid():
        raise Refusal(str(form.errors["attendee"][0]))
    deciding.assign(mail=mail, attendee=form.cleaned_data["attendee"], by=request.user)
    return _("It is %(name)s’s mail. Now press what it says.") % {"name": form.cleaned_data["attendee"]}


def _mine(mail, mc, request):
    deciding.confirm_own(mail=mail, by=request.user)
    return _("Thank you. Whom you wrote to counts as asked by you.")


def _add(mail, mc, request):
    added = deciding.add_suggested(mail=mail, addresses=request.POST.getlist("address"), by=request.user)
    return ngettext("%(n)s person is on the list, and counts as asked.",
                    "%(n)s people are on the list, and count as asked.", len(added)) % {"n": len(added)}  # fmt: skip


def _topics(mail, mc, request):
    added = mailtopics.add(mail=mail, chosen=request.POST.getlist("topic"), by=request.user)
    said = ngettext(
        "%(n)s topic is proposed now; decide on it under Topics.",
        "%(n)s topics are proposed now; decide on them under Topics.",
        len(added),
    )
    return said % {"n": len(added)}


DOES = {"topics": _topics, "answer": _answer, "nothing": _nothing, "who": _who, "mine": _mine, "add": _add}
