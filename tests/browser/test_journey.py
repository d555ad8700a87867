"""One year of one microconference, from a pasted proposal to its outcomes, as four people live it in a browser.

The proposal is the real one where it lies beside the checkout (../shared/seed/), and its facts are checked exactly;
a clone without it tells the same story with the sample's text, which restates the same facts.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.story import LATER, MC, Story

pytestmark = [pytest.mark.browser, pytest.mark.services]

PUBLIC = f"/{MC}/"
FIRST, SECOND = "Seamless hypervisor update", "RT spinlocks"
ATTENDEES = "Alex Kogan, Andre Almeida, Anthony Yznaga, Jason Zeng, Paul McKenney, Peter Zijlstra, Waiman Long"


@pytest.fixture
def story(empty_site, eyes):
    story = Story(empty_site, eyes)
    yield story
    story.close()


def test_a_microconference_goes_from_a_pasted_proposal_to_recorded_outcomes(story):
    a_committee_makes_its_conference(story)
    a_lead_comes_by_address_and_code(story)
    a_lead_pastes_reviews_and_imports_a_proposal(story)
    the_overview_says_what_to_do(story)
    people_are_added(story)
    the_first_letters_go(story)
    somebody_answers_without_scripts_and_cookies(story)
    a_lead_notes_an_answer_on_a_phone(story)
    the_committee_accepts_what_is_submitted(story)
    topics_are_chosen(story)
    somebody_proposes_a_topic(story)
    the_second_letters_go_and_are_answered(story)
    an_agenda_is_made(story)
    readers_see_release_one_and_then_two(story)
    outcomes_are_recorded_and_seen(story)
    the_proposal_is_taken_along(story)


def a_committee_makes_its_conference(story):
    story.sign_in_chair()
    page = story.chair
    story.look(page, "committee-organize")
    story.go(page, "/organize/example/", "committee")
    story.go(page, "/organize/example/settings/", "committee-settings")
    page.get_by_role("textbox", name="Name", exact=True).fill("Example Plumbers Conference")
    page.get_by_label("First day").fill(LATER.isoformat())
    page.get_by_label("Last day").fill((LATER + timedelta(days=2)).isoformat())
    page.get_by_label("Time zone").fill("Europe/Dublin")
    page.get_by_label("Official timetable").fill("https://timetable.example.org/")
    page.get_by_label("Conduct policy").fill("https://conference.example.org/policy")
    story.press(page, "Save", inside=page.locator(".fields"))
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_label("Name of another room").fill("Room A")
    page.get_by_role("group", name="Add a room").get_by_role("checkbox").check()
    story.press(page, "Add")
    expect(page.get_by_label("Name of Room A")).to_have_value("Room A")
    story.look(page, "committee-settings-done")


def a_lead_comes_by_address_and_code(story):
    page = story.lead
    page.goto(story.site.url + "/organize/example/propose/")
    story.look(page, "sign-in")
    page.get_by_role("link", name="Make an account").click()
    story.look(page, "sign-up")
    page.get_by_label("Your mail address").fill("davidlohr@example.org")
    story.press(page, "Send me a code")
    story.look(page, "code")
    letter = story.letter("davidlohr@example.org", "code")
    story.look(story.stranger, "mailbox")
    code = re.search(r"^\s*([A-Z0-9]{3,8}-?[A-Z0-9]{3,8})\s*$", letter, re.M).group(1)
    page.get_by_role("textbox", name="Code").fill(code)
    page.get_by_role("button", name=re.compile("Go on|Sign in")).click()
    page.wait_for_url(re.compile("/organize/"))


def a_lead_pastes_reviews_and_imports_a_proposal(story):
    page = story.lead
    story.go(page, "/organize/example/propose/", "paste")
    page.get_by_label("The proposal’s text").fill(story.text)
    story.press(page, "Read it…")
    expect(page.get_by_role("heading", name="Review the import")).to_be_visible()
    story.look(page, "review")
    for heading in ("3 leads", "7 attendees", "9 topics", "2 earlier editions", "3 outcomes"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    for name in ("Davidlohr Bueso", "Daniel Jordan", "Pavel Tatashin", *ATTENDEES.split(", ")):
        expect(page.locator(".found .name", has_text=name).first).to_be_visible()
    page.get_by_label("Which of the leads are you?").select_option(label="Davidlohr Bueso")
    topic = page.locator("section[aria-labelledby=h-topic] li").first
    topic.locator("summary").click()
    assert "Jason Zeng" in topic.get_by_label("Key people").input_value()
    topic.get_by_label("Title").fill(FIRST)
    story.look(page, "review-unfolded")
    story.press(page, re.compile("^Import: topics 9, people 7, editions 2$"), exact=False)
    page.wait_for_url(story.site.url + story.room())


def the_overview_says_what_to_do(story):
    page = story.lead
    story.look(page, "overview-imported")
    expect(page.locator(".who")).to_contain_text("Davidlohr Bueso")
    expect(page.get_by_text("5 interested")).to_be_visible()
    expect(page.get_by_text("2 response pending")).to_be_visible()
    expect(page.get_by_role("link", name=FIRST)).to_be_visible()
    for name in ("topics/", "people/", "letters/", "agenda/", "outcomes/", "proposal/", "settings/", "activity/"):
        story.go(page, story.room(name), f"imported-{name.strip('/')}")


def people_are_added(story):
    page = story.lead
    story.go(page, story.room("people/"), "people")
    for number, name in enumerate(("Waiman Long", "Jason Zeng")):
        page.get_by_role("rowheader").get_by_role("link", name=name, exact=True).click()
        story.look(page, f"person-{number}")
        page.locator("#correct > summary").click()
        page.get_by_label("Mail address").fill(name.lower().replace(" ", ".") + "@example.org")
        story.press(page, "Save", inside=page.locator("#correct"))
        page.goto(story.site.url + story.room("people/"))
    if story.is_seed:
        expect(page.get_by_role("link", name="no address 5")).to_be_visible()
    story.go(page, story.room("people/add/"), "people-add")
    page.get_by_role("textbox", name="Name", exact=True).fill("Mina Example")
    page.get_by_label("Mail address").fill("mina@example.org")
    page.get_by_label("Why they are needed").fill("you maintain an allocator")
    page.get_by_label("Who asks them").select_option(label="Davidlohr Bueso")
    story.press(page, "Add to the list")
    page.goto(story.site.url + story.room("people/add/"))
    page.get_by_label("The list, one person a line").fill(
        "- Oskar Fictive, oskar@example.org\nTomas Sample (response pending)\n"
    )
    story.press(page, "Look at it…")
    story.look(page, "people-paste")
    expect(page.get_by_role("row", name=re.compile("Oskar Fictive.*oskar@example.org"))).to_be_visible()
    story.press(page, "Put 2 people on the list")
    expect(page.get_by_role("rowheader")).to_have_count(10)
    story.look(page, "people-added")


def the_first_letters_go(story):
    page = story.lead
    for name in ("Mina Example", "Oskar Fictive"):
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    story.press(page, "Ask the chosen…")
    story.look(page, "ask")
    page.get_by_label("Answer by").fill((LATER - timedelta(weeks=12)).isoformat())
    page.get_by_label("Reminders after, in days").fill("10")
    story.press(page, "Write the letters…")
    expect(page.get_by_role("heading", name="Read and send")).to_be_visible()
    story.look(page, "letters-review")
    for name in ("Mina Example", "Oskar Fictive"):
        letter = page.get_by_role("article", name=name)
        expect(letter).to_contain_text(name.split()[0])
        expect(letter).to_contain_text("Davidlohr")
    assert "Your name came up for" not in page.content() or "maintain an allocator" in page.content()
    story.press(page, "Send 2 letters")
    story.look(page, "letters-sent")
    story.letter("mina@example.org", "/a/")
    story.letter("oskar@example.org", "/a/")


def somebody_answers_without_scripts_and_cookies(story):
    link = re.search(r"http\S+/a/[^/\s]+/", story.letter("mina@example.org", "/a/")).group()
    page = story.attendee
    page.goto(link)
    story.look(page, "answer")
    story.press(page, "Interested")
    expect(page.get_by_role("status")).to_contain_text("interested")
    page.locator("details[id^=topics] > summary").click()
    page.get_by_role("group", name=FIRST).get_by_label("need me there").check()
    story.press(page, "Save topics")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_label("You may name me on the public page").check()
    story.press(page, "Save")
    page.locator("summary", has_text="Somebody better?").click()
    page.get_by_label(re.compile("A name is enough")).fill("Rosa Invented")
    story.press(page, "Save name")
    expect(page.get_by_label("You may name me on the public page")).to_be_checked()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    story.look(page, "answered")
    assert story.attendees_context.cookies() == []
    lead = story.lead
    lead.goto(story.site.url + story.room("people/"))
    row = lead.get_by_role("row", name=re.compile("Mina Example"))
    expect(row).to_contain_text("interested")
    expect(row).to_contain_text(FIRST)
    row.get_by_role("link", name="Mina Example", exact=True).click()
    expect(lead.get_by_text("Rosa Invented").first).to_be_visible()
    story.look(lead, "person-answered")


def a_lead_notes_an_answer_on_a_phone(story):
    story.phone = story.eyes.context(390, storage_state=story.lead.context.storage_state()).new_page()
    page = story.phone
    story.go(page, story.room("people/"), "phone-people")
    page.get_by_role("link", name="Tomas Sample", exact=True).click()
    story.look(page, "phone-person")
    page.get_by_role("group", name="What Tomas Sample answered").get_by_role("button", name="Can't this time").click()
    expect(page.get_by_role("status")).to_contain_text("Tomas Sample")
    story.look(page, "phone-noted")
    expect(page.locator("main")).to_contain_text("told a lead")


def the_committee_accepts_what_is_submitted(story):
    page = story.lead
    story.go(page, story.room("settings/"), "settings")
    story.press(page, "I read it and agree")
    page.get_by_role("link", name="Submit to the committee…").click()
    story.look(page, "submit")
    story.press(page, "Submit")
    story.look(page, "submitted")
    chair = story.chair
    story.go(chair, "/organize/example/", "committee-submitted")
    chair.get_by_role("rowheader").get_by_role("link", name="Performance and Scalability").click()
    story.look(chair, "committee-review")
    assert "Waiman" not in chair.content()
    story.press(chair, "Accept")
    story.look(chair, "committee-accepted")
    story.go(story.reader, PUBLIC, "public-accepted")


def topics_are_chosen(story):
    page = story.lead
    story.go(page, story.room("topics/"), "topics")
    for box in page.get_by_role("checkbox", name=re.compile("^Choose ")).all():
        box.check()
    story.press(page, "Accept", inside=page.locator(".pickbar"))
    expect(page.get_by_role("rowheader", name=re.compile("^accepted · 9 topics"))).to_be_visible()
    story.look(page, "topics-accepted")
    _decide(page, "kdump", "If time")
    _decide(page, "Batching", "Not this time")
    expect(page.get_by_role("rowheader", name=re.compile("^accepted · 7 topics"))).to_be_visible()
    _open_topic(page, "mmap_sem")
    story.look(page, "topic")
    page.get_by_role("link", name="Merge into…").click()
    story.look(page, "topic-merge")
    into = page.get_by_label("Merge it into")
    into.select_option(label=next(each for each in into.locator("option").all_inner_texts() if "Maple Tree" in each))
    story.press(page, "See what will happen…")
    story.look(page, "topic-merge-sure")
    story.press(page, "Merge them")
    story.look(page, "topic-merged")
    story.go(page, story.room("topics/links/"), "topics-links")
    before = page.locator(".linkrow").count()
    page.get_by_label("Series").first.fill("https://lore.kernel.org/all/20200914145017.1234-1-someone@example.org/")
    story.press(page, "Save the addresses")
    page.goto(story.site.url + story.room("topics/links/"))
    expect(page.locator(".linkrow")).to_have_count(before - 1)
    page.goto(story.site.url + story.room("topics/"))
    _open_topic(page, SECOND)
    people = page.locator("section[aria-labelledby=key-people]")
    people.get_by_label("Add somebody").select_option(label="Peter Zijlstra")
    people.get_by_label("why").fill("locking")
    story.press(page, "Save key people")
    expect(page.locator("section[aria-labelledby=key-people]")).to_contain_text("Peter Zijlstra")
    story.look(page, "topic-key-person")
    story.go(page, story.room("topics/"), "topics-chosen")


def _open_topic(page, title):
    page.get_by_role("rowheader").get_by_role("link", name=re.compile(title)).click()
    page.wait_for_load_state()


def _decide(page, title, button):
    row = page.get_by_role("row", name=re.compile(title)).last
    row.get_by_role("button", name=re.compile(button)).click()
    expect(page.get_by_role("status")).to_contain_text(title)


def somebody_proposes_a_topic(story):
    page = story.lead
    page.goto(story.site.url + story.room("settings/"))
    page.get_by_label("topics are proposed here").check()
    page.get_by_label("Publish the agenda by").fill((LATER - timedelta(weeks=2)).isoformat())
    story.press(page, "Save", inside=page.locator(".savebar"))
    expect(page.get_by_role("status")).to_be_visible()
    stranger = story.stranger
    story.go(stranger, PUBLIC, "public-call")
    stranger.get_by_role("link", name="Propose a topic").first.click()
    story.look(stranger, "propose")
    stranger.get_by_label("What would it settle?").fill("Per-VMA locks for page faults")
    stranger.get_by_label("The problem").fill("Faults of many threads wait for one lock.")
    stranger.get_by_label("Your name").fill("Ines Nobody")
    stranger.get_by_label("Your mail address").fill("ines@example.org")
    story.press(stranger, "Propose it")
    story.look(stranger, "proposed")
    story.go(page, story.room("topics/"), "topics-proposed")
    _decide(page, "Per-VMA", "Accept")
    expect(page.get_by_role("rowheader", name=re.compile("^accepted · 7 topics"))).to_be_visible()


def the_second_letters_go_and_are_answered(story):
    story.weeks_pass(12)
    page = story.lead
    story.go(page, story.room(), "overview-accepted")
    story.go(page, story.room("letters/ask/"), "ask-second")
    for box in page.get_by_role("checkbox", name=re.compile("^Choose ")).all():
        box.uncheck()
    page.get_by_role("checkbox", name="Choose Mina Example").check()
    page.get_by_label("Answer by").fill((LATER - timedelta(weeks=4)).isoformat())
    story.press(page, "Write the letters…")
    story.look(page, "letters-review-second")
    story.press(page, "Send 1 letter")
    link = re.search(r"http\S+/a/[^/\s]+/", story.letter("mina@example.org", "(?i)will you be there")).group()
    _make_a_session(story)
    mina = story.attendee
    mina.goto(link)
    story.look(mina, "answer-second")
    story.press(mina, "Coming remotely")
    expect(mina.get_by_role("status")).to_contain_text("coming remotely")
    mina.locator("summary", has_text="Times you cannot").click()
    mina.get_by_label(re.compile("I cannot on")).fill("14:00–14:20")
    story.press(mina, "Save times")
    mina.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    story.look(mina, "answered-second")
    story.go(page, story.room("letters/"), "letters-second")
    page.goto(story.site.url + story.room("people/"))
    expect(page.get_by_role("row", name=re.compile("Mina Example"))).to_contain_text("coming remotely")


def _make_a_session(story):
    page = story.lead
    story.go(page, story.room("agenda/"), "agenda-empty")
    page.get_by_label("Day").fill((LATER + timedelta(days=1)).isoformat())
    page.get_by_label("Starts").fill("14:00")
    page.get_by_label("Ends").fill("16:30")
    page.get_by_label("Room").select_option(label="Room A")
    story.press(page, "Add the session")
    story.go(page, story.room("agenda/sessions/"), "agenda-sessions")


def an_agenda_is_made(story):
    page = story.lead
    story.go(page, story.room("agenda/"), "agenda-unplaced")
    story.press(page, "Place all accepted topics")
    expect(page.get_by_text("7 of 7 topics placed")).to_be_visible()
    story.look(page, "agenda-placed")
    expect(page.locator(".item", has_text=FIRST)).to_contain_text("Jason Zeng")
    expect(page.locator(".item", has_text=SECOND)).to_contain_text("Peter Zijlstra")
    _set_minutes(page, FIRST, 40)
    page.get_by_role("button", name=re.compile("^Move Per-VMA .* out")).click()
    expect(page.get_by_text("6 of 7 topics placed")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Place Per-VMA")).click()
    expect(page.get_by_text("7 of 7 topics placed")).to_be_visible()
    page.locator("#add").get_by_role("button", name="Open discussion").click()
    expect(page.locator(".timeline h3", has_text="Open discussion")).to_be_visible()
    titles = page.locator(".timeline h3")
    first = titles.nth(1).inner_text()
    page.get_by_role("button", name=f"Move {first} down").click()
    expect(titles.nth(2)).to_have_text(first)
    expect(page.locator(".timeline h3", has_text="Break")).to_be_visible()
    story.look(page, "agenda")
    expect(page.locator(".flag").first).to_be_visible()
    story.go(story.reader, PUBLIC + "schedule/", "schedule-none")
    expect(story.reader.get_by_text("The agenda is not published yet.")).to_be_visible()


def _set_minutes(page, title, minutes):
    page.get_by_label(f"Minutes for {title}", exact=True).fill(str(minutes))
    page.get_by_role("button", name="Save minutes").click()
    expect(page.locator(".says")).to_contain_text("takes")
    expect(page.get_by_label(f"Minutes for {title}", exact=True)).to_have_value(str(minutes))


def readers_see_release_one_and_then_two(story):
    page, reader = story.lead, story.reader
    _publish(story, 1)
    story.go(reader, PUBLIC + "schedule/", "schedule-1")
    expect(reader.get_by_text("Release 1", exact=False).first).to_be_visible()
    expect(reader.get_by_text("Official timetable:")).to_be_visible()
    expect(reader.locator(".prog")).to_contain_text(FIRST)
    expect(reader.locator("main")).to_contain_text("Europe/Dublin")
    assert "Mina" not in reader.locator(".prog").inner_text()
    page.goto(story.site.url + story.room("agenda/"))
    _set_minutes(page, FIRST, 25)
    story.go(reader, PUBLIC + "schedule/", "schedule-still-1")
    expect(reader.get_by_role("listitem").filter(has_text=FIRST).first).to_contain_text("40 min")
    _publish(story, 2)
    story.go(reader, PUBLIC + "schedule/", "schedule-2")
    expect(reader.get_by_role("listitem").filter(has_text=FIRST).first).to_contain_text("25 min")
    reader.locator("summary", has_text=re.compile("Release 2: .* since release 1")).click()
    story.look(reader, "schedule-2-changes")
    story.go(reader, PUBLIC + "schedule/v1/", "schedule-v1")
    expect(reader.get_by_text("This is release 1, not the latest.")).to_be_visible()
    story.go(reader, PUBLIC, "public-scheduled")
    expect(reader.locator("main")).to_contain_text("Mina Example")
    for name in ATTENDEES.split(", "):
        assert name not in reader.locator(".named").inner_text(), f"{name} did not agree to be named"
    assert "@example.org" not in reader.content().replace("someone@example.org", "")
    assert story.readers_context.cookies() == []


def _publish(story, number):
    page = story.lead
    page.goto(story.site.url + story.room("agenda/"))
    story.press(page, "Publish…")
    expect(page.get_by_role("heading", name="Publish the agenda")).to_be_visible()
    story.look(page, f"publish-{number}")
    story.press(page, f"Publish release {number}")
    expect(page.get_by_role("status").first).to_be_visible()
    story.look(page, f"published-{number}")


def outcomes_are_recorded_and_seen(story):
    page, reader = story.lead, story.reader
    story.go(page, story.room("outcomes/"), "outcomes")
    page.get_by_label(f"What came of {FIRST}, in a line").fill("PKRAM is posted again, with a smaller interface.")
    page.get_by_label(f"Kind of the outcome of {FIRST}").select_option(label="posted")
    page.get_by_role("listitem").filter(has_text=FIRST).get_by_role("button", name="Note").first.click()
    expect(page.get_by_text("PKRAM is posted again, with a smaller interface.").first).to_be_visible()
    page.goto(story.site.url + story.room("outcomes/add/"))
    page.get_by_label("What came of it").fill("The allocator’s maintainers agreed on one batch interface.")
    page.locator("summary", has_text="People").click()
    page.get_by_label("Mina Example").check()
    page.get_by_label("Links").fill("notes https://notes.example.org/1")
    story.look(page, "outcome-add")
    page.locator("main form .btn-primary").click()
    page.wait_for_load_state()
    story.look(page, "outcomes-noted")
    page.get_by_role("link", name="Mark as held…").click()
    story.look(page, "held")
    story.press(page, "Mark as held")
    story.look(page, "outcomes-held")
    story.press(page, "Report outcomes")
    story.look(page, "outcomes-reported")
    for path, name in ((PUBLIC, "public-reported"), (PUBLIC + "outcomes/", "outcomes-public")):
        story.go(reader, path, name)
        expect(reader.locator("main")).to_contain_text("PKRAM is posted again")
        expect(reader.locator("main")).to_contain_text("agreed on one batch interface")
    story.go(reader, "/series/performance-and-scalability/", "series")
    expect(reader.locator("main")).to_contain_text("PKRAM is posted again")
    for year in ("2018", "2015"):
        expect(reader.get_by_role("link", name=year).first).to_be_visible()
        story.go(reader, f"/series/performance-and-scalability/{year}/", f"edition-{year}")
    story.go(reader, "/", "home")
    story.go(reader, "/example/", "conference")
    assert story.readers_context.cookies() == []


def the_proposal_is_taken_along(story):
    page = story.lead
    story.go(page, story.room("proposal/"), "proposal")
    for style in ("txt", "md"):
        page.goto(story.site.url + story.room(f"proposal/?style={style}"))
        with page.expect_download() as waiting:
            page.get_by_role("link", name=f"Save as a .{style} file").click()
        text = waiting.value.path().read_text(encoding="utf-8")
        assert waiting.value.suggested_filename.endswith(f".{style}")
        for words in ("Performance and Scalability", FIRST, "Mina Example", "padata documentation", "2015"):
            assert words in text, f"{words} is not in the .{style} file"
        assert "Waiman Long" not in text
    story.go(page, story.room("proposal/source/"), "proposal-source")
    story.go(page, story.room(), "overview-reported")
    story.go(page, story.room("activity/"), "activity")
