"""What the pages for readers have in common: the same bytes for everybody, no cookie, 304 for what is unchanged."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from uconf.models import Microconference


def public_page(view):
    """A page for anybody. Caches may keep it but ask each time, so that a change shows at once."""
    fresh = cache_control(public=True, max_age=0, must_revalidate=True)
    return login_not_required(require_safe(fresh(view)))


def page(request, template, description, **context):
    """Draw a public page with its description and its one address (``canonical``)."""
    context |= {"description": description, "canonical": settings.BASE_URL + request.path}
    return render(request, template, context)


def follows_merges(name):
    """Send readers of a microconference that was merged on to the page ``name`` of what it was merged into."""

    def decorate(view):
        @wraps(view)
        def wrapped(request, conference, mc):
            try:
                return view(request, conference, mc)
            except Http404:
                target = _merged_into(conference, mc)
                if target is None:
                    raise
                return redirect(name, target.conference.slug, target.slug)

        return wrapped

    return decorate


def _merged_into(conference, mc, *, steps=5):
    """The public microconference that one was merged into, perhaps in several steps; else None."""
    found = Microconference.objects.select_related("merged_into__conference").filter(
        conference__slug=conference, slug=mc, state=Microconference.State.MERGED
    )
    target = getattr(found.first(), "merged_into", None)
    while target is not None and target.state == Microconference.State.MERGED and steps:
        target, steps = target.merged_into, steps - 1
    return target if target is not None and target.is_public and target.conference_id else None
