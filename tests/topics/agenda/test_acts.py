"""What each act does to an agenda, and the sentence that says so before and after."""

import pytest

from tests.topics.agenda.plain import a_block, a_person, a_snapshot, a_topic, at, key
from topics.agenda import edits
from topics.agenda.edits import Edit
from uconf.lib.refusals import Refusal


def an_agenda(*more, **options):
    """Opening 5, A 20, B 20, break 30, C 20: 95 minutes of 210; then an empty session. D waits, E is withdrawn."""
    first = a_block(("opening", 5), (a_topic(1, "A"), 20), (a_topic(2, "B"), 20), ("break", 30), (a_topic(3, "C"), 20))
    return a_snapshot(first, a_block(pk=2, starts=240, minutes=60), *more,
                      topics=(a_topic(4, "D"), a_topic(5, "E", state="withdrawn")), **options)  # fmt: skip


def after(snapshot, act, value="", **more):
    return edits.consequence(snapshot, Edit(act, value, **more))


def titles(snapshot):
    return [[item.title for item in block.items] for block in snapshot.sessions]


def rows(done, session=0):
    return [(item.title, item.minutes) for item in done.after.sessions[session].items]


FIRST = ["Opening", "A", "B", "Break", "C"]


@pytest.mark.parametrize(
    ("act", "value", "expected"),
    [
        ("up", "i12", [["Opening", "B", "A", "Break", "C"], []]),
        ("down", "i11", [["Opening", "B", "A", "Break", "C"], []]),
        ("down", "i14", [["Opening", "A", "B", "Break"], ["C"]]),
        ("up", "i10", [FIRST, []]),
        ("to", "i11:s2", [["Opening", "B", "Break", "C"], ["A"]]),
        ("to", "i11:s1", [FIRST, []]),
        ("move", "i14:s1:1", [["Opening", "C", "A", "B", "Break"], []]),
        ("move", "i11:s1:3", [["Opening", "B", "Break", "A", "C"], []]),
        ("move", "i11:s1:99", [["Opening", "B", "Break", "C", "A"], []]),
        ("move", "i11:s2:0", [["Opening", "B", "Break", "C"], ["A"]]),
        ("swap", "i11:i14", [["Opening", "C", "B", "Break", "A"], []]),
        ("out", "i11", [["Opening", "B", "Break", "C"], []]),
        ("out", "gone", [FIRST, []]),
        ("place", "t4", [[*FIRST, "D"], []]),
        ("place", "t4:s1:1", [["Opening", "D", "A", "B", "Break", "C"], []]),
        ("place", "t4:s2", [FIRST, ["D"]]),
        ("place", "t1:s2", [FIRST, []]),
        ("add", "open:s2:0", [FIRST, ["Open discussion"]]),
        ("add", "wrap_up", [FIRST, ["Wrap-up"]]),
        ("fill", "", [[*FIRST, "D"], ["Wrap-up"]]),
    ],
)
def test_where_things_stand_afterwards(act, value, expected):
    assert titles(after(an_agenda(), act, value).after) == expected


@pytest.mark.parametrize(
    ("act", "value", "words"),
    [
        ("up", "i12", "“B” moves to 14:05; 115 min are left."),
        ("up", "i10", "“Opening” stays at 14:00; 115 min are left."),
        ("move", "i14:s2:0", "“C” moves to 18:00; 40 min are left."),
        ("swap", "i11:i14", "“A” and “C” change places, “A” starts at 15:15; 115 min are left."),
        ("out", "i11", "“A” is off the agenda and waits with the unplaced; 135 min are left."),
        ("out", "i13", "“Break” is off the agenda; 145 min are left."),
        ("out", "gone", "It was taken out already."),
        ("place", "t4:s2", "“D” is placed at 18:00, 20 min; 40 min are left."),
        ("add", "break:s2", "“Break” is added at 18:00, 30 min; 30 min are left."),
        ("pin", "i11", "“A” is pinned to 14:05."),
        ("unpin", "i11", "“A” is no longer pinned."),
        ("presenting", "i11:10", "“A” has 10 min for presenting and 10 for discussing; 115 min are left."),
        ("fill", "", "One topic is placed; 55 min are left."),
        ("stretch", "s1", "3 items take 115 min more; the session is full to the minute."),
        ("shrink", "s1", "Everything fits already; 115 min are left."),
        ("minutes", "", "No minutes were changed."),
    ],
)
def test_the_sentence_says_what_it_causes(act, value, words):
    assert after(an_agenda(), act, value).sentence == words


def test_minutes_that_go_over_the_end_are_said():
    done = after(an_agenda(), "minutes", minutes={"i11": 145})

    assert done.sentence == "“A” takes 145 min; the session then ends at 17:40, 10 min over."
    assert [each.kind for each in done.brings] == ["no_break", "over"]
    assert done.ends == ()


def test_an_edit_says_which_warnings_it_brings_and_which_it_ends():
    busy = a_person(cannot=[(at(0), at(20))])
    snapshot = a_snapshot(a_block((a_topic(1, "A", needs=[key(busy)]), 20), (a_topic(2, "B"), 20)))

    done = after(snapshot, "down", "i10")

    assert ([each.kind for each in done.brings], [each.kind for each in done.ends]) == ([], ["times"])
    assert [each.kind for each in after(done.after, "up", "i10").brings] == ["times"]


