"""How reading a mail ends: it waits for a person, or it is done."""

from attendees.models import InboundMail
from uconf.lib import clock

Kind, State, Why = InboundMail.Kind, InboundMail.State, InboundMail.Why
READ = ["kind", "why", "state", "decided_at", "decided_by", "letter", "person", "lead", "suggestions"]


def wait(row, kind=Kind.UNCLEAR, *, why):
    """Let a mail wait for a person."""
    row.kind, row.state, row.why, row.decided_at, row.decided_by = kind, State.WAITING, why, None, None
    row.save(update_fields=READ)


def end(row, kind, *, by=None):
    """Note what a mail was read as, or what somebody (a User) decided; nothing waits any more."""
    row.kind, row.state, row.decided_at, row.decided_by = kind, State.DONE, clock.now(), by
    row.save(update_fields=READ)
