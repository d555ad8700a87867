"""A proposal's text in, its review, and the written proposal out."""

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from uconf import rights
from uconf.forms.proposal import BunchFormSet, NamesForm, TextForm, refusal_in_words
from uconf.forms.review import Review
from uconf.lib import clock
from uconf.lib.refusals import Refusal
from uconf.models import Conference
from uconf.proposal import marked, reader, reviewed, write
from uconf.proposal.save import save, save_many


def propose(request, conference):
    """Paste or upload a proposal; review what was understood; only then is anything stored."""
    conference = get_object_or_404(Conference, slug=conference, ends_on__gte=clock.now().date())
    if request.method != "POST":
        return _text_page(request, conference, TextForm())
    if request.POST.get("do") == "read":
        form = TextForm(request.POST, request.FILES)
        if not form.is_valid():
            return _text_page(request, conference, form, status=422)
        reading = reader.read(form.cleaned_data["text"], kind=form.cleaned_data["kind"] or "auto")
        review = Review(reading, original=form.cleaned_data["text"], user=request.user)
        return _review_page(request, conference, review)
    text, kind = request.POST.get("head-text", ""), request.POST.get("head-kind", "auto")
    if request.POST.get("do") == "back":
        return _text_page(request, conference, TextForm(initial={"text": text, "kind": kind}))
    text = text.replace("\r\n", "\n")[: reader.LIMIT]
    reading = reader.read(text, kind=kind if kind in ("text", "markdown", "html") else "auto")
    review = Review(reading, original=text, user=request.user, data=request.POST)
    if not review.is_valid():
        return _review_page(request, conference, review, status=422)
    try:
        microconference = save(proposal=review.proposal(), conference=conference, by=request.user)
    except Refusal as refusal:
        review.head.add_refusal(refusal)
        return _review_page(request, conference, review, status=422)
    messages.success(request, _imported(microconference))
    return redirect(microconference.organize_url())


def _imported(microconference):
    counts = microconference.organize_counts()
    topics = ngettext("%(n)s topic", "%(n)s topics", counts["topics"]) % {"n": counts["topics"]}
    people = ngettext("%(n)s person", "%(n)s people", counts["people"]) % {"n": counts["people"]}
    return _("“%(title)s” is here with %(topics)s and %(people)s. Nobody was written to.") % {
        "title": microconference, "topics": topics, "people": people,
    }  # fmt: skip


def _text_page(request, conference, form, status=200):
    return render(request, "uconf/proposal/text.html", {"conference": conference, "form": form}, status=status)


def _review_page(request, conference, review, status=200):
    context = {
        "conference": conference,
        "review": review,
        "reading": review.reading,
        "source": marked.as_html(review.reading),
        "missing_links": sum(not link.url for topic in review.reading.topics for link in topic.links),
        "without_address": sum(not each.email for each in review.reading.attendees),
    }
    return render(request, "uconf/proposal/review.html", context, status=status)


def import_bunch(request, conference):
    """Many proposals at once, on behalf of leads who have not come yet. For the committee."""
    conference = rights.get_committee_conference(request.user, conference)
    if request.method != "POST":
        return _bunch_page(request, conference)
    if request.POST.get("do") == "import":
        return _import_bunch(request, conference)
    rows, unreadable = [], []
    for upload in request.FILES.getlist("files"):
        try:
            rows.append(_row(upload.name, reader.decode(upload.read(reader.LIMIT + 1))))
        except reader.UnreadableProposal as refusal:
            unreadable.append({"name": upload.name, "why": refusal_in_words(refusal)})
    nothing = not rows and not unreadable
    return _bunch_page(
        request, conference, rows=rows, unreadable=unreadable, nothing=nothing, status=200 if rows else 422
    )


def _import_bunch(request, conference):
    formset = BunchFormSet(request.POST, prefix="bunch")
    if not formset.is_valid():
        return _bunch_page(request, conference, nothing=True, status=422)
    wanted = [form.cleaned_data for form in formset if form.cleaned_data.get("keep")]
    readings = [reader.read(each["text"].replace("\r\n", "\n")) for each in wanted]
    stored, refused = save_many(
        proposals=[reviewed.from_reading(each) for each in readings], conference=conference, by=request.user
    )
    if stored:
        messages.success(
            request,
            ngettext("%(n)s proposal is here as a draft.", "%(n)s proposals are here as drafts.", len(stored))
            % {"n": len(stored)},
        )
    if refused or not wanted:
        rows = [_row(wanted[place]["name"], wanted[place]["text"], why=why) for place, why in refused]
        return _bunch_page(request, conference, rows=rows, nothing=not wanted, status=422)
    return redirect("uconf:committee", conference.slug)


def _bunch_page(request, conference, *, rows=(), status=200, **more):
    formset = BunchFormSet(
        prefix="bunch",
        initial=[{"keep": bool(each["reading"].title), "name": each["name"], "text": each["text"]} for each in rows],
    )
    context = {"conference": conference, "rows": list(zip(rows, formset, strict=True)), "formset": formset, **more}
    return render(request, "uconf/proposal/bunch.html", context, status=status)


def _row(name, text, why=""):
    return {"name": name, "text": text, "reading": reader.read(text), "why": why}


def proposal(request, conference, mc):
    """The whole microconference as one text, ready to post. ``as=txt`` or ``as=md`` gives the bare text."""
    microconference = rights.get_microconference(request.user, conference, mc)
    kind = request.GET.get("as", "")
    if kind not in ("", "txt", "md"):
        raise Http404
    named = NamesForm(request.GET, choices=write.could_be_named(microconference)).named()
    material = write.gather(microconference, named=named)
    if kind:
        text = write.as_markdown(material) if kind == "md" else write.as_text(material)
        response = HttpResponse(text, content_type="text/plain; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{microconference.slug}.{kind}"'
        return response
    wording = "md" if request.GET.get("style") == "md" else "txt"
    context = {
        "microconference": microconference,
        "room": "proposal",
        "wording": wording,
        "text": write.as_markdown(material) if wording == "md" else write.as_text(material),
        "choices": material.could_be_named,
        "named": named,
        "source": microconference.sources.first(),
    }
    return render(request, "uconf/proposal/proposal.html", context)


def source(request, conference, mc):
    """The text that this microconference was imported from, as it came."""
    microconference = rights.get_microconference(request.user, conference, mc)
    found = microconference.sources.filter(~Q(text="")).first()
    if found is None:
        raise Http404
    context = {
        "microconference": microconference, "room": "proposal", "source": found,
        "html": marked.spans_as_html(found.text, [tuple(each) for each in found.spans]),
    }  # fmt: skip
    return render(request, "uconf/proposal/source.html", context)
