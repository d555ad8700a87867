"""What tests of pages share."""

from django.utils.html import strip_tags

HTMX = {"HTTP_HX_REQUEST": "true"}
PRIVATE = ["draft", "submitted", "declined"]  # states of a microconference of which readers see nothing


def page_of(client, where):
    """A page that is there, as its HTML."""
    response = client.get(where)
    assert response.status_code == 200
    return response.content.decode()


def html_of(response):
    return response.content.decode()


def words_of(response):
    """What a page says, without its tags, on one line."""
    return " ".join(strip_tags(response.content.decode()).split())
