"""A release as files for Indico: the CSV of its contribution import, and the JSON of its timetable export."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from topics.models import AgendaItem

# A spreadsheet takes a cell that starts like this for a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(content, people):
    """Indico's columns, without a head: start date, duration, title, first and last name, affiliation, mail address.

    Breaks are left out: Indico takes contributions only. ``people`` are names by identifier, of those who may be
    named; addresses stay here. Times are local to the conference, as Indico reads them.
    """
    zone, text = ZoneInfo(content["timezone"]), io.StringIO()
    writer = csv.writer(text)
    for _session, item in _items(content):
        if item["kind"] == AgendaItem.Kind.BREAK:
            continue
        first, last = _split(next((people[each] for each in item["people"] if each in people), ""))
        start = f"{_local(item, zone):%Y-%m-%d %H:%M}"
        writer.writerow(_safe(each) for each in (start, item["minutes"], item["title"], first, last, "", ""))
    return text.getvalue()


def as_json(content, people, numbers, *, name, venue=""):
    """What Indico's timetable export says: days, in them session blocks, in them contributions and breaks."""
    zone, days = ZoneInfo(content["timezone"]), {}
    for number, session in enumerate(sorted(content["sessions"], key=lambda each: each["starts_at"]), 1):
        start, end = (datetime.fromisoformat(session[key]) for key in ("starts_at", "ends_at"))
        block = {
            "entryType": "Session", "id": f"s{number}", "title": name, "startDate": _date(start, zone),
            "endDate": _date(end, zone), "duration": int((end - start) / timedelta(minutes=1)),
            "location": venue, "room": session["room"], "entries": {},
        }  # fmt: skip
        for item in session["items"]:
            entry = _entry(item, session, zone, people, numbers, venue)
            block["entries"][entry["id"]] = entry
        days.setdefault(f"{start.astimezone(zone):%Y%m%d}", {})[block["id"]] = block
    return {"results": {name: days}}


def _entry(item, session, zone, people, numbers, venue):
    start, minutes = datetime.fromisoformat(item["starts_at"]), item["minutes"]
    is_break = item["kind"] == AgendaItem.Kind.BREAK
    entry = {
        "entryType": "Break" if is_break else "Contribution",
        "id": f"{'b' if is_break else 'c'}{numbers.get(item['topic']) or item['id']}",
        "title": item["title"], "startDate": _date(start, zone),
        "endDate": _date(start + timedelta(minutes=minutes), zone), "duration": minutes, "location": venue,
        "room": session["room"],
    }  # fmt: skip
    if not is_break:
        entry["friendlyId"] = numbers.get(item["topic"]) or None
        entry["presenters"] = [
            {"name": people[each], "firstName": _split(people[each])[0], "familyName": _split(people[each])[1]}
            for each in item["people"]
            if each in people
        ]
    return entry


def _items(content):
    items = [(session, item) for session in content["sessions"] for item in session["items"]]
    return sorted(items, key=lambda each: (each[1]["starts_at"], each[0]["room"]))


def _local(item, zone):
    return datetime.fromisoformat(item["starts_at"]).astimezone(zone)


def _date(moment, zone):
    return {"date": f"{moment.astimezone(zone):%Y-%m-%d}", "time": f"{moment.astimezone(zone):%H:%M:%S}",
            "tz": str(zone)}  # fmt: skip


def _split(name):
    first, _space, last = name.partition(" ")
    return first, last


def _safe(value):
    text = str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text
