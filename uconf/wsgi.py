"""The WSGI entry point that gunicorn and `manage.py serve` use."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")

application = get_wsgi_application()
