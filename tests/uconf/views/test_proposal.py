import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.conftest import client_of
from tests.factories import ConferenceFactory, UserFactory
from uconf.models import Microconference

pytestmark = pytest.mark.django_db

TEXT = """Example Locks Microconference

We would like to settle two things.

Topics:

- Fair locks: who goes first
- Fast locks: how fast is fast

Attendees:

- Cleo Example <cleo@example.org> (interested)
- Finn Example (response pending)
"""


@pytest.fixture
def conference():
    return ConferenceFactory(slug="example")


@pytest.fixture
def user():
    return UserFactory(name="Ada Example")


@pytest.fixture
def client(user):
    return client_of(user)


@pytest.fixture
def url(conference):
    return reverse("uconf:propose", args=[conference.slug])


def fields_of(html):
    """What a browser would send back of the review page's form."""
    from html5lib import parse

    tree = parse(html, namespaceHTMLElements=False)
    fields = {}
    for element in tree.iter():
        name = element.get("name")
        if not name or element.tag == "button":
            continue
        if element.tag == "textarea":
            fields[name] = element.text or ""
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [each for each in options if each.get("selected") is not None] or options[:1]
            fields[name] = chosen[0].get("value", "") if chosen else ""
        elif element.get("type") == "checkbox":
            if element.get("checked") is not None:
                fields[name] = element.get("value", "on")
        elif element.tag == "input" and element.get("type") != "file":
            fields[name] = element.get("value", "")
    fields.pop("csrfmiddlewaretoken", None)
    return fields


def test_a_pasted_text_is_shown_for_review_and_nothing_is_stored(client, url):
    page = client.post(url, {"do": "read", "text": TEXT})

    assert page.status_code == 200
    assert b"Review the import" in page.content
    assert fields_of(page.content)["topics-0-title"] == "Fair locks"
    assert not Microconference.objects.exists()


def test_the_reviewed_proposal_is_stored_as_corrected(client, url, user):
    fields = fields_of(client.post(url, {"do": "read", "text": TEXT}).content)
    fields |= {"topics-0-title": "Fairer locks", "do": "save"}
    del fields["topics-1-keep"]

    response = client.post(url, fields)

    mc = Microconference.objects.get()
    assert response.url == mc.organize_url()
    assert [topic.title for topic in mc.topics.all()] == ["Fairer locks"]
    assert {(each.person.name, each.person.address, each.status) for each in mc.attendees.all()} == {
        ("Cleo Example", "cleo@example.org", "interested"),
        ("Finn Example", "", "pending"),
    }
    assert mc.memberships.get().user == user


def test_a_wrong_field_is_named_and_nothing_typed_is_lost(client, url):
    fields = fields_of(client.post(url, {"do": "read", "text": TEXT}).content)
    fields |= {"attendees-0-address": "not an address", "topics-1-title": "Kept as typed", "do": "save"}

    response = client.post(url, fields)

    assert response.status_code == 422
    assert "“not an address” is not a mail address" in response.content.decode()
    assert fields_of(response.content)["topics-1-title"] == "Kept as typed"
    assert not Microconference.objects.exists()


def test_back_to_the_text_keeps_the_text(client, url):
    fields = fields_of(client.post(url, {"do": "read", "text": TEXT}).content)

    page = client.post(url, {**fields, "do": "back"})

    assert fields_of(page.content)["text"].strip() == TEXT.strip()


def test_a_review_page_with_300_topics_can_be_saved(client, url):
    text = "Many Microconference\n\nTopics:\n\n" + "".join(f"- Topic number {n}: a problem\n" for n in range(300))
    fields = fields_of(client.post(url, {"do": "read", "text": text}).content)

    client.post(url, {**fields, "do": "save"})

    assert Microconference.objects.get().topics.count() == 300


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 \x00\x01\x02", "PDF"),
        ("Größe".encode("latin-1"), "UTF-8"),
        (b"x" * 1_000_001, "1 MB"),
    ],
)
def test_an_unreadable_file_is_refused_with_a_sentence(client, url, data, says):
    response = client.post(url, {"do": "read", "file": SimpleUploadedFile("proposal.txt", data)})

    assert response.status_code == 422
    assert says.casefold() in response.content.decode().casefold()


def test_html_links_keep_their_addresses(client, url):
    html = '<h1>Example Locks</h1><h2>Topics</h2><ul><li>Fair locks: see <a href="https://example.org/s">series</a></li></ul>'

    fields = fields_of(client.post(url, {"do": "read", "text": html, "kind": "html"}).content)

    assert fields["topics-0-links"] == "series <https://example.org/s>"
    assert fields["head-text"] == html


def test_a_conference_that_is_over_takes_no_proposals(client):
    over = ConferenceFactory(starts_on="2001-01-01", ends_on="2001-01-03")

    assert client.get(reverse("uconf:propose", args=[over.slug])).status_code == 404


def test_the_committee_imports_a_bunch_and_hears_what_could_not_be_read(conference, user):
    conference.committee.add(user)
    client, url = client_of(user), reverse("uconf:import_bunch", args=[conference.slug])
    files = [SimpleUploadedFile("a.txt", TEXT.encode()), SimpleUploadedFile("b.txt", b"\x00\x01PK")]

    page = client.post(url, {"do": "read", "files": files})
    assert "b.txt" in page.content.decode()
    client.post(url, {**fields_of(page.content), "do": "import"})

    assert [mc.title for mc in Microconference.objects.all()] == ["Example Locks"]


def test_the_written_proposal_can_be_saved_as_a_file(microconference, lead_client):
    page = lead_client.get(microconference.organize_url("uconf:proposal") + "?as=md")

    assert page["Content-Disposition"] == f'attachment; filename="{microconference.slug}.md"'
    assert page.content.decode().startswith(f"# {microconference.title}")


def test_a_text_of_five_megabytes_is_refused_before_it_is_read(client, url):
    client.raise_request_exception = False

    response = client.post(url, {"do": "read", "text": "x" * 5_000_000})

    assert response.status_code == 400
    assert "larger than four megabytes" in response.content.decode()


@pytest.mark.parametrize("form", [{}, {"bunch-TOTAL_FORMS": "abc", "bunch-INITIAL_FORMS": "²"}, {"count": "abc"}])
def test_a_bunch_without_a_proposal_is_refused_in_words(conference, user, form):
    conference.committee.add(user)

    response = client_of(user).post(reverse("uconf:import_bunch", args=[conference.slug]), {"do": "import", **form})

    assert response.status_code == 422
    assert "No file was chosen" in response.content.decode()


def test_names_that_are_no_choice_are_left_out(microconference, lead_client):
    assert lead_client.get(microconference.organize_url("uconf:proposal") + "?name=²&name=-1").status_code == 200


def test_nobody_has_agreed_to_a_policy_until_they_tick_it(client, url):
    said = TEXT + "\nThe leads agree to abide by the anti-harassment policy of the conference.\n"

    page = client.post(url, {"text": said}).content.decode()

    box = re.search(r"<input[^>]*policy_agreed[^>]*>", page).group()
    assert 'type="checkbox"' in box and "checked" not in box.replace("checkbox", "")
