"""“Suggest an agenda”: the best one under the lead's wishes, beside the present one, until it is taken."""

from dataclasses import asdict, dataclass

from django.contrib import messages
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from topics.agenda import drafts, suggesting
from topics.agenda.reasons import Words
from topics.agenda.snapshot import load
from topics.forms.suggest import TakeForm, WishesForm
from topics.models import AgendaItem
from uconf import rights
from uconf.lib.refusals import EditConflict, Refusal


@dataclass(frozen=True)
class Row:
    """One line of an agenda as the page draws it."""

    title: str
    starts_at: object
    minutes: int
    css: str
    before: str = ""  # where it stands in the draft, if elsewhere
    is_new: bool = False
    why: str = ""


def suggest_agenda(request, conference, mc):
    """Show the suggestion for the wishes in the address; a POST takes the one that was shown over into the draft."""
    microconference = rights.get_microconference(request.user, conference, mc)
    snapshot = load(microconference, viewer=request.user)
    usual = asdict(suggesting.usual(snapshot))
    form = WishesForm(_asked(request, usual), initial=usual) if request.GET.get("asked") else WishesForm(initial=usual)
    take, conflict, status = None, None, 200
    if request.method == "POST":
        take, status = TakeForm(request.POST, snapshot=snapshot), 422
        if take.is_valid():
            try:
                return _taken(request, microconference, take)
            except EditConflict as refused:
                conflict, status = refused, 409
            except Refusal as refusal:
                take.add_refusal(refusal)
    if form.is_bound and not form.is_valid():
        return _page(request, snapshot, form, None, take=take, status=422)
    wishes = form.wishes if form.is_bound else suggesting.Wishes(**usual)
    number = (form.cleaned_data["another"] or 0) if form.is_bound else 0
    suggestion = suggesting.suggest(snapshot, wishes, number=number)
    return _page(request, snapshot, form, suggestion, take=take, conflict=conflict, status=status)


def _asked(request, usual):
    """The wishes in the address; what it does not say is as usual. A rule that it does not name is let go of."""
    data = request.GET.copy()
    for name in (*WishesForm.WEIGHTS, *WishesForm.LENGTHS):
        data.setdefault(name, str(usual[name]))
    return data


def _taken(request, microconference, form):
    draft = drafts.open_draft(microconference=microconference, by=request.user)
    drafts.set_agenda(
        draft=draft,
        items=form.items,
        version=form.cleaned_data["version"],
        by=request.user,
        why=_("take over the suggestion"),
    )
    messages.success(request, _("The suggestion is your draft now. One “Undo” brings back what was there."))
    return redirect(microconference.organize_url("topics:agenda"))


def _page(request, snapshot, form, suggestion, *, take=None, conflict=None, status=200):
    words = Words(suggestion) if suggestion else None
    has_agenda = bool(suggestion and suggestion.has_agenda)
    found_none = bool(suggestion and suggestion.number and not suggestion.has_agenda and suggestion.best.items)
    context = {
        "microconference": snapshot.microconference,
        "room": "agenda",
        "snapshot": snapshot,
        "form": form,
        "take": take,
        "conflict": conflict,
        "suggestion": suggestion,
        "words": words,
        "parts": _parts(suggestion, words) if has_agenda else [],
        "present": [(block, [_present_row(item) for item in block.items]) for block in snapshot.sessions],
        "left_out": [(snapshot.topics[why.topic], words.left_out(why)) for why in suggestion.left_out] if words else [],
        "contradictions": words.contradictions() if words else [],
        "found_none": found_none,
        "is_present": has_agenda and suggesting.is_present(suggestion),
        "written": TakeForm.written(snapshot, suggesting.as_placed(suggestion)) if has_agenda else [],
        "version": snapshot.draft.version if snapshot.draft else 0,
        "another": _query(form, suggestion.number + 1) if _may_ask_again(suggestion) else "",
        "best": _query(form, 0) if suggestion and suggestion.number else "",
        "query": request.GET.urlencode(),
    }
    return render(request, "topics/suggest.html", context, status=status)


def _may_ask_again(suggestion):
    return suggestion and suggestion.has_agenda and suggestion.number < suggesting.MOST_OTHERS


def _query(form, number):
    """The same wishes in an address, for another agenda or the best one."""
    data = form.data.copy() if form.is_bound else QueryDict(mutable=True)
    if not form.is_bound:
        for name in ("asked", *form.RULES, *form.WEIGHTS, *form.LENGTHS):
            value = "1" if name == "asked" else form.initial[name]
            if value is not False:
                data[name] = "on" if value is True else value
    data["another"] = number
    return data.urlencode()


def _parts(suggestion, words):
    present = suggestion.snapshot.placed
    found = []
    for block in suggestion.snapshot.sessions:
        rows = []
        for item in suggesting.shown_items(suggestion):
            if item.session != block.id:
                continue
            before = present.get(item.topic)
            starts_at = suggestion.moment(item.starts)
            moved = before is not None and before.starts_at != starts_at
            rows.append(
                Row(
                    suggestion.snapshot.topics[item.topic].title if item.topic else _kind(item.kind), starts_at,
                    item.ends - item.starts, _css(item.kind),
                    before=_moment(words, before, suggestion) if moved else "",
                    is_new=item.topic is not None and before is None, why=words.standing(item.topic),
                )
            )  # fmt: skip
        found.append((block, rows))
    return found


def _moment(words, item, suggestion):
    return words.time(int((item.starts_at - suggestion.origin).total_seconds() // 60))


def _present_row(item):
    return Row(item.title, item.starts_at, item.minutes, "over" if item.beyond else _css(item.kind))


def _kind(kind):
    return str(AgendaItem.Kind(kind).label).capitalize()


def _css(kind):
    return {"topic": "", "break": "break"}.get(kind, "plain")
