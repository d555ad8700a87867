"""What is to be entered into the conference's own timetable: a list to tick off, and files for Indico."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from attendees.naming import nameable_person_ids
from topics.agenda import indico, releases, transfer
from topics.forms.releases import TimetableForm
from topics.models import Topic
from uconf import rights
from uconf.lib.refusals import Refusal
from uconf.models import Person


def timetable(request, conference, mc):
    """The list for the latest release: only what differs from what was last entered, each thing with a tick.

    ``?release=`` chooses another release.
    """
    microconference = rights.get_microconference(request.user, conference, mc)
    chosen = _chosen(request)
    refusal, said, typed = "", "", {}
    if request.method == "POST":
        form = TimetableForm(request.POST)
        try:
            said = _do(microconference, form, request.user, chosen)
        except Refusal as refused:
            refusal, typed = str(refused), form.typed_ids()
        else:
            if not request.htmx:
                messages.success(request, said)
                return redirect(request.get_full_path())
    found = transfer.todo(microconference, chosen)
    if found is None and chosen is not None:
        raise Http404
    numbers = list(microconference.releases.order_by("-number").values_list("number", flat=True))
    context = {
        "microconference": microconference,
        "room": "agenda",
        "here": "timetable",
        "todo": found,
        "numbers": numbers,
        "query": f"?release={chosen}" if chosen is not None else "",
        "is_latest": not numbers or not found or found.release.number == numbers[0],
        "refusal": refusal,
        "said": said,
        "rows": [(each, typed.get(each.topic, "")) for each in found.lines] if found else [],
    }
    page = "topics/timetable.html#timetable" if request.htmx else "topics/timetable.html"
    return render(request, page, context, status=422 if refusal else 200)


def _chosen(request):
    """The number of the release in the address; None stands for the latest."""
    number = request.GET.get("release", "")
    if not number:
        return None
    if not (number.isascii() and number.isdecimal() and len(number) < 7):
        raise Http404
    return int(number)


def _do(microconference, form, user, chosen):
    """Do what the button says; give the sentence about it."""
    if not form.is_valid():
        raise Refusal(_("This button is not known here. Open the page again."))
    values, ids = form.cleaned_data, form.typed_ids()
    for topic, number in ids.items():
        transfer.set_number(microconference=microconference, topic=topic, number=number, by=user)
    if values["ids"]:
        return ngettext("%(count)s id is noted.", "%(count)s ids are noted.", len(ids)) % {"count": len(ids)}
    if values["untick"]:
        transfer.untick(microconference=microconference, key=values["untick"], by=user)
        return _("The tick is taken back.")
    found = transfer.todo(microconference, chosen)
    if found is None or values["number"] is None or not (values["tick"] or values["all"]):
        raise Refusal(_("This button is not known here. Open the page again."))
    if values["all"] and found.release.number != values["number"]:
        raise Refusal(
            _("Release %(number)s was published meanwhile; below is what it asks for. Nothing was ticked.")
            % {"number": found.release.number}
        )
    keys = [each.key for each in found.lines] if values["all"] else [values["tick"]]
    count = transfer.tick(microconference=microconference, number=values["number"], keys=keys, by=user)
    return ngettext("%(count)s thing is noted as entered.", "%(count)s things are noted as entered.", count) % {
        "count": count
    }


@require_safe
def timetable_csv(request, conference, mc):
    """A release, without ``?release=`` the latest, in the columns of Indico's contribution import."""
    microconference, release = _released(request, conference, mc)
    text = indico.as_csv(release.content, _names(microconference, release))
    return _file(HttpResponse(text, content_type="text/csv; charset=utf-8"), microconference, release, "csv")


@require_safe
def timetable_json(request, conference, mc):
    """A release, without ``?release=`` the latest, as Indico's timetable export says it."""
    microconference, release = _released(request, conference, mc)
    numbers = dict(Topic.objects.filter(microconference=microconference).values_list("public_id", "external_id"))
    data = indico.as_json(
        release.content, _names(microconference, release), numbers, name=microconference.title,
        venue=microconference.conference.venue,
    )  # fmt: skip
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _file(response, microconference, release, "json")


def _released(request, conference, mc):
    microconference = rights.get_microconference(request.user, conference, mc)
    chosen = _chosen(request)
    if chosen is None:
        release = releases.latest(microconference)
    else:
        release = microconference.releases.filter(number=chosen).first()
    if release is None:
        raise Http404
    return microconference, release


def _names(microconference, release):
    """The names of those proposers of a release who may be named in public, by identifier."""
    wanted = {each for session in release.content["sessions"] for item in session["items"] for each in item["people"]}
    people = Person.objects.filter(public_id__in=wanted, pk__in=nameable_person_ids(microconference))
    return dict(people.values_list("public_id", "name"))


def _file(response, microconference, release, kind):
    name = f"timetable-{microconference.slug}-v{release.number}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
