"""The original of a mail that is passed on, attached exactly as it came."""

from email.message import Message


def attach(message, raw):
    """Attach a mail to a letter: as message/rfc822 where that can travel everywhere, else as a file of its bytes.

    message/rfc822 may not be encoded (RFC 2046, section 5.2.1), so a mail with 8-bit bytes or endless lines goes as
    application/octet-stream in base64: whichever it is, not one byte is changed.
    """
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    if raw.isascii() and b"\0" not in raw and all(len(line) <= 990 for line in lines):
        message.make_mixed()
        part = Message()
        part["Content-Type"] = 'message/rfc822; name="reply.eml"'
        part["Content-Disposition"] = 'attachment; filename="reply.eml"'
        part.set_payload(raw.replace(b"\r\n", b"\n").decode("ascii"))
        message.attach(part)
    else:
        message.add_attachment(raw, maintype="application", subtype="octet-stream", filename="reply.eml")
