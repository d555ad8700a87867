"""What tests of pages share."""

from django.utils.html import strip_tags


def words_of(response):
    """What a page says, without its tags, on one line."""
    return " ".join(strip_tags(response.content.decode()).split())
