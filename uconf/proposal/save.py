"""A reviewed proposal into every room, in one transaction."""

import itertools
from dataclasses import replace

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from attendees.actions import people as attendees
from outcomes import actions as outcomes
from topics.actions import links as topic_links
from topics.actions import people as topic_people
from topics.actions import topics
from uconf.actions import activity, team
from uconf.actions import people as persons
from uconf.lib import clock, limits
from uconf.lib.links import kind_of
from uconf.lib.races import looks_again
from uconf.lib.refusals import Refusal
from uconf.models import (
    RESERVED_MC_SLUGS,
    Microconference,
    MicroconferenceLink,
    Person,
    ProposalSource,
    Series,
)
from uconf.models.people import fold


@transaction.atomic
@looks_again
def save(*, proposal, conference, by=None, on_behalf=False):
    """Store a reviewed proposal as a draft of a conference, and fill every room with what it says.

    ``by`` becomes a lead (as one of the leads named, or beside them) unless ``on_behalf`` is set: then it is a
    committee member who brings the text of leads who have not come yet. Raises Refusal; then nothing is stored.
    """
    if not proposal.title:
        raise Refusal(_("The proposal has no title. Write one; everything else can follow later."), field="title")
    slug = _free_slug(proposal.title, conference)
    microconference = Microconference.objects.create(
        series=_series(proposal.title, by=by, on_behalf=on_behalf),
        conference=conference,
        year=conference.year,
        title=proposal.title,
        slug=slug,
        summary=proposal.summary,
        session_classification=proposal.session_classification,
        track_classification=proposal.track_classification,
        created_by=by,
    )
    activity.record("proposal.imported", on=microconference, by=by, subject=proposal.title, after=_counts(proposal))
    people = _People(conference=conference, by=by)
    _leads(microconference, proposal, people, by=by, on_behalf=on_behalf)
    _topics(microconference, proposal, people, by=by)
    asker = _asker(microconference, by)
    for each in proposal.attendees:
        attendees.import_attendee(
            microconference=microconference, person=people.of(each), status=each.status, note=each.note,
            asked_by=asker, by=by,
        )  # fmt: skip
    _editions(microconference, proposal, people, by=by)
    if proposal.source is not None:
        source = proposal.source
        ProposalSource.objects.create(
            microconference=microconference,
            text=source.text,
            original=proposal.original if proposal.original != source.text else "",
            kind=source.kind,
            spans=[[each.start, each.end, each.kind, each.ref] for each in source.spans],
            not_understood=[each.text for each in source.not_understood],
            imported_by=by,
        )
    return microconference


class _People:
    """Who is who in one text: equal names are one person; a known person only by address or a lead's word."""

    def __init__(self, *, conference, by):
        self.by, self.found = by, {}
        self.source = _("named in a proposal for %(conference)s") % {"conference": conference}

    def of(self, line):
        key = fold(line.name)
        if key in self.found:
            person = self.found[key]
            if line.address and not person.address:
                self._give_address(person, line.address)
            return person
        if line.known:
            person = Person.objects.get(pk=line.known)
        else:
            person = persons.find_or_add(
                name=line.name, address=line.address, affiliation=line.affiliation, source=self.source, by=self.by
            )
        self.found[key] = person
        return person

    def _give_address(self, person, address):
        """An address opens a person's page and the places that wait for them, so not everybody may set it."""
        attendees.refuse_foreign_address(person=person, by=self.by)
        persons.correct(person=person, address=address, by=self.by)

    def is_me(self, line, user):
        """The importing lead's own row: their address is proven, so it counts as given.

        Raises Refusal if the row is somebody who has another address: nobody becomes somebody else by saying so.
        """
        known = Person.objects.at(user.email).first()
        if known is None:
            known = self.of(replace(line, address=""))
            if known.address and known.address != user.email:
                raise Refusal(
                    _("%(name)s is known here with another address than yours. Say “a new person” for that lead.")
                    % {"name": known}
                )
            if not known.address:
                self._give_address(known, user.email)
        self.found[fold(line.name)] = known
        return known


def _leads(microconference, proposal, people, *, by, on_behalf):
    first = None
    # The lead who is importing comes first into the book of names: everybody else of that name is them.
    if by is not None and proposal.me is not None:
        people.is_me(proposal.leads[proposal.me], by)
    for number, line in enumerate(proposal.leads):
        person = people.of(line)
        first = first or person
        team.add_member(
            microconference=microconference,
            person=person,
            user=by if by is not None and number == proposal.me else None,
            affiliation=line.affiliation,
            is_primary=True,
            by=by,
        )
    if by is not None and not on_behalf and proposal.me is None:
        me = persons.find_or_add(
            name=by.name or str(by), address=by.email, source=_("signed in here"), basis=Person.Basis.ASKED_US, by=by
        )
        team.add_member(microconference=microconference, person=me, user=by, by=by)
        first = first or me
    if proposal.policy_agreed and first is not None:
        microconference.policy_agreed_by, microconference.policy_agreed_at = first, clock.now()
        microconference.save(update_fields=["policy_agreed_by", "policy_agreed_at"])


