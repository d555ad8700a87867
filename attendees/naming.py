"""Who may be named in public: the leads, and attendees who agreed. Everybody else is counted."""

from collections import defaultdict
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attendees.models import Attendee
from uconf.models import Membership


def nameable_person_ids(microconference) -> set[int]:
    """The ids of all people whose name readers of a microconference may see. Two queries."""
    leads = Membership.objects.leads().filter(microconference=microconference, person__erased_at=None)
    listed = Attendee.objects.filter(microconference=microconference, listed=True, person__erased_at=None)
    return set(leads.values_list("person_id", flat=True)) | set(listed.values_list("person_id", flat=True))


def nameable_person_ids_of(microconferences) -> dict[int, set[int]]:
    """The same for many microconferences at once, by their id, in two queries."""
    ids = [each.pk for each in microconferences]
    leads = Membership.objects.leads().filter(microconference__in=ids, person__erased_at=None)
    listed = Attendee.objects.filter(microconference__in=ids, listed=True, person__erased_at=None)
    found = defaultdict(set)
    for rows in (leads, listed):
        for microconference_id, person_id in rows.order_by().values_list("microconference_id", "person_id"):
            found[microconference_id].add(person_id)
    return found


@dataclass(frozen=True)
class Names:
    """People as readers see them: names where they agreed, a number for the others."""

    named: tuple[str, ...]
    others: int

    def __str__(self):
        """Such as “Mina Example, Tomas Sample and 2 others”; empty if there is nobody."""
        named = ", ".join(self.named)
        if not self.others:
            return named
        if not named:
            return ngettext("%(n)d person", "%(n)d people", self.others) % {"n": self.others}
        return _("%(names)s and %(others)s") % {
            "names": named,
            "others": ngettext("%(n)d other", "%(n)d others", self.others) % {"n": self.others},
        }

    def __bool__(self):
        return bool(self.named or self.others)


def names_for(microconference, people, nameable=None) -> Names:
    """How readers see these people, in the order given. For many lists, give ``nameable`` once."""
    nameable = nameable_person_ids(microconference) if nameable is None else nameable
    people = [person for person in people if person.erased_at is None]
    named = tuple(person.name for person in people if person.pk in nameable)
    return Names(named=named, others=len(people) - len(named))
