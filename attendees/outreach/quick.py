"""What most letters need, said to PostgreSQL in as few and as plain statements as possible.

A batch is screened: a letter of which nothing at all is out of the ordinary may go as it is. Everything else, and all
of it on SQLite, takes the careful way through ``claiming`` and ``ending``, whose rules this file may only ever be
stricter than. The statements are prepared once for each connection: planning them would take longer than running them.
"""

import re
from types import SimpleNamespace as Plain
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connection, connections

from attendees.actions import links
from attendees.models import Letter, PersonalLink, Round
from attendees.outreach import cadence, compose, rendering
from uconf.lib import clock
from uconf.models import Microconference, Suppression

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,180}")


def _these(values):
    return ", ".join(f"'{each}'" for each in values)


_TAKING = _these(each for each in Microconference.State if Microconference(state=each).takes_letters)
_ASKING = _these(compose.ASKING)
_ON_THE_WAY = _these(Letter.ON_THE_WAY)
# The question that fits now, as rounds.question_now says.
_QUESTION = (
    f"CASE WHEN m.state IN ({_these(Microconference.AFTER_ACCEPTANCE)}) "
    f"THEN '{Round.Question.COMING}' ELSE '{Round.Question.INTEREST}' END"
)

STATEMENTS = {
    "take": (
        "text, timestamptz, timestamptz, int",
        """
        WITH due AS MATERIALIZED (
            SELECT id FROM attendees_letter WHERE state IN ('queued', 'deferred') AND next_try_at <= $3
            ORDER BY next_try_at, id LIMIT $4 FOR UPDATE SKIP LOCKED
        ), taken AS (
            UPDATE attendees_letter l SET state = 'claimed', claimed_by = $1 FROM due WHERE l.id = due.id RETURNING l.id
        ), lease AS (
            INSERT INTO uconf_lease (sender, until) SELECT $1, $2 WHERE EXISTS (SELECT 1 FROM taken)
            ON CONFLICT (sender) DO UPDATE SET until = EXCLUDED.until
        ) SELECT id FROM taken
        """,
    ),
    "lock": (
        "bigint[]",
        f"""
        SELECT 1 FROM uconf_person WHERE id IN (
            SELECT to_person_id FROM attendees_letter WHERE id = ANY ($1) AND kind IN ({_ASKING})
        ) ORDER BY id FOR NO KEY UPDATE
        """,
    ),
    "screen": (
        "bigint[], timestamptz, timestamptz",
        f"""
        SELECT l.id, l.dated_at, l.rendered, l.rendered_from, p.id, p.address, p.name, p.added_at, adder.name,
            l.public_id, l.kind, l.by_robot, l.subject, l.body, l.message_id, l.in_reply_to,
            m.id, m.slug, m.title, m.year, c.id, c.slug, c.timezone, c.ends_on,
            lead.name, lead.address, lead_user.email, a.added_at
        FROM attendees_letter l
        JOIN attendees_letterreason r ON r.letter_id = l.id
        JOIN attendees_attendee a ON a.id = r.attendee_id
        JOIN attendees_round q ON q.id = r.round_id
        JOIN uconf_person p ON p.id = l.to_person_id
        JOIN uconf_microconference m ON m.id = l.microconference_id
        JOIN uconf_conference c ON c.id = m.conference_id
        JOIN uconf_membership s ON s.id = l.asked_by_id
        JOIN uconf_person lead ON lead.id = s.person_id
        LEFT JOIN uconf_user lead_user ON lead_user.id = s.user_id
        LEFT JOIN uconf_user adder ON adder.id = p.added_by_id
        WHERE l.id = ANY ($1) AND l.kind IN ({_ASKING}) AND NOT l.by_robot AND l.rendered IS NOT NULL
            AND l.due_at >= $2 AND l.to_user_id IS NULL AND l.state = 'claimed'
            AND l.mail_id IS NULL AND l.attachments = '[]'
            AND p.erased_at IS NULL AND p.bounced_at IS NULL AND p.address <> ''
            AND a.letters_stopped_at IS NULL AND a.held_at IS NULL AND a.paused_until IS NULL
            AND m.state IN ({_TAKING}) AND q.question = {_QUESTION}
            AND NOT EXISTS (SELECT 1 FROM attendees_answer w WHERE w.attendee_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM uconf_letterspause x WHERE x.microconference_id = m.id)
            AND NOT EXISTS (SELECT 1 FROM attendees_letterreason more WHERE more.letter_id = l.id AND more.id <> r.id)
            AND NOT EXISTS (
                SELECT 1 FROM attendees_letter o WHERE o.to_person_id = p.id AND o.id <> l.id AND o.kind IN ({_ASKING})
                AND (o.state IN ({_ON_THE_WAY}) OR o.sent_at > $3 OR o.dated_at > $3)
            )
        ORDER BY l.next_try_at, l.id
        """,
    ),
    "suppressed": ("text[]", "SELECT address_hash FROM uconf_suppression WHERE address_hash = ANY ($1)"),
    "links": (
        "bigint[]",
        """
        SELECT person_id, kind, generation FROM attendees_personallink
        WHERE person_id = ANY ($1) AND revoked_at IS NULL AND kind IN ('answer', 'stop')
        """,
    ),
    "begin": (
        "bigint, bigint, text, timestamptz, timestamptz, text",
        """
        UPDATE attendees_letter SET
            state = CASE WHEN id = $1 THEN 'transmitting' ELSE 'sent' END,
            dated_at = CASE WHEN id = $1 THEN COALESCE(dated_at, $4) ELSE dated_at END,
            sent_at = CASE WHEN id = $1 THEN sent_at ELSE $5 END,
            reply = CASE WHEN id = $1 THEN reply ELSE $6 END
        WHERE id IN ($1, $2) AND claimed_by = $3 AND (
            id = $1 AND state = 'claimed'
            OR id = $2 AND (state = 'transmitting' OR state = 'uncertain' AND left_at IS NULL)
        ) RETURNING id
        """,
    ),
    "note": (
        "bigint[]",
        """
        WITH gone AS (
            UPDATE attendees_letter SET next_try_at = NULL, claimed_by = '', rendered = NULL, rendered_from = ''
            WHERE id = ANY ($1) AND state = 'sent'
        )
        INSERT INTO attendees_asking (attendee_id, round_id, how, at, by_id)
        SELECT DISTINCT ON (r.attendee_id, r.round_id) r.attendee_id, r.round_id, 'letter', l.sent_at, l.approved_by_id
        FROM attendees_letter l JOIN attendees_letterreason r ON r.letter_id = l.id
        WHERE l.id = ANY ($1) AND l.kind = 'first' AND l.state = 'sent'
            AND r.attendee_id IS NOT NULL AND r.round_id IS NOT NULL
        ORDER BY r.attendee_id, r.round_id, l.sent_at DESC
        ON CONFLICT (attendee_id, round_id) DO UPDATE SET how = 'letter', at = EXCLUDED.at, by_id = EXCLUDED.by_id
        RETURNING attendee_id
        """,
    ),
    "pending": (
        "bigint[]",
        """
        UPDATE attendees_attendee a SET status = 'pending', mode = '', contacted_at = k.at
        FROM attendees_asking k JOIN attendees_round q ON q.id = k.round_id, uconf_person p
        WHERE a.id = ANY ($1) AND k.attendee_id = a.id AND p.id = a.person_id AND p.bounced_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM attendees_answer w WHERE w.attendee_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM attendees_asking o WHERE o.attendee_id = a.id AND o.id <> k.id)
            AND NOT (q.question = 'interest' AND EXISTS (
                SELECT 1 FROM attendees_round o WHERE o.microconference_id = a.microconference_id AND o.id <> q.id
            ))
        RETURNING a.id
        """,
    ),
}  # fmt: skip

