"""Files for Indico: its columns, local times, no addresses, and nothing that a spreadsheet would run."""

import csv
import io
from copy import deepcopy

import pytest

from tests.topics.agenda.content import OLD
from topics.agenda import indico

PEOPLE = {"p1": "Mina Van Example"}


def rows(content, people=PEOPLE):
    return list(csv.reader(io.StringIO(indico.as_csv(content, people))))


def test_the_csv_has_the_seven_columns_of_indicos_import_and_leaves_breaks_out():
    assert rows(OLD) == [
        ["2031-09-21 14:00", "20", "A", "Mina", "Van Example", "", ""],
        ["2031-09-21 14:50", "20", "B", "", "", "", ""],
    ]


def test_who_may_not_be_named_is_not():
    assert rows(OLD, {})[0][3:] == ["", "", "", ""]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_taken_for_a_formula(start):
    content = deepcopy(OLD)
    content["sessions"][0]["items"][0]["title"] = f"{start}1+1, and more"

    text = indico.as_csv(content, {"p1": f"{start}cmd Example"})

    assert next(csv.reader(io.StringIO(text, newline="")))[2:4] == [f"'{start}1+1, and more", f"'{start}cmd".rstrip()]


def test_the_json_has_days_blocks_contributions_and_breaks():
    [block] = indico.as_json(OLD, PEOPLE, {"t1": "77"}, name="Example MC", venue="Hall")["results"]["Example MC"][
        "20310921"
    ].values()

    assert (block["entryType"], block["duration"], block["room"], block["location"]) == (
        "Session", 210, "Room A", "Hall",
    )  # fmt: skip
    a, pause, b = block["entries"].values()
    assert (a["id"], a["friendlyId"], a["title"], a["duration"]) == ("c77", "77", "A", 20)
    assert a["startDate"] == {"date": "2031-09-21", "time": "14:00:00", "tz": "Europe/Dublin"}
    assert a["endDate"]["time"] == "14:20:00"
    assert a["presenters"] == [{"name": "Mina Van Example", "firstName": "Mina", "familyName": "Van Example"}]
    assert (pause["entryType"], pause["id"]) == ("Break", "bi2")
    assert (b["friendlyId"], b["presenters"]) == (None, [])


def test_times_are_right_over_a_change_of_clocks():
    content = deepcopy(OLD)
    session = content["sessions"][0]
    session |= {"starts_at": "2031-10-26T00:30:00+00:00", "ends_at": "2031-10-26T02:30:00+00:00"}
    session["items"] = [session["items"][0] | {"starts_at": "2031-10-26T00:30:00+00:00", "minutes": 60}]

    [block] = indico.as_json(content, {}, {}, name="x")["results"]["x"]["20311026"].values()

    assert block["duration"] == 120
    [item] = block["entries"].values()
    assert (item["startDate"]["time"], item["endDate"]["time"]) == ("01:30:00", "01:30:00")
