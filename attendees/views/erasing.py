"""A lead erases somebody, after a page that says what goes."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from uconf import rights
from uconf.lib.refusals import Refusal
from uconf.lifecycle import erasing


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, conference, mc, attendee):
    """Erase somebody altogether, or only from this list if others know them too. For leads."""
    mc = rights.get_microconference(request.user, conference, mc, lead=True)
    found = mc.attendees.select_related("person").filter(public_id=attendee).first()
    if found is None:
        raise Http404
    found.microconference = mc
    name, refusal = str(found.person), ""
    if request.method == "POST":
        try:
            whole = erasing.erase_from_list(attendee=found, suppress=bool(request.POST.get("asked")), by=request.user)
        except Refusal as said:
            refusal = str(said)
        else:
            said = _("%(name)s is erased.") if whole else _("All about %(name)s in this microconference is erased.")
            messages.success(request, said % {"name": name})
            return redirect(mc.organize_url("attendees:people"))
    context = {
        "microconference": mc, "room": "people", "attendee": found, "refusal": refusal,
        "elsewhere": erasing.is_known_elsewhere(found),
        "answers": found.answers.count(), "letters": found.person.letters.filter(microconference=mc).count(),
    }  # fmt: skip
    return render(request, "attendees/person_erase.html", context, status=422 if refusal else 200)
