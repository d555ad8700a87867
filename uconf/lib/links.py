"""Links: what kind of thing an address points to, read from the address alone (nothing is fetched)."""

from urllib.parse import urlsplit

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkKind(models.TextChoices):
    SERIES = "series", _("series")
    COMMIT = "commit", _("commit")
    ARTICLE = "article", _("article")
    DISCUSSION = "discussion", _("discussion")
    DOCUMENTATION = "documentation", _("documentation")
    BUG = "bug", _("bug")
    SLIDES = "slides", _("slides")
    OTHER = "other", _("other")


_BY_LABEL = {
    LinkKind.SERIES: ("series", "patchset", "patch set", "rfc", "patches", "v1", "v2", "v3"),
    LinkKind.COMMIT: ("commit", "patch ", "initial fix", "follow-on patch"),
    LinkKind.ARTICLE: ("lwn", "article", "blog"),
    LinkKind.DISCUSSION: ("discussion", "thread", "requirement", "announcement"),
    LinkKind.DOCUMENTATION: ("documentation", "docs", "wiki", "manual"),
    LinkKind.BUG: ("bug", "bugzilla", "issue"),
    LinkKind.SLIDES: ("slides", "recording", "video"),
}


def kind_of(url: str, label: str = "") -> str:
    """The kind of a link, by its address where it has one, else by its label."""
    host, path = _host_and_path(url)
    if host.endswith("lwn.net"):
        return LinkKind.ARTICLE
    if "bugzilla" in host or "/issues/" in path or "bugs." in host:
        return LinkKind.BUG
    if path.endswith((".pdf", ".odp", ".pptx")) or "slides" in path or "youtube" in host or "youtu.be" in host:
        return LinkKind.SLIDES
    if "/commit/" in path or "/c/" in path and "git" in host:
        return LinkKind.COMMIT
    if host.startswith("docs.") or "readthedocs" in host or "/documentation/" in path or "/doc/" in path:
        return LinkKind.DOCUMENTATION
    if "patchwork" in host or "/patch/" in path or "/series/" in path:
        return LinkKind.SERIES
    wanted = label.casefold()
    for kind, words in _BY_LABEL.items():
        if any(word in wanted for word in words):
            return kind
    if host.startswith("lore.") or "lists." in host or "/archives/" in path or "lkml" in host:
        return LinkKind.DISCUSSION
    return LinkKind.OTHER


def host_of(url: str) -> str:
    """The host of an address; empty if there is none, also in what is no address at all."""
    return _host_and_path(url)[0]


def _host_and_path(url):
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path.lower()
    except ValueError:  # such as http://[ or a host that would be another after normalisation
        return "", ""


def is_web_address(url: str) -> bool:
    """Whether an address may be shown as a link: http or https with a host, nothing else."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(url) & set(' \t\r\n<>"\x00')
    except ValueError:
        return False
