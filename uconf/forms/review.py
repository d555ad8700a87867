"""The review of what was understood of a proposal: a head and five lists."""

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendees.actions.people import namesakes_of_mine
from uconf.forms.base import PlainForm
from uconf.forms.proposal import KINDS
from uconf.lib import addresses, limits
from uconf.models import Person
from uconf.models.people import fold
from uconf.proposal.reviewed import (
    Proposal,
    ReviewedEdition,
    ReviewedOutcome,
    ReviewedPerson,
    ReviewedTopic,
    link_lines,
    parse_link_lines,
    parse_person_lines,
    person_lines,
)

STATUSES = [
    ("none", gettext_lazy("not asked yet")),
    ("pending", gettext_lazy("response pending")),
    ("interested", gettext_lazy("interested")),
    ("coming", gettext_lazy("coming")),
    ("maybe", gettext_lazy("not sure yet")),
    ("declined", gettext_lazy("can't this time")),
]
# An import's word for a status, as the status it becomes.
SHOWN = {
    "none": "not_asked", "pending": "pending", "interested": "interested", "coming": "coming", "maybe": "not_sure",
    "declined": "cant",
}  # fmt: skip
MOST_ROWS = 2000


def _joined(*parts):
    return " · ".join(str(part) for part in parts if part)


class LinesField(forms.CharField):
    """Several things, one a line, read by a parser that raises ValueError with a sentence."""

    def __init__(self, *, parse, rows=2, **kwargs):
        self.parse = parse
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def clean(self, value):
        try:
            return self.parse(super().clean(value))
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None


class RowForm(forms.Form):
    """One thing that was found; unticked, it is left out."""

    keep = forms.BooleanField(label=gettext_lazy("import it"), required=False, initial=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "keep":
                is_select = isinstance(field.widget, forms.Select)
                field.widget.attrs.setdefault("class", "form-select" if is_select else "form-control")

    @property
    def wanted(self):
        return bool(self.cleaned_data.get("keep"))

    @property
    def caption(self):
        """What the row is about, for its folded line and its labels."""
        for name in ("name", "title", "year", "text"):
            if name in self.fields and self[name].value():
                return str(self[name].value())
        return ""

    @property
    def meta(self):
        """What else the folded line says of it."""
        return ""

    def lines_of(self, name):
        """What stands in a field of one thing a line, as it was typed."""
        return [line.strip() for line in str(self[name].value() or "").splitlines() if line.strip()]

    def links_in_words(self):
        count = len(self.lines_of("links"))
        return ngettext("%(n)s link", "%(n)s links", count) % {"n": count} if count else ""


class PersonRow(RowForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=limits.NAME, required=False)
    affiliation = forms.CharField(label=gettext_lazy("Affiliation"), max_length=limits.NAME, required=False)
    address = forms.CharField(label=gettext_lazy("Mail address"), max_length=limits.ADDRESS, required=False)
    known = forms.ModelChoiceField(
        label=gettext_lazy("Known already?"), queryset=Person.objects.none(), required=False, empty_label=None
    )

    def __init__(self, *args, candidates=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates = (candidates or {}).get(fold(str(self["name"].value() or "")), [])
        if not self.candidates:
            del self.fields["known"]
            return
        field = self.fields["known"]
        field.queryset = Person.objects.filter(pk__in=[each.pk for each in self.candidates])
        field.choices = [("", _("a new person"))] + [
            (each.pk, _("the same as %(name)s, %(from)s") % {"name": each.name, "from": each.known_from})
            for each in self.candidates
        ]

    @property
    def meta(self):
        known = _("known already?") if self.candidates else ""
        return _joined(self["affiliation"].value(), self["address"].value(), known)

    def clean_address(self):
        value = self.cleaned_data["address"]
        try:
            return addresses.clean(value) if value.strip() else ""
        except ValueError as refusal:
            raise forms.ValidationError(str(refusal)) from None

    def clean(self):
        data = super().clean()
        if data.get("keep") and not addresses.one_line(data.get("name") or ""):
            self.add_error("name", _("Write a name, or untick this person."))
        return data

    def value(self):
        data = self.cleaned_data
        known = data.get("known")
        return ReviewedPerson(
            addresses.one_line(data["name"]), data["affiliation"], data["address"], data.get("note", ""),
            data.get("status") or "none", known.pk if known else None,
        )  # fmt: skip


class LeadRow(PersonRow):
    """A lead."""


class AttendeeRow(PersonRow):
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=STATUSES)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=limits.LABEL, required=False)

    @property
    def shown_status(self):
        """The status as pages show it, with its shape; empty for what is no status."""
        return SHOWN.get(self["status"].value(), "")


