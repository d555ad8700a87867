"""Forms with a row for each proposer, key person or link. Rows that were not touched stay as they are, even if
somebody else changed them meanwhile; a row that two people changed is asked about."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from topics.forms.topics import web_address
from uconf.forms import PlainForm
from uconf.lib import limits


@dataclass(frozen=True)
class Row:
    """One thing, and its fields by name."""

    item: object
    fields: dict

    def __getitem__(self, name):
        return self.fields[name]


class RowsForm(PlainForm):
    """A form with the same few fields for each of many things; what was shown travels along, hidden."""

    def __init__(self, *args, items, **kwargs):
        # Several of these forms stand on one page: their labels must not point into each other's fields.
        super().__init__(*args, auto_id=f"{type(self).__name__}_%s", **kwargs)
        self.items = list(items)
        self.conflicts = False
        for item in self.items:
            for name, field in self.row_fields(item).items():
                field.required, field.show_hidden_initial = False, name != "remove"
                self.fields[f"{name}-{item.pk}"] = field

    def row_fields(self, item):
        """The fields of one thing, by name."""
        raise NotImplementedError

    @property
    def rows(self):
        return [Row(item, {name: self[f"{name}-{item.pk}"] for name in self.row_fields(item)}) for item in self.items]

    def clean(self):
        cleaned = super().clean()
        for item in self.items:
            for name, field in self.row_fields(item).items():
                key = f"{name}-{item.pk}"
                if name != "remove" and key in cleaned and key in self.changed_data:
                    self._compare(key, name, stored=field.initial, typed=cleaned[key])
        return cleaned

    def _compare(self, key, name, *, stored, typed):
        """Ask about a field that somebody else changed to something else since it was shown."""
        field = self.fields[key]
        shown = field.to_python(self.data.get(self[key].html_initial_name, ""))
        if stored in (shown, typed):
            return
        self.conflicts = True
        self.data = self.data.copy()
        self.data[self[key].html_initial_name] = stored
        words = _("yes") if stored is True else _("no") if stored is False else stored or _("nothing")
        self.add_error(
            key, _("Somebody else changed this to “%(stored)s”. Save again to keep yours.") % {"stored": words}
        )

    def changed(self, *names):
        """The things whose named fields were changed, with all their values: pairs of item and dict."""
        found = []
        for item in self.items:
            keys = [f"{name}-{item.pk}" for name in names]
            if set(keys) & set(self.changed_data) and not self.removes(item):
                found.append((item, {name: self.cleaned_data[f"{name}-{item.pk}"] for name in names}))
        return found

    def removes(self, item):
        return bool(self.cleaned_data.get(f"remove-{item.pk}"))

    def removed(self):
        return [item for item in self.items if self.removes(item)]


def _text(label, initial, most, **attrs):
    return forms.CharField(
        label=label, initial=initial, max_length=most, required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "aria-label": label, **attrs}),
    )  # fmt: skip


def _tick(label, initial=False):
    return forms.BooleanField(label=label, initial=initial, required=False)


class PersonRowsForm(RowsForm):
    """Rows for people, and one more person: chosen from those who are around, or written anew."""

    person = forms.ChoiceField(label=gettext_lazy("Add somebody"), required=False)
    name = forms.CharField(label=gettext_lazy("or a new name"), required=False, max_length=limits.NAME)
    address = forms.EmailField(
        label=gettext_lazy("with the address, if you know it"), required=False, max_length=limits.ADDRESS
    )
    another = forms.BooleanField(
        label=gettext_lazy("This is another person of the same name"), required=False
    )  # drawn only once it is asked

    def __init__(self, *args, known, **kwargs):
        super().__init__(*args, **kwargs)
        there = {item.person_id for item in self.items}
        self.known = {person.public_id: person for person in known if person.pk not in there}
        choices = [(key, person.name) for key, person in self.known.items()]
        self.fields["person"].choices = [("", _("choose a name")), *choices]
        for name, css in (("person", "form-select"), ("name", "form-control"), ("address", "form-control")):
            self.fields[name].widget.attrs["class"] = css

    def clean_person(self):
        return self.known.get(self.cleaned_data["person"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("person") and cleaned.get("name"):
            self.add_error("name", _("Choose a name from the list or write a new one, not both."))
        if cleaned.get("address") and not cleaned.get("name"):
            self.add_error("name", _("Whose address is this? Write the name, too."))
        return cleaned

    @property
    def asks_who(self):
        """Whether it must be said that a name is another person's."""
        return "another" in self.errors or bool(self.data.get(self.add_prefix("another")))

    def added(self):
        """What the action needs to know who is added; None if nobody is."""
        values = {name: self.cleaned_data.get(name) for name in ("person", "name", "address", "another")}
        return values if values["person"] or values["name"] else None


class ProposersForm(PersonRowsForm):
    """Who brings a topic up."""

    prefix = "proposers"

    def row_fields(self, item):
        return {
            "presents": _tick(_("presents"), item.presents),
            "stand_in": _tick(_("stands in"), item.stand_in),
            "remove": _tick(_("remove")),
        }


class KeyPeopleForm(PersonRowsForm):
    """Without whom a topic can't be settled, and why."""

    prefix = "key_people"

    note = forms.CharField(label=gettext_lazy("why"), required=False, max_length=limits.LABEL)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["note"].widget.attrs["class"] = "form-control"

    def row_fields(self, item):
        label = _("Why %(name)s is needed") % {"name": item.person}
        return {
            "note": _text(label, item.note, limits.LABEL, placeholder=_("why, in a few words")),
            "remove": _tick(_("remove")),
        }


class LinksForm(RowsForm):
    """What there is to read about a topic, and one more."""

    prefix = "links"

    new_label = forms.CharField(label=gettext_lazy("Another link: label"), required=False, max_length=limits.LABEL)
    new_url = forms.CharField(
        label=gettext_lazy("its address"), required=False, max_length=limits.URL, widget=forms.URLInput()
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("new_label", "new_url"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def row_fields(self, item):
        return {
            "label": _text(_("Label"), item.label, limits.LABEL),
            "url": _url_of(item),
            "remove": _tick(_("remove")),
        }

    def clean_new_url(self):
        return web_address(self.cleaned_data["new_url"])

    def added(self):
        new = {"label": self.cleaned_data["new_label"], "url": self.cleaned_data["new_url"]}
        return new if any(new.values()) else None


class MissingLinksForm(RowsForm):
    """The addresses that links lost on their way."""

    def row_fields(self, item):
        return {"url": _url_of(item)}


class _WebAddress(forms.CharField):
    def clean(self, value):
        return web_address(super().clean(value))


def _url_of(link):
    label = _("Address of “%(label)s”") % {"label": link.label}
    return _WebAddress(
        label=label, initial=link.url, max_length=limits.URL, required=False,
        widget=forms.URLInput(attrs={"class": "form-control", "aria-label": label, "inputmode": "url", "placeholder": "https://…"}),
    )  # fmt: skip
