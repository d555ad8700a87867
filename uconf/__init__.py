"""The microconference itself: conferences, editions, people, rights, and the site around them."""

from uconf.celery import app as celery_app

__all__ = ["celery_app"]
