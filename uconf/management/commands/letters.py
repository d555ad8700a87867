"""`manage.py letters pause|resume|status`: whether the site sends letters."""

from django.core.management import BaseCommand
from django.db.models import Count, Min

from attendees.models import Letter
from attendees.outreach import pausing
from uconf.lib import clock


class Command(BaseCommand):
    help = (
        "Pauses all letters of the site, lets them go on, or says how it stands. With a restored copy: pause before "
        "the first worker starts, and look at what waits."
    )

    def add_arguments(self, parser):
        parser.add_argument("do", choices=["pause", "resume", "status"])
        parser.add_argument("--why", default="", help="with pause: what leads read on the outbox page")

    def handle(self, *args, do, why, **options):
        if do == "pause":
            pausing.pause(why=why, by=None)
        elif do == "resume":
            pausing.resume(by=None)
        self.stdout.write(said())


def said():
    """How sending stands, in a few lines."""
    state = pausing.state()
    lines = [str(pausing.words(state)) or "Letters go."]
    if state.paused_at:
        lines.append(f"Since {state.paused_at:%Y-%m-%d %H:%M} UTC. “manage.py letters resume” lets them go on.")
        if state.by_itself:
            lines.append(
                "One letter tries the mail server every ten minutes; if it is taken, sending goes on by itself."
            )
    elif state.failures:
        lines.append(f"The mail server failed {state.failures} times in a row.")
    counts = dict(Letter.objects.order_by().values_list("state").annotate(Count("pk")))
    lines += [f"{Letter.State(each).label}: {counts[each]}" for each in Letter.State.values if counts.get(each)]
    waiting = Letter.objects.filter(state__in=[Letter.State.QUEUED, Letter.State.DEFERRED])
    late = waiting.filter(next_try_at__lte=clock.now()).aggregate(first=Min("next_try_at"))["first"]
    if late:
        lines.append(f"The oldest of those that could go waits since {late:%Y-%m-%d %H:%M} UTC.")
    return "\n".join(lines)
