"""The WSGI entry point that gunicorn and `manage.py serve` use."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uconf.settings")

application = get_wsgi_application()
_patterns = get_resolver().url_patterns  # loads the views, too: before the first page instead of with it

# What is loaded by now stays. Python would look through all of it for garbage again and again, a tenth of a second at a
# time while somebody waits; and it looks after every 700 new objects, of which a page makes many more and drops them.
gc.freeze()
gc.set_threshold(20_000, 10, 10)
