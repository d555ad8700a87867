"""The original text with marks on what was understood: the number links it with the list beside it."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

CLASSES = {
    "title": "k-topic",
    "person": "k-person",
    "lead": "k-person",
    "link": "k-link",
    "edition": "k-past",
    "none": "k-none",
    "policy": "k-past",
    "classification": "k-past",
}


def as_html(reading) -> SafeString:
    """A reading's text with its marks."""
    return spans_as_html(reading.text, [(each.start, each.end, each.kind, each.ref) for each in reading.spans])


def spans_as_html(text, spans) -> SafeString:
    """A text with marks at (start, end, kind, ref); the innermost marked span wins where they nest."""
    flat, reached, seen = [], 0, set()
    for start, end, kind, ref in _innermost([each for each in spans if each[2] in CLASSES]):
        start = max(start, reached)
        if start >= end:
            continue
        flat.append(conditional_escape(text[reached:start]))
        anchor = format_html(' id="x-{}"', ref) if ref and ref not in seen else ""
        seen.add(ref)
        label = format_html("<sup>{}</sup>", ref) if ref else ""
        flat.append(format_html('<mark class="{}"{}>{}{}</mark>', CLASSES[kind], anchor, text[start:end], label))
        reached = end
    flat.append(conditional_escape(text[reached:]))
    return mark_safe("".join(flat))  # noqa: S308  (each piece was escaped above)


def _innermost(spans):
    """Spans that contain no other marked span, in order."""
    ordered = sorted(spans, key=lambda each: (each[0], -each[1]))
    kept = []
    for number, span in enumerate(ordered):
        following = ordered[number + 1] if number + 1 < len(ordered) else None
        contains = following is not None and following[0] >= span[0] and following[1] <= span[1]
        if not contains:
            kept.append(span)
    return kept
