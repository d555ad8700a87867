"""The local mailbox: letters as files in a folder, for trying things out without a mail server."""

import email
import email.policy
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Mail:
    """One letter in the mailbox, newest names sorting last."""

    name: str
    message: email.message.EmailMessage


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "mailbox"
    path.mkdir(parents=True, exist_ok=True)
    return path


def put(data: bytes) -> str:
    """Store a message's bytes and return its name. A half-written file is never seen."""
    name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
    part = folder() / f".{name}"
    part.write_bytes(data)
    part.rename(folder() / name)
    return name


def letters(limit: int = 200) -> list[Mail]:
    """The newest letters first."""
    names = sorted((path.name for path in folder().glob("[0-9]*.eml")), reverse=True)[:limit]
    return [Mail(name, _read(folder() / name)) for name in names]


def _read(path: Path) -> email.message.EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
