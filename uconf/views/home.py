"""Where somebody who signs in arrives: their microconferences, and what needs them."""

from django.db.models import Count, Q
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from uconf.lib import clock
from uconf.models import Conference, Membership, Microconference
from uconf.views import counts


@require_safe
def home(request):
    """A user's microconferences by conference, the committees they sit on, and where they may propose one."""
    memberships = {each.microconference_id: each for each in Membership.objects.filter(user=request.user)}
    mine = counts.with_needs(counts.with_counts(Microconference.objects.filter(pk__in=list(memberships))))
    by_conference = {}
    for mc in mine.filter(conference__isnull=False).select_related("conference").order_by("title"):
        mc.me = memberships[mc.pk]
        mc.needs = _needs(mc)
        by_conference.setdefault(mc.conference, []).append(mc)
    committees = Conference.objects.of_committee(request.user).annotate(
        submitted=Count("microconferences", filter=Q(microconferences__state=Microconference.State.SUBMITTED)),
        total=Count("microconferences"),
    )
    page = {
        "conferences": sorted(by_conference.items(), key=lambda each: each[0].starts_on, reverse=True),
        "committees": committees,
        "open_conferences": [
            each
            for each in Conference.objects.filter(ends_on__gte=clock.today("UTC")).order_by("starts_on", "name")
            if each.ends_on >= clock.today(each.timezone)
        ],
    }
    return render(request, "uconf/home_organize.html", page)


def _needs(mc):
    """What waits for this member, each with its number in words. Letters and outcomes of them are the leads'."""
    n = mc.topics_waiting
    needs = [(n, ngettext("%(n)s topic to decide", "%(n)s topics to decide", n), "topics:list")]
    n = mc.bouncing
    needs.append((n, ngettext("mail to %(n)s person bounces", "mail to %(n)s people bounces", n), "attendees:people"))
    if mc.me.role == Membership.Role.LEAD:
        n = mc.letters_waiting
        needs.append((n, ngettext("%(n)s letter to approve", "%(n)s letters to approve", n), "attendees:letters"))
        n = mc.letters_unclear
        needs.append((n, ngettext("%(n)s letter did not go", "%(n)s letters did not go", n), "attendees:letters"))
    return [
        {"count": count, "words": words % {"n": count}, "url": mc.organize_url(name)}
        for count, words, name in needs
        if count
    ]
