"""Takes the name and address of somebody erased out of texts that mention them."""

import json
import re

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from attendees.models import Letter
from attendees.outreach.inbound import mime
from uconf.models import Person
from uconf.models.people import fold

ROOMS = ("uconf", "topics", "attendees", "outcomes")
INSTEAD = "somebody erased"
# Texts that leads wrote in their own words, for everybody to read: a name stays in them (the privacy page says so,
# and whoever is named asks their authors); an address does not.
OWN_WORDS = {
    "uconf.microconference", "uconf.microconferencelink", "uconf.series", "uconf.conference", "uconf.room",
    "topics.topic", "topics.topiclink", "topics.release", "topics.session", "topics.draft",
    "outcomes.outcome", "outcomes.outcomelink", "attendees.lettertext", "uconf.user",
}  # fmt: skip
# Made from other columns, and made again without it: emptied altogether.
MADE_ANEW = {"rendered", "rendered_from"}
# How a mail's bytes may say something otherwise than letter by letter.
_ENCODED = re.compile(rb"base64|quoted-printable|=\?", re.IGNORECASE)
# Spans point into these: what is blacked out keeps its length.
SAME_LENGTH = {"uconf.proposalsource"}


@transaction.atomic
def redact(people):
    """Black out addresses everywhere, and whole names wherever they are not in a lead's own words.

    ``people`` are pairs of a name and addresses, of people who are erased. A name that somebody else has too, or of
    one word only, stays: nobody could say whose it is.
    """
    addresses = sorted({each for _name, theirs in people for each in theirs})
    names = {fold(name): name for name, _theirs in people if len(name.split()) > 1}
    shared = set(Person.objects.filter(search_name__in=names).values_list("search_name", flat=True))
    names = [name for folded, name in names.items() if folded not in shared]
    if addresses or names:
        Letter.objects.exclude(rendered=None).update(rendered=None)
    for model in text_models():
        label = model._meta.label_lower
        words = addresses + (names if label not in OWN_WORDS else [])
        if words:
            _redact_model(model, words, same_length=label in SAME_LENGTH)


def text_models():
    """Every table of ours that holds text."""
    return [each for room in ROOMS for each in apps.get_app_config(room).get_models() if text_fields(each)]


def text_fields(model):
    """The fields of a table into which somebody may have written."""
    return [
        each
        for each in model._meta.concrete_fields
        if isinstance(each, models.CharField | models.TextField | models.JSONField | models.BinaryField)
        and not each.choices
        and not each.primary_key
        and each.name not in MADE_ANEW
    ]


def _redact_model(model, words, *, same_length):
    pattern = re.compile("|".join(rf"(?<![\w@]){re.escape(each)}(?!\w)" for each in words), re.IGNORECASE)

    def blacked(found):
        return "█" * len(found.group()) if same_length else INSTEAD

    fields = text_fields(model)
    for row in _mentioning(model, fields, words):
        changed = {}
        for field in fields:
            before = getattr(row, field.attname)
            after = _deep(before, pattern, blacked)
            if after != before:
                limit = getattr(field, "max_length", None)
                changed[field.name] = after[:limit] if isinstance(after, str) and limit else after
        if changed:
            model._base_manager.filter(pk=row.pk).update(**changed)


def _mentioning(model, fields, words):
    """The rows in which one of the words may stand. What came as bytes has to be looked through one by one."""
    rows, wanted = model._base_manager.all(), Q()
    if any(isinstance(each, models.BinaryField) for each in fields):
        return (rows.get(pk=pk) for pk in list(rows.values_list("pk", flat=True)))
    for field in fields:
        column = f"as_text_{field.name}"
        rows = rows.annotate(**{column: Cast(field.name, TextField())})
        for word in words:
            # JSON spells letters beyond ASCII in one way here, in another there.
            for spelled in {word, json.dumps(word)[1:-1]}:
                wanted |= Q(**{f"{column}__icontains": spelled})
    return list(rows.filter(wanted))


def _is_encoded_in(raw, pattern):
    """Whether a mail mentions somebody in base64, quoted-printable or an encoded word; then none of it is kept."""
    if not raw or not _ENCODED.search(raw):
        return False
    try:
        for part in mime.parse(raw).message.walk():
            said = [mime.in_words(value) for _name, value in part.items()]
            body = part.get_payload(decode=True) or b""
            said += [body.decode("utf-8", "replace"), body.decode("latin-1")]
            if any(pattern.search(each) for each in said):
                return True
    except Exception:  # noqa: BLE001  (a mail may hold anything, and what cannot be looked into is not kept)
        return True
    return False


def _deep(value, pattern, blacked):
    """The same value with every text in it blacked out."""
    if isinstance(value, str):
        return pattern.sub(blacked, value)
    if isinstance(value, list):
        return [_deep(each, pattern, blacked) for each in value]
    if isinstance(value, dict):
        return {key: _deep(each, pattern, blacked) for key, each in value.items()}
    if isinstance(value, bytes | memoryview):
        text = bytes(value).decode("utf-8", "surrogateescape")
        after = pattern.sub(blacked, text).encode("utf-8", "surrogateescape")
        return b"" if _is_encoded_in(after, pattern) else after
    return value
