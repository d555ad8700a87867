"""What people write about somebody's coming, and the status it means."""

import re

_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (status, re.compile(rf"(?:{words})", re.I))
    for status, words in (
        (
            "none",
            r"\bnot (?:yet )?(?:asked|contacted|invited)\b|\bto be (?:asked|contacted|invited)\b|\bnot asked yet\b",
        ),
        (
            "pending",
            r"\bnot (?:yet )?(?:answered|replied|confirmed)\b|\bunconfirmed\b|\bno (?:answer|response|reply|word)\b",
        ),
        (
            "maybe",
            r"\bnot (?:yet )?(?:sure|certain)\b|\bto be (?:decided|confirmed)\b|\bif (?:travel|budget|approved)\b",
        ),
        (
            "declined",
            r"\bdeclined?\b|\bcan(?:no|['’]?)t\b|\bcan not\b|\bwo(?:n['’]?t|nt)\b|\bwill not\b|\bnot (?:coming|attending|interested"
            r"|available|able|going)\b|\bunable\b|\bunavailable\b|\bregrets\b|^no$|^nope$|\bapologies\b",
        ),
        (
            "maybe",
            r"\btentative(?:ly)?\b|\bmaybe\b|\bunsure\b|\bpossibl[ey]\b|\bperhaps\b|\btb[dc]\b|\bprobabl[ey]\b|\blikely\b|^\?+$",
        ),
        ("pending", r"\bpending\b|\binvited\b|\bcontacted\b|\bawaiting\b|\bwaiting\b|\basked\b|\breached out\b"),
        ("interested", r"\binterested\b|\bwould like to\b|\bkeen\b|\bexpressed interest\b"),
        (
            "coming",
            r"\bconfirmed\b|\bcoming\b|\battend(?:ing|s)?\b|\bwill be there\b|\bremote(?:ly)?\b|\bin[- ]person\b|\bon[- ]?site\b|^yes$"
            r"|\baccepted\b|\bjoining\b|\bwill join\b|\bvirtual(?:ly)?\b|\bonline\b|^✓$|^✔$",
        ),
    )
)
_MOST_WORDS = 8


def state_of(text: str) -> tuple[str, str] | None:
    """The status a few words mean, and the words again where they say more than the status; None if they mean none."""
    words = " ".join(text.split()).strip(" .,;:!()[]*_")
    if not words:
        return ("maybe", "") if text.strip(" ()[]").startswith("?") else None
    if len(words) > 80 or len(words.split()) > _MOST_WORDS:
        return None
    for status, pattern in _WORDS:
        if match := pattern.search(words):
            rest = (words[: match.start()] + words[match.end() :]).strip(" ,.;:-–—").lower()
            plain = (
                rest in ("", "response", "yes", "will", "to", "has", "is", "not", "yet", "travel")
                and "remote" not in match.group().lower()
            )
            return status, "" if plain else words
    return None
