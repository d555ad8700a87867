"""How often somebody may do something: a small counter in the cache."""

import logging

from django.core.cache import cache

from uconf.lib import keys

logger = logging.getLogger(__name__)


def count(purpose: str, who: str, *, seconds: int) -> int:
    """Count one more time for somebody; how often it was since the first of this window.

    Who it is is kept as a keyed hash only. A cache that is down counts nothing: it must not close a page.
    """
    key = f"throttle:{purpose}:{keys.keyed_hash('throttle', who)}"
    try:
        cache.add(key, 0, timeout=seconds)
        return cache.incr(key)
    except ValueError:  # it ran out between the two
        return 1
    except Exception:
        logger.exception("The cache does not count.")
        return 0