def test_of_many_considered_edits_only_what_each_affects_is_looked_at():
    busy = a_person(cannot=[(at(0), at(20))])
    snapshot = a_snapshot(a_block((a_topic(1, "A", needs=[key(busy)]), 20), (a_topic(2, "B", presenting=15), 20)))
    found = edits.warnings.check(snapshot)

    for position in range(2):
        edit = Edit("move", f"i10:s1:{position}")
        quick, whole = edits.consequence(snapshot, edit, found=found), edits.consequence(snapshot, edit)
        assert (quick.found.all, quick.brings, quick.ends) == (whole.found.all, whole.brings, whole.ends)


def test_before_it_is_done_nothing_is_changed():
    snapshot = an_agenda()

    after(snapshot, "move", "i14:s1:0")

    assert titles(snapshot) == [FIRST, []]


@pytest.mark.parametrize(
    ("act", "value", "words"),
    [
        ("up", "gone", "taken out meanwhile"),
        ("move", "i11:nowhere:0", "session is gone"),
        ("move", "i11:s1:x", "no such place"),
        ("to", "i11", "session is gone"),
        ("place", "gone", "topic is gone"),
        ("place", "t5", "“E” is withdrawn and was not placed. Accept it first."),
        ("add", "lunch", "no such item"),
        ("add", "topic", "no such item"),
        ("presenting", "i11:x", "as a number"),
        ("presenting", "i11:21", "Of the 20 min of “A” 0 to 20 can be for presenting, not 21"),
        ("presenting", "i13:5", "Nothing is presented in “Break”"),
        ("swap", "i11:gone", "taken out meanwhile"),
        ("stretch", "gone", "session is gone"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(act, value, words):
    with pytest.raises(Refusal, match=words):
        after(an_agenda(), act, value)


def test_without_a_session_nothing_can_be_placed():
    with pytest.raises(Refusal, match="no session yet"):
        after(a_snapshot(topics=(a_topic(),)), "place", "t1")


def test_a_pinned_item_is_pinned_to_where_it_stands_and_is_said_when_it_is_pushed():
    pinned = after(an_agenda(), "pin", "i12").after
    assert pinned.by_public_id["i12"].pinned_at == at(25)

    pushed = after(pinned, "minutes", minutes={"i11": 30})

    assert pushed.after.by_public_id["i12"].pinned_at == at(25)
    assert [each.sentence for each in pushed.brings] == ["it is pinned to 14:25, but starts at 14:35"]


def test_what_is_pinned_and_moved_by_hand_is_pinned_to_its_new_place():
    pinned = after(an_agenda(), "pin", "i12").after

    moved = after(pinned, "up", "i12")

    assert moved.after.by_public_id["i12"].pinned_at == at(5)
    assert moved.brings == ()


def test_a_pinned_item_keeps_its_length_and_place_when_the_session_is_filled_or_shrunk():
    pinned = after(an_agenda(), "pin", "i12").after
    over = after(pinned, "minutes", minutes={"i14": 140}).after

    stretched, shrunk = after(pinned, "stretch", "s1"), after(over, "shrink", "s1")

    assert rows(stretched) == [("Opening", 5), ("A", 20), ("B", 20), ("Break", 30), ("C", 135)]
    assert rows(shrunk) == [("Opening", 5), ("A", 20), ("B", 20), ("Break", 30), ("C", 135)]


def test_shrinking_says_what_could_not_be_saved():
    topics = [(a_topic(pk, f"T{pk}", presenting=10), 20) for pk in range(1, 13)]

    done = after(a_snapshot(a_block(*topics, minutes=170)), "shrink")

    assert done.sentence.startswith("12 items take 60 min less; 10 min could not be saved, as no topic may be shorter;")


def test_presenting_never_takes_longer_than_the_item():
    longer = after(an_agenda(), "presenting", "i11:15").after

    item = after(longer, "minutes", minutes={"i11": 10}).after.by_public_id["i11"]

    assert (item.presenting, item.discussing) == (10, 0)


def test_typed_minutes_go_along_with_any_act():
    done = after(an_agenda(), "up", "i12", minutes={"i12": 35, "gone": 5}, presenting={"i12": 10})

    assert rows(done)[:3] == [("Opening", 5), ("B", 35), ("A", 20)]
    assert done.after.by_public_id["i12"].presenting == 10


def test_ways_out_are_acts_that_help():
    first, second = a_topic(1, "A"), a_topic(2, "B", presenting=15, after=1)
    snapshot = a_snapshot(a_block((second, 20), (first, 200), (a_topic(3, "C"), 20, 0)), topics=(a_topic(4, "D"),))

    for kind in ("no_break", "order", "presenting", "pinned", "not_placed"):
        warning = next(each for each in edits.warnings.find(snapshot) if each.kind == kind)
        done = after(snapshot, warning.way_out_name, warning.way_out_value)
        assert warning.key in {each.key for each in done.ends} or kind == "no_break", kind
        assert done.before is not done.after


def test_with_sessions_on_several_days_the_day_is_said():
    snapshot = an_agenda(a_block(pk=3, starts=24 * 60))

    assert after(snapshot, "to", "i11:s3").sentence == "“A” moves to 14:00 on Mon 22 Sep; 190 min are left."
