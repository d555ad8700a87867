"""An agenda that is being rearranged: every act of the editor works on one of these. Nothing is stored here."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from topics.agenda import timeline
from topics.agenda.plain import Placed
from topics.models import AgendaItem, Topic
from uconf.lib import limits
from uconf.lib.ids import new_public_id
from uconf.lib.refusals import Refusal

Kind = AgendaItem.Kind
USUAL_MINUTES = {Kind.OPENING: 5, Kind.WRAP_UP: 5, Kind.OPEN: 20}


class Gone(Refusal):
    """What an act is about was taken out meanwhile."""


@dataclass(frozen=True)
class Step:
    """What an act did to a board: which act, about what, the item to go on with, and numbers for its sentence."""

    act: str
    subject: str = ""
    item: str = ""  # public identifier
    session: int | None = None
    numbers: dict = field(default_factory=dict)


class Board:
    """The places of a draft's items, session by session. Public identifiers name items; new ones get one here."""

    def __init__(self, snapshot):
        self.snapshot = snapshot
        self.blocks = {block.id: block for block in snapshot.sessions}
        self._rows = {block.id: [] for block in snapshot.sessions}
        for row in snapshot.rows:
            self._rows[row.session].append(row)

    # --- What stands where ------------------------------------------------------------------------

    def settled(self):
        """All rows, with what was pinned without a time pinned to where it stands now."""
        rows = []
        for here in self._rows.values():
            at = 0
            for row in here:
                if row.pinned and row.pinned_minute is None:
                    row = row._replace(pinned_minute=at)  # noqa: PLW2901
                rows.append(row)
                at += row.minutes
        return tuple(rows)

    def rows(self, session=None):
        if session is not None:
            return self._rows[session]
        return [row for rows in self._rows.values() for row in rows]

    def row(self, public_id):
        session, index = self.find(public_id)
        return self._rows[session][index]

    def find(self, public_id):
        """The session and the position of an item. Raises Gone."""
        for session, rows in self._rows.items():
            for index, row in enumerate(rows):
                if row.public_id == public_id:
                    return session, index
        raise Gone(_("What you moved was taken out meanwhile."))

    def title(self, row):
        topic = self.snapshot.topics.get(row.topic)
        return topic.title if topic else str(Kind(row.kind).label).capitalize()

    def topic(self, pk):
        return self.snapshot.topics.get(pk)

    def start_of(self, session, index):
        """Minutes from the session's start to an item's."""
        return sum(row.minutes for row in self._rows[session][:index])

    def planned(self, session):
        return sum(row.minutes for row in self._rows[session])

    def available(self, session):
        return self.blocks[session].line.available

    def sessions(self):
        if not self._rows:
            raise Refusal(_("There is no session yet. Add one, then topics can be placed in it."))
        return list(self._rows)

    def end(self, session):
        """The position after the last row that is no wrap-up."""
        rows = self._rows[session]
        position = len(rows)
        while position and rows[position - 1].kind == Kind.WRAP_UP:
            position -= 1
        return position

    def shape(self, session):
        """A session as the timeline's functions look at it."""
        return [(row.kind == Kind.BREAK, row.minutes) for row in self._rows[session]]

    def longest_run(self, session):
        return max((run.minutes for run in timeline.runs_without_break(self.shape(session))), default=0)

    def where_it_fits(self, minutes, *, keep=0):
        """The first session with room for so many minutes (and a break, where there is none); else the last one."""
        for session in self.sessions():
            broken = any(row.kind == Kind.BREAK for row in self._rows[session])
            if self.planned(session) + minutes + (0 if broken else keep) <= self.available(session):
                return session
        return self.sessions()[-1]

    # --- Changing it --------------------------------------------------------------------------------

    def insert(self, session, position, row):
        """Put a row into a session: at a position, or last before its wrap-up. Returns it."""
        if session not in self._rows:
            raise Refusal(_("This session is gone. Open the page again."))
        self.check_minutes(row.minutes, self.title(row))
        position = self.end(session) if position is None else max(0, min(position, len(self._rows[session])))
        row = row._replace(session=session, public_id=row.public_id or new_public_id())
        self._rows[session].insert(position, row)
        return row

    def take(self, public_id):
        """Take a row out; returns it."""
        session, index = self.find(public_id)
        return self._rows[session].pop(index)

    def change(self, public_id, **values):
        session, index = self.find(public_id)
        self._rows[session][index] = self._rows[session][index]._replace(**values)

    def repin(self, public_id):
        """What is pinned and is moved itself is pinned to where it comes to stand."""
        if self.row(public_id).pinned:
            self.change(public_id, pinned_minute=None)

    def set_minutes(self, public_id, minutes):
        """Give an item another length; its own presenting minutes never exceed it."""
        row = self.row(public_id)
        self.check_minutes(minutes, self.title(row))
        presenting = None if row.presenting is None else min(row.presenting, minutes)
        self.change(public_id, minutes=minutes, presenting=presenting)

    def set_presenting(self, public_id, presenting):
        """Say how many of an item's minutes are for presenting."""
        row = self.row(public_id)
        if not row.is_topic:
            raise Refusal(_("Nothing is presented in “%(title)s”.") % {"title": self.title(row)})
        if not isinstance(presenting, int) or not 0 <= presenting <= row.minutes:
            raise Refusal(
                _("Of the %(minutes)s min of “%(title)s” 0 to %(minutes)s can be for presenting, not %(wanted)s.")
                % {"minutes": row.minutes, "title": self.title(row), "wanted": presenting}
            )
        usual = self.topic(row.topic).presenting if self.topic(row.topic) else 0
        if row.presenting is not None or presenting != min(usual, row.minutes):
            self.change(public_id, presenting=presenting)

    def add_topic(self, topic, session=None, position=None):
        """Place a topic with its own minutes: where you say, or where it fits. Raises Refusal."""
        if not topic.can_be_placed:
            raise Refusal(
                _("“%(title)s” is %(state)s and was not placed. Accept it first.")
                % {"title": topic.title, "state": Topic.State(topic.state).label}
            )
        self.sessions()
        session = session if session is not None else self.where_it_fits(topic.minutes)
        return self.insert(session, position, Placed(session, Kind.TOPIC.value, topic.id, topic.minutes))

    def add_pause(self, kind, session=None, position=None, minutes=None):
        """Add a pause where it belongs: an opening first, a wrap-up last, a break where it parts the longest stretch
        without one, discussion before the wrap-up. Raises Refusal."""
        sessions = self.sessions()
        if session is None:
            session = sessions[0 if kind == Kind.OPENING else -1]
            if kind == Kind.BREAK:
                session = max(sessions, key=self.longest_run)
        if minutes is None:
            minutes = self.snapshot.usual_break if kind == Kind.BREAK else USUAL_MINUTES[kind]
        if session in self._rows and position is None:
            usual = {Kind.OPENING: 0, Kind.WRAP_UP: len(self._rows[session])}
            position = timeline.place_for_break(self.shape(session)) if kind == Kind.BREAK else usual.get(kind)
        return self.insert(session, position, Placed(session, Kind(kind).value, minutes=minutes))

    def pushes_a_pin(self, session, position, minutes):
        """Whether something put there would make a pinned item late."""
        at = self.start_of(session, position)
        for row in self._rows[session][position:]:
            if row.pinned and row.pinned_minute is not None and at + minutes > row.pinned_minute:
                return True
            at += row.minutes
        return False

    @staticmethod
    def check_minutes(minutes, title):
        if not isinstance(minutes, int) or not 1 <= minutes <= limits.MINUTES:
            raise Refusal(
                _("“%(title)s” can take 1 to %(most)s minutes, not %(minutes)s.")
                % {"title": title, "most": limits.MINUTES, "minutes": minutes}
            )
