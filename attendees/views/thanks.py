"""The one thank-you letter after a microconference was declined: whom it goes to, and its words."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from attendees.forms.letters import AskForm
from attendees.models import LetterText
from attendees.outreach import compose, placeholders
from attendees.outreach import thanks as acts
from uconf import rights
from uconf.lib.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
def thanks(request, conference, mc):
    """Write it to those who were asked or answered; every letter is read before it goes."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    found = acts.readers(mc)
    options = {"people": [each.public_id for each in found], "opens_round": False}
    subject, body = compose.wording(mc, LetterText.Kind.THANKS)
    form, status, chosen = AskForm(initial={"subject": subject, "body": body}, **options), 200, set(options["people"])
    if request.method == "POST":
        form, status = AskForm(request.POST, **options), 422
        chosen = set(request.POST.getlist("person"))
        if form.is_valid():
            data = form.cleaned_data
            try:
                letters = acts.write(
                    microconference=mc, attendees=[each for each in found if each.public_id in data["person"]],
                    subject=data["subject"], body=data["body"], lead=mc.me, by=request.user,
                )  # fmt: skip
            except Refusal as refusal:
                form.add_refusal(refusal)
            else:
                said = ngettext(
                    "%(count)s letter is written. Read it below; nothing has gone yet.",
                    "%(count)s letters are written. Read them below; nothing has gone yet.",
                    len(letters),
                )
                messages.success(request, said % {"count": len(letters)})
                return redirect(mc.organize_url("attendees:review"))
    context = {
        "microconference": mc,
        "room": "letters",
        "found": found,
        "chosen": chosen,
        "form": form,
        "is_declined": mc.state == mc.State.DECLINED,
        "placeholders": placeholders.ALLOWED,
        "title": _("Thank them"),
    }
    return render(request, "attendees/letters/thanks.html", context, status=status)
