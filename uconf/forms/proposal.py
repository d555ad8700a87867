"""A proposal's text in: pasted, uploaded, or a bunch of them; and who is named in the written one."""

from django import forms
from django.forms import formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uconf.forms.base import PlainForm
from uconf.lib import limits
from uconf.proposal import reader

KINDS = [
    ("auto", gettext_lazy("find out")),
    ("text", gettext_lazy("plain text")),
    ("markdown", gettext_lazy("Markdown")),
    ("html", gettext_lazy("HTML")),
]


def refusal_in_words(refusal):
    """Why a file could not be read and what to do, in the reader's language."""
    advice = _("Open it where it was written, copy its text, and paste that, or save it as plain text (UTF-8).")
    not_text = {
        "pdf": _("This is a PDF, not text."),
        "zip": _("This is a ZIP archive or an office document (.docx, .odt), not text."),
        "doc": _("This is an old office document (.doc), not text."),
        "rtf": _("This is an RTF document, not text."),
        "gzip": _("This is a gzip archive, not text."),
        "png": _("This is a picture (PNG), not text."),
        "jpeg": _("This is a picture (JPEG), not text."),
        "program": _("This is a program, not text."),
        "zero": _("The file is not text: byte %(at)s is zero."),
        "controls": _("The file is mostly control characters, not text."),
    }
    others = {
        "large": _(
            "This is more than 1 MB; at most %(limit)s bytes can be read. Keep the proposal's own text and leave out"
            " the rest."
        ),
        "empty": _("The file is empty. Choose the file that has the proposal's text, or paste the text."),
        "utf16": _("The file says it is UTF-16, but byte %(at)s is not. Save it as UTF-8 and choose it again."),
        "utf8": _(
            "The file is not in UTF-8: byte %(at)s (0x%(byte)s) on line %(line)s does not fit. Open it in the editor"
            " it was written with, save it as UTF-8, and choose it again."
        ),
    }
    words = {code: f"{sentence} {advice}" for code, sentence in not_text.items()} | others
    return words[refusal.code] % refusal.values


class TextForm(PlainForm):
    """A proposal as it is: pasted, or a file."""

    text = forms.CharField(
        label=gettext_lazy("The proposal’s text"), required=False, strip=False, widget=forms.Textarea
    )
    file = forms.FileField(label=gettext_lazy("or a file"), required=False, allow_empty_file=True)
    kind = forms.ChoiceField(label=gettext_lazy("Written as"), choices=KINDS, initial="auto", required=False)

    def clean(self):
        data = super().clean()
        upload, text = data.get("file"), data.get("text") or ""
        try:
            if upload:
                data["text"] = reader.decode(upload.read(limits.PASTE + 1))
            else:
                data["text"] = reader.decode(text.encode("utf-8", "surrogatepass"))
        except reader.UnreadableProposal as refusal:
            self.add_error("file" if upload else "text", refusal_in_words(refusal))
        return data


class BunchRow(forms.Form):
    """One proposal of a bunch, as it was read."""

    keep = forms.BooleanField(required=False)
    name = forms.CharField(max_length=limits.NAME, required=False)
    text = forms.CharField(strip=False, max_length=limits.PASTE)


BunchFormSet = formset_factory(BunchRow, extra=0, max_num=200, absolute_max=200)


class NamesForm(forms.Form):
    """Whom a lead ticked to be named in one text."""

    name = forms.MultipleChoiceField(required=False)

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [(each.public_id, each) for each in choices]

    def named(self):
        """The public ids that were ticked; what is no choice is left out."""
        if self.is_valid():
            return frozenset(self.cleaned_data["name"])
        known = {value for value, _label in self.fields["name"].choices}
        return frozenset(known & set(self.data.getlist("name")))
