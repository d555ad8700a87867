"""A table of people, as spreadsheets and other systems save it (CSV), read into the same entries as a pasted list.

Plain Python. The first line names the columns; commas, semicolons or tabs part them.
"""

import csv
import io

from django.utils.translation import gettext as _

from attendees.pasted import ADDRESS, STATUS_OF, Entry, Reading, Unread, is_a_name, name_from, word_of
from uconf.lib import addresses, limits

LONGEST = 1_000_000  # bytes, and characters
MOST_ROWS = 5_000
DELIMITERS = ",;\t"

COLUMNS = {
    "name": ("name", "full name", "person", "attendee", "participant", "display name"),
    "first": ("first name", "given name", "firstname", "forename"),
    "last": ("last name", "family name", "surname", "lastname"),
    "address": ("address", "email", "e-mail", "mail", "email address", "e-mail address", "mail address"),
    "affiliation": ("affiliation", "company", "organisation", "organization", "employer", "institution"),
    "status": ("status", "answer", "response", "rsvp"),
    "note": ("note", "notes", "comment", "comments", "remark", "remarks"),
    "reason": ("why", "reason", "why they are needed", "needed because"),
    "topics": ("topic", "topics", "interests", "interested in", "would like to"),
    "needed": ("need me there",),
}
_COLUMN = {word: column for column, words in COLUMNS.items() for word in words}


def decode(data: bytes) -> str:
    """The text of a file. Raises ValueError with a sentence if it is none, or too large."""
    if len(data) > LONGEST:
        raise ValueError(_("The file is larger than 1 MB. Split it, or leave out the columns that are not needed."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")  # what an older Excel writes
    if "\0" in text:
        raise ValueError(_("This is no text file. Save the table as CSV and choose that file."))
    return text


def is_table(text: str) -> bool:
    """Whether the first line of a text names columns that are known here."""
    columns = _columns(next(csv.reader([_first_line(text)], delimiter=_delimiter(text)), []))
    known = [each for each in columns if each]
    by_name = {"name", "first", "last", "address"} & set(known)
    return bool(by_name) and (len(columns) > 1 or len(known) == len(columns))


def read(text: str) -> Reading:
    """Read a table of people. A row that cannot be read is left out and says why; nothing is dropped silently.

    Raises ValueError with a sentence if the table is too long.
    """
    if len(text) > LONGEST:
        raise ValueError(_("That is more than 1 MB of text. Import it in several parts."))
    text = text.lstrip("\ufeff")
    reading, columns = Reading(), None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    number = 0
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return reading
        except csv.Error as error:
            reading.unread.append(Unread(rows.line_num, "", _("not readable as a table: %(why)s") % {"why": error}))
            continue
        cells = [_clean(cell) for cell in cells]
        if not any(cells):
            continue
        if columns is None:
            columns = _columns(cells)
            reading.ignored = [cell for cell, column in zip(cells, columns, strict=True) if cell and not column]
            continue
        number += 1
        if number > MOST_ROWS:
            raise ValueError(_("That is more than %(rows)s rows. Import it in several parts.") % {"rows": MOST_ROWS})
        _read_row(cells, columns, rows.line_num, reading)


def _read_row(cells, columns, line, reading):
    row = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and cell:
            row[column] = f"{row[column]}; {cell}" if column in row else cell
    shown = ", ".join(cell for cell in cells if cell)[:120]
    if more := [cell for cell in cells[len(columns) :] if cell]:
        why = _("more cells than columns: “%(cell)s”; put quotes around a text with commas") % {"cell": more[0][:40]}
        reading.unread.append(Unread(line, shown, why))
        return
    try:
        entry = _entry(row, len(reading.entries) + 1, line)
    except ValueError as refusal:
        reading.unread.append(Unread(line, shown, str(refusal)))
    else:
        reading.add(entry, shown)


def _entry(row, number, line):
    name = row.get("name") or " ".join(filter(None, (row.get("first"), row.get("last"))))
    address = row.get("address", "")
    if not address and (found := ADDRESS.search(name)):
        address, name = found[0], ADDRESS.sub("", name).replace("<>", "").strip()  # “Mina <mina@…>” in one cell
    address = addresses.clean(address) if address else ""
    guessed = not name and bool(address)
    name = name_from(address) if guessed else name
    if not is_a_name(name):
        raise ValueError(_("no name in it"))
    word = word_of(row.get("status", ""))
    if word and word not in STATUS_OF:
        raise ValueError(
            _("“%(word)s” is no status; write interested, coming, remotely, maybe, declined or pending")
            % {"word": row["status"][:40]}
        )
    for column, limit in (("note", limits.NOTE), ("reason", limits.NOTE)):
        if len(row.get(column, "")) > limit:
            raise ValueError(_("the %(column)s is longer than %(limit)s characters") % {
                "column": column, "limit": limit,
            })  # fmt: skip
    return Entry(
        number, line, name[: limits.NAME], address, STATUS_OF[word] if word else "none",
        row.get("affiliation", "")[: limits.NAME], guessed, note=row.get("note", ""), reason=row.get("reason", ""),
        topics=_several(row.get("topics", "")), needed=_several(row.get("needed", "")),
    )  # fmt: skip


def _several(cell):
    """Titles in one cell, parted as our own export parts them, or by bars."""
    parts = [" ".join(part.split()) for part in cell.replace("|", ";").replace("\n", ";").split(";")]
    return tuple(dict.fromkeys(part for part in parts if part))


def _columns(cells):
    return [_COLUMN.get(word_of(_clean(cell)).rstrip(":"), "") for cell in cells]


def _clean(cell):
    cell = addresses.one_line(cell.lstrip("\ufeff")).strip()
    # “'=…” is how spreadsheets, and our own export, keep a text from being taken for a formula.
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@") else cell


def _first_line(text):
    return next((line for line in text.lstrip("\ufeff").splitlines()[:50] if line.strip()), "")


def _delimiter(text):
    """What parts the columns: the sign that stands most often in the first line, outside of quotes."""
    line = "".join(part for place, part in enumerate(_first_line(text).split('"')) if place % 2 == 0)
    return max(DELIMITERS, key=line.count)
