"""Fields for what several forms ask for: days, zones, lists of one a line."""

from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uconf.lib import addresses, limits
from uconf.lib.links import is_web_address


@lru_cache(maxsize=1)
def zone_names():
    """The IANA zones a conference may be in, for the list that a field suggests."""
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")) + ["UTC"]


FIRST_YEAR, LAST_YEAR = 1990, 2100


def is_in_our_time(day):
    """Whether a day can be meant: calendars and clocks are sure of nothing far from it."""
    return FIRST_YEAR <= day.year <= LAST_YEAR


def _refuse_another_time(day):
    if not is_in_our_time(day):
        raise forms.ValidationError(
            _("%(day)s is not in the years %(first)s to %(last)s. Check the year.")
            % {"day": day.isoformat(), "first": FIRST_YEAR, "last": LAST_YEAR}
        )


def day_field(**kwargs):
    """A day of the years 1990 to 2100, typed or picked in the browser's own calendar."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, validators=[_refuse_another_time], **kwargs)


def web_address_field(**kwargs):
    """An http or https address."""
    return forms.URLField(max_length=limits.URL, assume_scheme="https", **kwargs)


class ZoneField(forms.CharField):
    """An IANA zone. The page gives the names by ``<datalist id="zones">``."""

    widget = forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"})

    def clean(self, value):
        value = super().clean(value)
        if value not in zone_names():
            raise forms.ValidationError(
                _("“%(zone)s” is no time zone. Write a region and a city, like Europe/Dublin.") % {"zone": value}
            )
        return value


class DaysField(forms.CharField):
    """Days, one a line, as ISO dates; gives them sorted as text, once each."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "2031-12-24"})

    def clean(self, value):
        days = set()
        for line in super().clean(value).split():
            try:
                day = date.fromisoformat(line)
            except ValueError:
                raise forms.ValidationError(
                    _("“%(line)s” is no day. Write each day on a line of its own, like 2031-12-24.")
                    % {"line": line[:40]}
                ) from None
            _refuse_another_time(day)
            days.add(day.isoformat())
        return sorted(days)


class LinksField(forms.CharField):
    """Links, one a line: a label, then the address, which may be missing. Gives (label, address) pairs."""

    widget = forms.Textarea(attrs={"rows": 3, "placeholder": "wiki page https://example.org/wiki"})
    default_error_messages = {
        "label": gettext_lazy("“%(line)s” has more than %(limit)s characters before the address. Shorten the label."),
    }

    def clean(self, value):
        found = []
        for line in super().clean(value).splitlines():
            words = addresses.one_line(line).split()
            if not words:
                continue
            url = words.pop() if is_web_address(words[-1]) else ""
            label = " ".join(words) or url.split("/")[2]
            if len(label) > limits.LABEL or len(url) > limits.URL:
                raise forms.ValidationError(
                    self.error_messages["label"] % {"line": line[:40] + "…", "limit": limits.LABEL}
                )
            found.append((label, url))
        return found

    @staticmethod
    def as_text(links):
        """Links as the field shows them."""
        return "\n".join(f"{each.label} {each.url}".strip() for each in links)
