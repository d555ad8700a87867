"""The list of people, and what is done with several of them at once."""

import csv
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from attendees.actions import people as persons
from attendees.actions import rounds
from attendees.forms.people import NOBODY, PARTS, PeopleFilter
from attendees.models import Asking, Interest, Status
from attendees.views import rows
from uconf import rights
from uconf.actions import activity
from uconf.lib import addresses
from uconf.lib.refusals import Refusal
from uconf.models import Membership, Suppression

COLUMNS = (
    ("person", gettext_lazy("Person")),
    ("status", gettext_lazy("Status")),
    ("asked_by", gettext_lazy("Asked by")),
    ("heard", gettext_lazy("Last heard")),
)
NO_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, conference, mc):
    """Everybody on the list, those who need a lead first; a POST takes the chosen ones further."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    values = PeopleFilter(request.GET, microconference=microconference).values()
    refusal, chosen = None, request.GET.getlist("person")
    if request.method == "POST":
        chosen = request.POST.getlist("person")
        picked = _chosen(microconference, chosen)
        if request.POST.get("do") in ("ask", "hold") and microconference.me.role != Membership.Role.LEAD:
            refusal = _("Only leads send letters. Write to them yourself, or ask a lead to.")
        elif response := _take_further(request, microconference, picked, values):
            return response
        else:
            refusal = _("Nobody is chosen yet. Tick the box beside each person, then press again.")
    matching = rows.narrowed(microconference, values)
    attendees = rows.shown(matching, values)
    if request.GET.get("choose") == "all" and request.method != "POST":
        chosen = [each.public_id for each in attendees]
    context = {
        "microconference": microconference,
        "room": "people",
        "values": values,
        "rows": rows.in_words(microconference, attendees),
        "chips": rows.chips(matching, values),
        "columns": _columns(values),
        "topics": microconference.topics.alive(),
        "members": microconference.memberships.select_related("person"),
        "parts": PARTS,
        "round": rounds.to_answer(microconference, microconference.rounds.all()),
        "chosen": set(chosen),
        "chosen_count": len({each.public_id for each in attendees} & set(chosen)),
        "refusal": refusal,
        "here": rows.query(values),
        "needs_query": rows.query(values, sort=""),
        "status_label": Status(values["status"]).label if values["status"] in Status.values else "",
        "most": rows.MOST,
    }
    return render(request, "attendees/people.html", context, status=422 if refusal else 200)


def _chosen(microconference, public_ids):
    chosen = microconference.attendees.filter(public_id__in=public_ids[: rows.MOST])
    return list(chosen.select_related("person", "asked_by__person"))


def _take_further(request, microconference, picked, values):
    """The page that an act on the chosen people leads to; None if nobody is chosen."""
    do = request.POST.get("do")
    if do == "csv":
        everybody = rows.shown(rows.narrowed(microconference, values), values)
        by_pk = {each.pk for each in picked}
        return _as_csv(request, microconference, [each for each in everybody if not picked or each.pk in by_pk])
    if not picked:
        return None
    if do == "assign":
        return _assign(request, microconference, picked, values)
    who = urlencode([("person", each.public_id) for each in picked])
    if do == "hold":
        return HttpResponseRedirect(f"{microconference.organize_url('attendees:persistence')}?{who}")
    if do == "write":
        return HttpResponseRedirect(f"{microconference.organize_url('attendees:write_myself')}?{who}")
    # The letters' page shows each letter before anything goes.
    return HttpResponseRedirect(f"{microconference.organize_url('attendees:ask')}?{who}")


def _assign(request, microconference, picked, values):
    """Let one of the team ask the chosen people: their next letters go in that name."""
    to = microconference.memberships.filter(person__public_id=request.POST.get("to", "")).first()
    if to is None and request.POST.get("to") != NOBODY:
        messages.error(request, _("Nobody of the team is chosen. Choose who asks them, then press again."))
    else:
        changed = persons.assign(microconference=microconference, attendees=picked, to=to, by=request.user)
        said = ngettext(
            "%(name)s asks %(count)s person from now on; letters that are written already keep their sender.",
            "%(name)s asks %(count)s people from now on; letters that are written already keep their sender.",
            len(changed),
        )
        nobody = ngettext(
            "Nobody is said to ask %(count)s person any more.",
            "Nobody is said to ask %(count)s people any more.",
            len(changed),
        )
        messages.success(request, (said if to else nobody) % {"name": to and to.person, "count": len(changed)})
    query = rows.query(values)
    return HttpResponseRedirect(f"{microconference.organize_url('attendees:people')}{'?' if query else ''}{query}")


def _columns(values):
    """The headings that sort: pressed again, the other way round."""
    found = []
    for name, label in COLUMNS:
        now = values["sort"]
        upwards = now == name
        found.append(
            {
                "name": name,
                "label": label,
                "query": rows.query(values, sort=f"-{name}" if upwards else name),
                "aria": "ascending" if upwards else "descending" if now == f"-{name}" else "",
            }
        )
    return {each["name"]: each for each in found}


def _as_csv(request, microconference, attendees):
    """The people as a file for a spreadsheet; that it was taken is in the activity log."""
    activity.record("people.exported", on=microconference, by=request.user, after={"count": len(attendees)})
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{microconference.slug}.csv"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    writer.writerow(
        ["name", "address", "affiliation", "status", "mode", "need me there", "would like to", "cannot", "notes",
         "may be named", "asked by", "asked on", "last heard on"]
    )  # fmt: skip
    zone = microconference.timezone
    for each in attendees:
        by_level = {level: [] for level in Interest.Level.values}
        for interest in each.interests.all():
            by_level[interest.level].append(interest.topic.title)
        cells = [
            each.person.name, each.person.address, each.person.affiliation, each.get_status_display(),
            each.get_mode_display(), "; ".join(by_level["need_me"]), "; ".join(by_level["would_like"]),
            rows.cannot_words(each, zone), "; ".join(rows.notes(each)), _("yes") if each.listed else _("no"),
            each.asked_by.person.name if each.asked_by else "", _iso(each.contacted_at), _iso(each.last_heard_at),
        ]  # fmt: skip
        writer.writerow([safe_cell(cell) for cell in cells])
    return response


def safe_cell(text):
    """A cell that no spreadsheet takes for a formula."""
    text = str(text)
    return f"'{text}" if text.startswith(NO_FORMULA) else text


def _iso(instant):
    return f"{instant:%Y-%m-%d}" if instant else ""


@require_http_methods(["GET", "HEAD"])
def write_myself(request, conference, mc):
    """The addresses of the chosen people, to write to them from one's own mail program."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    picked = sorted(_chosen(microconference, request.GET.getlist("person")), key=lambda each: each.person.search_name)
    banned = Suppression.objects.among({each.person.address for each in picked if each.person.address})
    unwanted = {each.pk for each in picked if each.letters_stopped_at or each.person.address in banned}
    context = {
        "microconference": microconference,
        "room": "people",
        "reachable": [
            {"attendee": each, "mailto": addresses.mailto(each.person.address, str(microconference))}
            for each in picked
            if each.person.address and each.pk not in unwanted
        ],
        "unreachable": [each for each in picked if not each.person.address],
        "stopped": [each for each in picked if each.person.address and each.pk in unwanted],
    }
    return render(request, "attendees/people_write.html", context)


@require_POST
def written_myself(request, conference, mc):
    """Note that a lead wrote to people in their own mail: their response is pending from now on."""
    microconference = rights.get_microconference(request.user, conference, mc, lead=False)
    picked = _chosen(microconference, request.POST.getlist("person"))
    try:
        if not picked:
            raise Refusal(_("Nobody is chosen yet. Tick the box beside each person, then press again."))
        if not microconference.takes_letters:
            raise Refusal(_("“%(mc)s” asks nobody any more. Nothing was noted.") % {"mc": microconference})
        round = rounds.current_or_imported(microconference=microconference, by=request.user)
        fresh = rounds.asked(attendees=picked, round=round, how=Asking.How.OWN_MAIL, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            ngettext(
                "Noted: you wrote to %(count)s person. Nothing was sent from here.",
                "Noted: you wrote to %(count)s people. Nothing was sent from here.",
                len(fresh),
            )
            % {"count": len(fresh)},
        )
    return HttpResponseRedirect(microconference.organize_url("attendees:people"))