class TopicRow(RowForm):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=limits.TITLE, required=False)
    problem = forms.CharField(
        label=gettext_lazy("The problem"), max_length=limits.MARKDOWN, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    group = forms.CharField(label=gettext_lazy("Group"), max_length=limits.TITLE, required=False)
    people = LinesField(label=gettext_lazy("Key people, one a line: Name (why)"), parse=parse_person_lines)
    links = LinesField(label=gettext_lazy("Links, one a line: label <address>"), parse=parse_link_lines)

    @property
    def meta(self):
        needed = ", ".join(line.partition(" (")[0] for line in self.lines_of("people"))
        return _joined(_("needs %(names)s") % {"names": needed} if needed else "", self.links_in_words())

    def clean(self):
        data = super().clean()
        if data.get("keep") and not addresses.one_line(data.get("title") or ""):
            self.add_error("title", _("Write a title, or untick this topic."))
        return data

    def value(self):
        data = self.cleaned_data
        return ReviewedTopic(
            addresses.one_line(data["title"]), data["problem"], addresses.one_line(data["group"]),
            data["people"], data["links"],
        )  # fmt: skip


class EditionRow(RowForm):
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=1970, max_value=2100)
    leads = LinesField(label=gettext_lazy("Leads, one a line"), parse=parse_person_lines)
    links = LinesField(label=gettext_lazy("Links, one a line: label <address>"), parse=parse_link_lines)

    @property
    def meta(self):
        leads = ", ".join(self.lines_of("leads"))
        return _joined(_("led by %(names)s") % {"names": leads} if leads else "", self.links_in_words())

    def value(self):
        data = self.cleaned_data
        return ReviewedEdition(data["year"], data["leads"], data["links"])