# Row by row from the letters on, as it is written, also where nobody has counted the tables yet.
IN_ORDER = "SET LOCAL join_collapse_limit = 1; SET LOCAL enable_seqscan = off; "

_known = WeakKeyDictionary()


def is_possible():
    """Whether the database is one for which this is written."""
    return connection.vendor == "postgresql"


def run(name, *values):
    """Run one of the statements and return its rows."""
    database = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    database.validate_no_broken_transaction()
    raw = database.connection
    known = _known.setdefault(raw, {})
    with database.wrap_database_errors, raw.cursor() as cursor:
        if name not in known:
            types, statement = STATEMENTS[name]
            cursor.execute(f"PREPARE uconf_{name} ({types}) AS {statement}")
            order = IN_ORDER if name in ("lock", "note") else ""
            known[name] = f"{order}EXECUTE uconf_{name} ({', '.join(['%s'] * len(values))})"
        cursor.execute(known[name], values)
        return cursor.fetchall()


def screen(pks):
    """The mails of those letters of a batch of which nothing is out of the ordinary; call it holding its people."""
    now = clock.now()
    found = [(*row[:4], _letter(row)) for row in run("screen", pks, now - cadence.LATE, now - cadence.APART)]
    people = [row[-1].to_person.pk for row in found]
    hashes = {row[-1].to_person.pk: Suppression.hash_of(row[-1].to_person.address) for row in found}
    suppressed = {each for (each,) in run("suppressed", list(hashes.values()))} if found else ()
    valid = {(person, kind): generation for person, kind, generation in run("links", people)} if found else {}
    mails = []
    for pk, dated_at, rendered, made_from, letter in found:
        person, address = letter.to_person.pk, letter.to_person.address
        answer, stop = valid.get((person, PersonalLink.Kind.ANSWER)), valid.get((person, PersonalLink.Kind.STOP))
        if hashes[person] in suppressed or answer is None or stop is None or not PLAIN_ADDRESS.fullmatch(address):
            continue
        if made_from != rendering.made_from(letter, attendee=letter.attendee):
            continue
        data = bytes(rendered)
        for mark, kind, generation in (
            (rendering.ANSWER_MARK, PersonalLink.Kind.ANSWER, answer),
            (rendering.STOP_MARK, PersonalLink.Kind.STOP, stop),
        ):
            data = data.replace(mark.encode(), links.token_of(person, kind, generation).encode())
        zone = letter.microconference.conference.timezone
        mails.append(rendering.Mail(pk, compose.envelope(letter), address, data, zone, dated_at))
    return mails


