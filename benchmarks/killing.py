"""The kill test: what arrives, and what the letters' table says of it, when senders are killed again and again."""

import random
import re
import time

from django.db import connection
from django.test import Client, override_settings

from attendees.models import Letter
from attendees.outreach import actions
from attendees.outreach.notes import queue_note
from benchmarks import letters
from benchmarks.mailsink import MailSink
from benchmarks.senders import Nursery
from uconf.models import Person, User

SENDERS = 2
ACKNOWLEDGED_AFTER_S = 0.02
SETTLED_WITHIN_S = 60


def both_ways(count, kills, *, again=None, lease_s=None):
    """The kill test with letters that are held when uncertain, then with letters that go again. Figures by name.

    ``again`` is how many letters the second part has, if not as many.
    """
    held = hold(count, kills, lease_s=lease_s)
    print(f"  held:        {held}", flush=True)
    again = resend(again or count, kills, lease_s=lease_s)
    print(f"  sent again:  {again}", flush=True)
    return {
        "letters": count,
        "kills": kills,
        "twice": held["twice"],
        "uncertain": held["uncertain"],
        "never_arrived_unlisted": held["never_arrived_unlisted"] + again["never_arrived_unlisted"],
        "sent_without_delivery": held["sent_without_delivery"] + again["sent_without_delivery"],
        "shown_as_uncertain": held["shown"],
        "not_final": held["not_final"] + again["not_final"],
        "missing_after_send_again": held["missing_after_send_again"],
        "resend_twice": again["twice"],
        "resend_uncertain": again["uncertain"],
        "other_message_ids": held["other_message_ids"] + again["other_message_ids"],
        "more_than_was_uncertain": held["more_than_was_uncertain"],
    }


def hold(count, kills, *, lease_s=None):
    """First letters: what is uncertain waits for a lead, who then sends all of it again."""
    _empty()
    letters.fill_up(count)
    sink = MailSink(after=ACKNOWLEDGED_AFTER_S)
    nursery = _nursery(sink, lease_s)
    try:
        _kill_senders(nursery, sink, count, kills)
        found = _settle(sink)
        found["shown"] = shown_as_uncertain()
        lead = User.objects.get(email="lead@example.org")
        for letter in Letter.objects.filter(state="uncertain"):
            actions.send_again(letter=letter, by=lead)
        _settle(sink)
        reached = sink.counts()
        found["missing_after_send_again"] = sum(each not in reached for each in _addresses())
        found["more_than_was_uncertain"] = max(0, len(sink.got) - len(reached) - found["uncertain"])
        found["other_message_ids"] = _with_another_message_id(sink)
    finally:
        nursery.stop()
        sink.stop()
    return found


def resend(count, kills, *, lease_s=None):
    """New links: what is uncertain goes once more by itself, with the same Message-ID."""
    _empty()
    missing = count - Person.objects.filter(name__startswith="Madeup Person").count()
    if missing > 0:
        letters.new_people(missing)
    for person in Person.objects.filter(name__startswith="Madeup Person").order_by("pk")[:count]:
        queue_note(
            kind=Letter.Kind.LINK, to_person=person, subject="Your new link", body="Here it is: {answer_link}",
            dedupe_key=f"link:{person.pk}", by=None,
        )  # fmt: skip
    sink = MailSink(after=ACKNOWLEDGED_AFTER_S)
    nursery = _nursery(sink, lease_s)
    try:
        _kill_senders(nursery, sink, count, kills)
        found = _settle(sink)
        found["other_message_ids"] = _with_another_message_id(sink)
    finally:
        nursery.stop()
        sink.stop()
    return found


def restarts(cluster, count, times, *, lease_s=None):
    """First letters, while the database stops at once and starts again, several times."""
    _empty()
    letters.fill_up(count)
    sink = MailSink(after=ACKNOWLEDGED_AFTER_S)
    nursery = _nursery(sink, lease_s)
    dice = random.Random(count)
    try:
        for _each in range(SENDERS):
            nursery.start()
        for _each in range(times):
            before = len(sink.got)
            time.sleep(dice.uniform(0.2, 0.8))
            connection.close()
            cluster.restart_at_once()
            _wait_for_more(sink, before + 2)
        found = _settle(sink)
        found["other_message_ids"] = _with_another_message_id(sink)
    finally:
        nursery.stop()
        sink.stop()
    return found


def _wait_for_more(sink, count):
    until = time.monotonic() + 30
    while len(sink.got) < count and time.monotonic() < until and Letter.objects.waiting().exists():
        time.sleep(0.02)


@override_settings(
    STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}},
)
def shown_as_uncertain():
    """How many letters the lead's outbox lists as uncertain; they are compared with the table one by one."""
    client, shown, number = Client(), set(), 1
    client.force_login(User.objects.get(email="lead@example.org"))
    url = letters.microconference().organize_url("attendees:outbox")
    while True:
        html = client.get(url, {"state": "uncertain", "page": number}, secure=True).content.decode()
        shown |= set(re.findall(r'letters/(\w+)/do/" method="post".{0,900}?value="leave"', html, re.DOTALL))
        number += 1
        if f"page={number}" not in html:
            break
    assert shown == set(Letter.objects.filter(state="uncertain").values_list("public_id", flat=True))
    return len(shown)


def _nursery(sink, lease_s):
    return Nursery(EMAIL_URL=sink.url, **({"LEASE_S": str(lease_s)} if lease_s else {}))


def _kill_senders(nursery, sink, count, kills):
    """Two senders at work; one of them is killed and another one starts, all through the letters at random moments.

    The moments are so many letters apart, not seconds: on a slow machine, too, few letters are left after the last one.
    """
    dice = random.Random(count)
    senders = [nursery.start() for _each in range(SENDERS)]
    for number in range(kills):
        _wait_for_more(sink, int(count * (number + dice.random()) / (kills + 1)))
        time.sleep(dice.uniform(0, 2 * ACKNOWLEDGED_AFTER_S))  # anywhere on a letter's way
        nursery.kill(senders.pop(dice.randrange(SENDERS)))
        senders.append(nursery.start())


def _settle(sink):
    """Wait until nothing is on its way any more, then compare what arrived with what the table says."""
    until = time.monotonic() + SETTLED_WITHIN_S
    start = time.monotonic()
    while Letter.objects.waiting().exists() and time.monotonic() < until:
        # Slow is not stuck: the minute counts from the last letter that arrived.
        before = len(sink.got)
        time.sleep(0.3)
        until = time.monotonic() + SETTLED_WITHIN_S if len(sink.got) > before else until
    arrived = sink.counts()
    states = {each["address"]: each["state"] for each in _rows()}
    return {
        "twice": len(sink.got) - len(arrived),
        "uncertain": sum(state == "uncertain" for state in states.values()),
        "sent_without_delivery": sum(s == "sent" and a not in arrived for a, s in states.items()),
        "never_arrived_unlisted": sum(s != "uncertain" and a not in arrived for a, s in states.items()),
        "not_final": Letter.objects.waiting().count(),
        "settled_s": round(time.monotonic() - start, 1),
    }


def _rows():
    return [
        {"address": address, "state": state, "message_id": message_id}
        for address, state, message_id in Letter.objects.values_list("to_person__address", "state", "message_id")
    ]


def _addresses():
    return [each["address"] for each in _rows()]


def _with_another_message_id(sink):
    own = {each["address"]: each["message_id"] for each in _rows()}
    return sum(own[recipient] != message_id for recipient, message_id in sink.got)


def _empty():
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE attendees_letterreason, attendees_letter, attendees_asking CASCADE")
