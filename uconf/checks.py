"""What `manage.py check` says about an installation beyond Django's own checks."""

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.caches, deploy=True)
def limits_need_one_shared_cache(app_configs, **kwargs):
    """Sign-in limits count in the cache; several processes with a cache each multiply them."""
    if settings.REDIS_URL:
        return []
    return [
        Warning(
            "REDIS_URL is not set, so each process counts failed sign-ins on its own.",
            hint="Set REDIS_URL, or run everything in one process with `manage.py serve`.",
            id="uconf.W001",
        )
    ]