def _letter(row):
    """A row of ``screen`` in the form of a letter, as far as what a mail is made from, and where it comes back to.

    So both are worked out by the same lines as for every other letter.
    """
    (
        pk, _dated_at, _rendered, _made_from, person, address, name, added_at, added_by,
        public_id, kind, by_robot, subject, body, message_id, in_reply_to,
        mc, slug, title, year, conference, conference_slug, zone, ends_on,
        lead_name, lead_address, lead_email, on_the_list_since,
    ) = row  # fmt: skip
    return Plain(
        pk=pk, public_id=public_id, kind=kind, by_robot=by_robot, subject=subject, body=body, message_id=message_id,
        in_reply_to=in_reply_to, to_address="", attachments=[], mail_id=None, to_user=None,
        to_person=Plain(
            pk=person, name=name, address=address, added_at=added_at, added_by=added_by and Plain(name=added_by)
        ),
        microconference=Plain(
            pk=mc, slug=slug, title=title, year=year, conference_id=conference,
            conference=Plain(slug=conference_slug, timezone=zone, ends_on=ends_on),
        ),
        asked_by=Plain(
            person=Plain(name=lead_name, address=lead_address), user=lead_email and Plain(email=lead_email)
        ),
        attendee=Plain(added_at=on_the_list_since),
    )  # fmt: skip
