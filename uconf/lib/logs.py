"""Logs without secrets: no personal link and no address reaches a log line."""

import json
import logging
import re

# What a link to confirm something carries has more letters in it than a personal link's token.
_TOKEN = re.compile(
    r"(/a/(?:(?:join|address|digest)/)?|/accounts/link/[^/\s]+/)(?!(?:join|address|digest|lost|erased)/)[\w\-=.:]{6,}"
)
_ADDRESS = re.compile(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+")


def masked(text: str) -> str:
    """A text with its personal links and mail addresses hidden."""
    return _ADDRESS.sub("(address)", without_tokens(text))


def without_tokens(text: str) -> str:
    """A text with its personal links hidden: what quotes a letter quotes its reader's own link."""
    return _TOKEN.sub(r"\1(token)", text)


class NoTokens(logging.Filter):
    """Masks tokens and addresses in whatever is logged, arguments and tracebacks included."""

    def filter(self, record):
        record.msg, record.args = masked(record.getMessage()), None
        if record.exc_info:
            record.exc_text = masked(logging.Formatter().formatException(record.exc_info))
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for whatever collects the logs in production."""

    def format(self, record):
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)
