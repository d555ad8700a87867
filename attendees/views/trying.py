"""A test letter to oneself: from the page of a text, or of the letters that wait for approval."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from attendees import tasks
from attendees.models import Letter, LetterText, Round
from attendees.outreach import compose, trying
from attendees.views.letters import rows_of
from uconf import rights
from uconf.lib.refusals import Refusal


@require_POST
def test_letter(request, conference, mc):
    """Send one letter, or one text as it is typed, to the lead's own address. Nobody else gets anything."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    kind = request.POST.get("kind", "")
    if kind and kind not in LetterText.Kind.values:
        raise Http404
    try:
        if kind:
            back = mc.organize_url("attendees:texts")
            subject, body = compose.wording(mc, kind)
            question = Round.Question.COMING if kind.endswith("_coming") else Round.Question.INTEREST
            trying.try_text(
                microconference=mc, subject=subject, body=body, question=question, lead=mc.me, by=request.user
            )
        else:
            letter = get_object_or_404(
                rows_of(mc), public_id=request.POST.get("letter", ""), state=Letter.State.WRITTEN
            )
            letter.microconference = mc
            back = f"{mc.organize_url('attendees:review')}#l-{letter.public_id}"
            trying.try_letter(letter=letter, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        tasks.deliver_waiting.delay_on_commit()
        messages.success(
            request,
            _("A test letter goes to %(address)s now. Its links open nothing, and nobody else gets it.")
            % {"address": request.user.email},
        )
    return HttpResponseRedirect(back)