class OutcomeRow(RowForm):
    text = forms.CharField(
        label=gettext_lazy("What came of it"), max_length=limits.MARKDOWN, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    year = forms.IntegerField(label=gettext_lazy("Edition"), min_value=1970, max_value=2100, required=False)
    links = LinesField(label=gettext_lazy("Links, one a line: label <address>"), parse=parse_link_lines)

    def clean(self):
        data = super().clean()
        if data.get("keep") and not (data.get("text") or "").strip():
            self.add_error("text", _("Write what came of it, or untick this outcome."))
        return data

    @property
    def caption(self):
        return " ".join(str(self["text"].value() or "").split())

    @property
    def meta(self):
        return _joined(self["year"].value(), self.links_in_words())

    def value(self):
        data = self.cleaned_data
        return ReviewedOutcome(data["text"].strip(), data["year"], data["links"])


class HeadForm(PlainForm):
    """The microconference itself, and the text that it was read from."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False, max_length=limits.PASTE)
    kind = forms.ChoiceField(choices=KINDS, widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=limits.TITLE)
    summary = forms.CharField(
        label=gettext_lazy("Summary"), max_length=limits.MARKDOWN, required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    session_classification = forms.CharField(
        label=gettext_lazy("Session classification"), max_length=limits.TITLE, required=False
    )
    track_classification = forms.CharField(
        label=gettext_lazy("Track classification"), max_length=limits.TITLE, required=False
    )
    policy_agreed = forms.BooleanField(label=gettext_lazy("We agree to abide by the conduct policy"), required=False)
    me = forms.ChoiceField(label=gettext_lazy("Which of the leads are you?"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("title", "summary", "session_classification", "track_classification"):
            self.fields[name].widget.attrs["class"] = "form-control"


class Rows(BaseFormSet):
    def wanted(self):
        return tuple(form.value() for form in self.forms if form.wanted)


class Review:
    """The whole review page: one head and five lists, filled from a reading or from what was sent back."""

    LISTS = {
        "leads": LeadRow,
        "topics": TopicRow,
        "attendees": AttendeeRow,
        "editions": EditionRow,
        "outcomes": OutcomeRow,
    }

    def __init__(self, reading, *, original, user=None, data=None):
        self.reading, self.original, self.data = reading, original, data
        initial = self._initial(reading)
        names = {fold(row["name"]) for key in ("leads", "attendees") for row in initial[key]}
        if data is not None:
            names |= {fold(value) for key, value in data.items() if key.endswith("-name")}
        self.candidates = known_people(names, user)
        self.lists = {}
        for prefix, row in self.LISTS.items():
            factory = formset_factory(row, formset=Rows, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
            extra = {"form_kwargs": {"candidates": self.candidates}} if issubclass(row, PersonRow) else {}
            self.lists[prefix] = factory(data, initial=initial[prefix], prefix=prefix, **extra)
        self._number()
        self.head = HeadForm(data, initial=initial["head"], prefix="head")
        self.head.fields["me"].choices = [("", _("None of them: add me as a lead"))] + [
            (str(number), form["name"].value() or "") for number, form in enumerate(self.lists["leads"].forms)
        ]
        self.head.initial["me"] = self._guess_me(user)

    def _number(self):
        """Give each row the number that its place in the text carries (T1, P2 …), where it has one."""
        spans = [(each, fold(self.reading.text[each.start : each.end])) for each in self.reading.spans if each.ref]
        kinds = {"leads": ("lead",), "attendees": ("person", "lead")}
        for prefix, wanted in kinds.items():
            for form in self.lists[prefix].forms:
                name = fold(str(form["name"].value() or ""))
                surname = name.split()[-1] if name else ""
                found = (span.ref for span, text in spans if span.kind in wanted and surname and surname in text)
                form.ref = next(found, "")
        for prefix, letter in (("topics", "T"), ("editions", "E"), ("outcomes", "O")):
            for number, form in enumerate(self.lists[prefix].forms, 1):
                form.ref = f"{letter}{number}"

    def _initial(self, reading):
        def person(each):
            return {
                "name": each.name, "affiliation": each.affiliation, "address": each.email, "note": each.note,
                "status": each.status,
            }  # fmt: skip

        return {
            "head": {
                "text": self.original, "kind": reading.kind, "title": reading.title[: limits.TITLE],
                "summary": reading.summary, "session_classification": reading.session_classification[: limits.TITLE],
                "track_classification": reading.track_classification[: limits.TITLE],
            },
            "leads": [person(each) for each in reading.leads],
            "attendees": [person(each) for each in reading.attendees],
            "topics": [
                {
                    "title": each.title[: limits.TITLE], "problem": each.description,
                    "group": each.group[: limits.TITLE],
                    "people": person_lines(each.people), "links": link_lines(each.links),
                }
                for each in reading.topics
            ],
            "editions": [
                {"year": each.year, "leads": person_lines(each.leads), "links": link_lines(each.links)}
                for each in reading.editions
            ],
            "outcomes": [
                {"text": each.text, "year": each.edition or None, "links": link_lines(each.links)}
                for each in reading.outcomes
            ],
        }  # fmt: skip

    def _guess_me(self, user):
        if user is None:
            return ""
        for number, lead in enumerate(self.reading.leads):
            if lead.email.casefold() == user.email or (user.name and fold(lead.name) == fold(user.name)):
                return str(number)
        return ""

    def is_valid(self):
        # A list, not a generator: every part says what is wrong with it at once.
        return all([self.head.is_valid(), *[rows.is_valid() for rows in self.lists.values()]])

    def error_count(self):
        return len(self.head.errors) + sum(1 for rows in self.lists.values() for each in rows.errors if each)

    def proposal(self):
        """What will be stored. Only after is_valid()."""
        head = self.head.cleaned_data
        me = None
        if head["me"]:
            chosen = self.lists["leads"].forms[int(head["me"])]
            wanted = [form for form in self.lists["leads"].forms if form.wanted]
            me = wanted.index(chosen) if chosen in wanted else None
        return Proposal(
            title=addresses.one_line(head["title"]),
            summary=head["summary"],
            session_classification=addresses.one_line(head["session_classification"]),
            track_classification=addresses.one_line(head["track_classification"]),
            policy_agreed=head["policy_agreed"],
            me=me,
            source=self.reading,
            original=self.original,
            **{prefix: rows.wanted() for prefix, rows in self.lists.items()},
        )


def known_people(folded_names, user):
    """People of these names whom the user may see anyway, each saying from where. A few queries for any number."""
    if user is None:
        return {}
    found = namesakes_of_mine(names=folded_names, by=user)
    for people in found.values():
        for person in people:
            titles = [f"{each.title} {each.year}" for each in person.seen_in]
            person.known_from = ", ".join([*filter(None, [person.affiliation]), *titles[:1]])
    return found
