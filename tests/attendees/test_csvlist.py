import pytest

from attendees import csvlist
from attendees.csvlist import read


def people(text):
    return [(each.name, each.address, each.status) for each in read(text).entries]


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_the_first_line_names_the_columns_in_any_order(parted_by):
    text = "E-mail,Status,Name\nmina@example.org,coming,Mina Example\n,,Tomas Sample\n".replace(",", parted_by)

    assert csvlist.is_table(text)
    assert people(text) == [("Mina Example", "mina@example.org", "coming"), ("Tomas Sample", "", "none")]


def test_a_mark_at_the_start_of_the_file_is_no_part_of_the_first_column():
    for encoding in ("utf-8-sig", "utf-16"):
        assert people(csvlist.decode("name,address\nZoë Näme,zoe@example.org\n".encode(encoding))) == [
            ("Zoë Näme", "zoe@example.org", "none")
        ]


def test_an_old_spreadsheets_letters_are_read():
    assert people(csvlist.decode("name;mail\nZoë Näme;zoe@example.org\n".encode("cp1252")))[0][0] == "Zoë Näme"


def test_first_and_last_names_are_joined_and_quotes_hold_commas():
    text = 'First name,Last name,Company,Why\nMina,Example,"Example Labs, Inc.","you wrote ""maple"""\n'

    [entry] = read(text).entries

    assert (entry.name, entry.affiliation, entry.reason) == (
        "Mina Example", "Example Labs, Inc.", 'you wrote "maple"',
    )  # fmt: skip


def test_topics_stand_in_one_cell_parted_by_semicolons_or_bars():
    [entry] = read('name,topics,need me there\nMina,"A; B | C",D\n').entries

    assert (entry.topics, entry.needed) == (("A", "B", "C"), ("D",))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("Mina,no-address,", "no-address"),
        (",,coming", "no name in it"),
        ("Mina,mina@example.org,perhaps later", "“perhaps later” is no status"),
        ("Mina,mina@example.org,coming,more", "more cells than columns"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_and_says_why(row, why):
    reading = read(f"name,address,status\n{row}\nTomas Sample,,\n")

    [unread] = reading.unread
    assert (unread.line, why in unread.why) == (2, True)
    assert [each.name for each in reading.entries] == ["Tomas Sample"]


def test_the_same_person_twice_counts_once_and_columns_that_mean_nothing_are_named():
    reading = read("name,address,shoe size\nMina,mina@example.org,38\nMina E.,MINA@example.org,39\n")

    assert len(reading.entries) == len(reading.doubles) == 1
    assert reading.ignored == ["shoe size"]


def test_our_own_export_is_read_back():
    text = "name,address,status,mode,would like to\n'=Mina,mina@example.org,coming remotely,remotely,A; B\n"

    [entry] = read(text).entries

    assert (entry.name, entry.status, entry.topics) == ("=Mina", "remote", ("A", "B"))


@pytest.mark.parametrize(
    "text", ["Mina Example, mina@example.org\n", "Attendees:\n- Mina\n", "Name of the MC: x\n", ""]
)
def test_a_list_is_no_table(text):
    assert not csvlist.is_table(text)


def test_too_much_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="more than 5000 rows"):
        read("name\n" + "".join(f"Person {n}\n" for n in range(5_001)))
    with pytest.raises(ValueError, match="larger than 1 MB"):
        csvlist.decode(b"x" * 1_000_001)
    with pytest.raises(ValueError, match="no text file"):
        csvlist.decode(b"PK\x03\x04\x00\x00")
    assert len(read("name\n" + "".join(f"Person {n}\n" for n in range(5_000))).entries) == 5_000


@pytest.mark.parametrize(
    "text", ['name,"\n"\n', 'name,address\n"open,quote\n' * 50, "name\n" + "x" * 200_000, "name\n\x0b\x1c\n"]
)
def test_odd_tables_are_read_or_refused_but_never_fall_over(text):
    reading = read(text)

    assert len(reading.entries) + len(reading.unread) + len(reading.doubles) < 200