def _asker(microconference, by):
    """The lead in whose name the people of a text are asked: whoever brings it, else the first lead that it names."""
    leads = list(microconference.memberships.leads())
    mine = (each for each in leads if by is not None and each.user_id == by.pk)
    return next(mine, next((each for each in leads if each.is_primary), None))


def _topics(microconference, proposal, people, *, by):
    for line in proposal.topics:
        topic = topics.add_topic(
            microconference=microconference, title=line.title, problem=line.problem, group=line.group, by=by
        )
        for person in line.people:
            topic_people.add_key_person(topic=topic, person=people.of(person), note=person.note, by=by)
        for link in line.links:
            topic_links.add_link(topic=topic, label=link.label, url=link.url, by=by)


def _editions(microconference, proposal, people, *, by):
    """Earlier editions of the series. One that is known already keeps what it has."""
    by_year = {}
    for line in proposal.editions:
        by_year[line.year] = _edition(microconference.series, proposal.title, line, people, by=by)
    for line in proposal.outcomes:
        year = line.year
        if year is None:
            target, is_new = microconference, True
        elif year in by_year:
            target, is_new = by_year[year]
        else:
            target, is_new = by_year[year] = _edition(
                microconference.series, proposal.title, None, people, by=by, year=year
            )
        if is_new:
            outcomes.record(
                microconference=target, text=line.text, kind=guess_outcome_kind(line.text),
                links=[(link.label, link.url) for link in line.links], by=by,
            )  # fmt: skip


def _edition(series, title, line, people, *, by, year=None):
    year = line.year if line else year
    known = series.editions.filter(year=year).exclude(state=Microconference.State.MERGED).first()
    if known is not None:
        return known, False
    edition = Microconference.objects.create(
        series=series, conference=None, year=year, title=title, slug=f"{series.slug}-{year}"[:80],
        state=Microconference.State.REPORTED, created_by=by,
    )  # fmt: skip
    for lead in line.leads if line else ():
        team.add_member(microconference=edition, person=people.of(lead), by=by)
    for position, link in enumerate(line.links if line else ()):
        MicroconferenceLink.objects.create(
            microconference=edition, label=link.label, url=link.url, kind=kind_of(link.url, link.label),
            position=position,
        )  # fmt: skip
    return edition, True


_OUTCOME_WORDS = [
    ("not_a_problem", ("not an issue", "not a problem", "was no problem", "no issue after all")),
    ("not_feasible", ("not feasible", "infeasible", "cannot be done")),
    ("merged", ("merged", "upstreamed", "mainline", "landed")),
    ("posted", ("posted", "rfc", "series was sent", "patch discussion", "patches sent")),
    ("dropped", ("dropped", "abandoned", "given up")),
    ("follow_up", ("follow up", "will send", "to be done", "todo")),
]


def guess_outcome_kind(text):
    """A first guess of an outcome's kind from its words; a lead can change it."""
    lower = text.casefold()
    return next((kind for kind, words in _OUTCOME_WORDS if any(word in lower for word in words)), "agreed")


def _series(title, *, by, on_behalf):
    """The series of a title. An existing one is joined only by somebody who runs an edition of it, or for a
    committee; everybody else gets a series of their own, which joins the other once it is accepted.
    """
    slug = slugify(title)[:70] or "series"
    known = Series.objects.filter(slug=slug).first()
    if known is None:
        return Series.objects.create(slug=slug, name=title)
    if by is None or on_behalf or known.editions.filter(memberships__user=by).exists():
        return known
    taken = set(Series.objects.filter(slug__startswith=slug).values_list("slug", flat=True))
    free = next(f"{slug}-{number}" for number in itertools.count(2) if f"{slug}-{number}" not in taken)
    return Series.objects.create(slug=free, name=title)


def _free_slug(title, conference):
    slug = slugify(title)[:80]
    if not slug or slug in RESERVED_MC_SLUGS:
        slug = f"{slug or 'microconference'}-mc"
    if Microconference.objects.filter(conference=conference, slug=slug).exists():
        raise Refusal(
            _("“%(title)s” is at %(conference)s already. Give yours another title, or ask its leads to invite you.")
            % {"title": title[: limits.TITLE], "conference": conference},
            field="title",
        )
    return slug


def save_many(*, proposals, conference, by):
    """Store several proposals on behalf of their leads, each in a transaction of its own.

    Gives the microconferences that were stored, and for each that was refused its place and the sentence why.
    """
    stored, refused = [], []
    for place, proposal in enumerate(proposals):
        try:
            stored.append(save(proposal=proposal, conference=conference, by=by, on_behalf=True))
        except Refusal as refusal:
            refused.append((place, str(refusal)))
    return stored, refused


def _counts(proposal):
    return {
        "topics": len(proposal.topics), "people": len(proposal.attendees), "editions": len(proposal.editions),
    }  # fmt: skip
