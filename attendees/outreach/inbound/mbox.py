"""Many mails in one file (mbox, RFC 4155), or one, or a bare text: as a list of mails. Plain Python."""

import re

MOST = 200
_FROM = re.compile(rb"(?m)^From \S*[^\n]*\d{2}:\d{2}[^\n]*\n")
_HEADER = re.compile(rb"[!-9;-~]{1,76}:[ \t]?[^\n]*\n")
_OF_A_MAIL = re.compile(rb"(?mi)^(?:from|subject|message-id|received|return-path|delivered-to):")


def split(data):
    """The mails in a file, each as bytes; a text without headers becomes a mail without any."""
    data = data.replace(b"\r\n", b"\n").lstrip(b"\n")
    starts = [each for each in _FROM.finditer(data) if each.start() == 0 or data[: each.start()].endswith(b"\n\n")]
    if not starts or starts[0].start() != 0:
        is_mail = _HEADER.match(data) and _OF_A_MAIL.search(data.partition(b"\n\n")[0])
        return [data if is_mail else b"\n" + data] if data.strip() else []
    ends = [each.start() for each in starts[1:]] + [len(data)]
    found = [data[start.end() : end] for start, end in zip(starts, ends, strict=True)]
    return [re.sub(rb"(?m)^>(>*From )", rb"\1", each).strip(b"\n") + b"\n" for each in found if each.strip()]
