"""The site's own background work."""

from celery import shared_task

from attendees.outreach.inbound import fetching, handling
from uconf.lib import clock
from uconf.lifecycle import retention
from uconf.models import Heartbeat
from uconf.proposal import mailtopics


@shared_task
def beat_alive():
    """Note that beat rang and a worker heard it; /readyz reads it."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": clock.now()})


@shared_task
def clean_up():
    """Delete what has been kept long enough: once a day, however often it is rung."""
    retention.clean_up_once_a_day()


@shared_task
def read_mail(pk):
    """Read one mail that came in; what could not be read is found again by ``read_waiting_mail``."""
    handling.read(pk)
    mailtopics.find_waiting()


@shared_task
def read_waiting_mail():
    """Read the mails that nobody has read yet."""
    count = handling.read_waiting()
    mailtopics.find_waiting()
    if count >= handling.MOST_IN_ONE_RUN:
        read_waiting_mail.delay()


@shared_task
def fetch_mail():
    """Fetch new mail from the IMAP mailbox, where there is one, and read it."""
    if fetching.fetch():
        read_waiting_mail.delay()
