"""Pieces of the editor that are drawn once and kept: most of an agenda looks the same after an edit as before it."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()
KEPT = 4096  # pieces of some 2 kB, for each process


@register.simple_tag
def piece(name, facts):
    """A template over plain, frozen facts and nothing else; drawn again only when a fact is another."""
    return _drawn(name, facts, get_language())


@lru_cache(maxsize=KEPT)
def _drawn(name, facts, language):
    return get_template(name).render({"it": facts})
