"""Hands letters over: to a mail server in single steps on one kept connection, or into the local mailbox.

Every wait has a limit. What went wrong is told apart by what it means for the letter: refused, cut off before
anything was handed over (safe to repeat), or cut off when it may have been taken already.
"""

import re
import smtplib
import ssl
from contextlib import suppress

from django.conf import settings

from uconf.lib import mailbox

CONNECT_S = 10
COMMAND_S = 30
AFTER_FINAL_DOT_S = 600  # RFC 5321, 4.5.3.2.6
GOOD = (250, 251)
PLAIN = re.compile(r"[A-Za-z0-9._+=-]{1,64}@[A-Za-z0-9.-]{1,180}")


class Refused(Exception):  # noqa: N818  (an answer, not an error)
    """The mail server said no to this letter: ``code`` 4xx means later, 5xx never."""

    def __init__(self, code, text, *, step):
        text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        super().__init__(f"{code} {text}")
        self.code, self.text, self.step = code, text, step

    @property
    def is_for_good(self):
        return self.code >= 500

    @property
    def is_of_the_server(self):
        """Whether it is about the mail server or its will to talk to us, not about one letter or its reader."""
        return self.code == 421 or self.step == "MAIL"

    @property
    def is_bounce(self):
        """Whether the mailbox does not exist: said to RCPT, and not a matter of policy (5.7.x)."""
        return self.step == "RCPT" and self.code in (550, 551, 553, 556) and not re.match(r"5\.7\.", self.text)


class CutOff(Exception):  # noqa: N818
    """The connection broke, or nothing came back in time, before anything was handed over."""

    def __init__(self, words, *, step=""):
        super().__init__(words)
        self.step = step


class MayHaveArrived(Exception):  # noqa: N818
    """The connection broke, or nothing came back in time, while the letter was handed over."""


class Unreachable(Exception):  # noqa: N818
    """There is no mail server to talk to. No letter is to blame."""


def open_transport():
    """The transport that EMAIL_URL names. Nothing is connected before the first letter."""
    return MailboxTransport() if settings.MAIL.kind == "mailbox" else SmtpTransport(settings.MAIL)


class MailboxTransport:
    """A folder on this machine: letters are written into it and read on a page."""

    def offer(self, sender, recipient):
        pass

    def hand_over(self, data, *, following=None):
        mailbox.put(data)
        return "250 in the mailbox"

    def forget(self):
        pass

    def close(self):
        pass


class SmtpTransport:
    """One kept connection to a mail server; made anew when it is lost.

    Where the server knows PIPELINING, what belongs together is said in one go (RFC 2920, 3.1): MAIL with RCPT, and both
    already behind the text of the letter before. DATA stands alone: before it, a letter can still be held back.
    """

    def __init__(self, mail):
        self.mail = mail
        self.smtp = None
        self.ahead = None  # the envelope that was said behind the letter before, and is not answered yet

    def offer(self, sender, recipient):
        """MAIL and RCPT. Raises Refused, CutOff, or Unreachable."""
        fresh = self.smtp is None
        try:
            self._envelope(sender, recipient)
        except CutOff as cut:
            if fresh or cut.step != "MAIL":
                raise
            self._envelope(sender, recipient)  # a kept connection may have been closed idle

    def _envelope(self, sender, recipient):
        smtp = self._connected()
        both = self._in_one_go(sender, recipient)
        if self.ahead not in (None, both):
            self.forget()
            smtp = self._connected()
        if both is None:
            self._step("MAIL", lambda: smtp.mail(sender))
            self._step("RCPT", lambda: smtp.rcpt(recipient))
            return

        def first():
            if self.ahead is None:
                smtp.send(both)
            self.ahead = None
            code, text = smtp.getreply()
            if code not in GOOD and code != 421:
                smtp.getreply()  # what it says to the recipient then is of no interest
            return code, text

        self._step("MAIL", first)
        self._step("RCPT", smtp.getreply)

    def _in_one_go(self, sender, recipient):
        """MAIL and RCPT as one group of commands; None where they have to be said one by one."""
        if self.smtp.has_extn("pipelining") and PLAIN.fullmatch(sender) and PLAIN.fullmatch(recipient):
            return f"MAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\n".encode("ascii")
        return None

    def hand_over(self, data, *, following=None):
        """DATA. Returns what the server said. Raises Refused, CutOff (before the first byte), or MayHaveArrived.

        ``following`` is the envelope (sender, recipient) that is going to be offered next, if that is known.
        """
        self._step("DATA", lambda: self.smtp.docmd("DATA"), good=(354,))
        try:
            stuffed = data.replace(b"\r\n.", b"\r\n..")  # a header comes first, and every line end is CRLF
            ahead = self._in_one_go(*following) if following else None
            self.smtp.send(stuffed + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n" + (ahead or b""))
            self.ahead = ahead
            self.smtp.sock.settimeout(AFTER_FINAL_DOT_S)
            code, text = self.smtp.getreply()
            self.smtp.sock.settimeout(COMMAND_S)
        except (OSError, smtplib.SMTPException) as cut:
            self._drop()
            raise MayHaveArrived(_words(cut)) from cut
        if code != 250:
            raise self._refused(code, text, "DATA")
        return f"{code} {text.decode('utf-8', 'replace')}"

    def forget(self):
        """Take back what was offered (RSET), also what was said ahead."""
        if self.smtp is not None:
            try:
                if self.ahead is not None:
                    self.ahead = None
                    self.smtp.getreply()
                    self.smtp.getreply()
                self.smtp.rset()
            except (OSError, smtplib.SMTPException):
                self._drop()

    def close(self):
        if self.smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.sock.settimeout(2)
                self.smtp.quit()
            self._drop()

    def _step(self, name, command, good=GOOD):
        try:
            code, text = command()
        except UnicodeError as odd:  # an address that SMTP cannot carry
            self.forget()
            raise Refused(553, b"the address cannot be written to", step=name) from odd
        except (OSError, smtplib.SMTPException) as cut:
            self._drop()
            raise CutOff(f"{name}: {_words(cut)}", step=name) from cut
        if code not in good:
            raise self._refused(code, text, name)

    def _refused(self, code, text, step):
        if code == 421 or not 400 <= code < 600:  # it is closing, or out of step with us
            self._drop()
        else:
            self.forget()
        return Refused(code if 400 <= code < 600 else 451, text, step=step)

    def _connected(self):
        if self.smtp is None:
            try:
                self.smtp = self._connect()
            except (OSError, smtplib.SMTPException) as refused:
                raise Unreachable(_words(refused)) from refused
        return self.smtp

    def _connect(self):
        mail = self.mail
        made = {"timeout": CONNECT_S, "local_hostname": settings.MAIL_DOMAIN}
        if mail.security == "ssl":
            smtp = smtplib.SMTP_SSL(mail.host, mail.port, context=ssl.create_default_context(), **made)
        else:
            smtp = smtplib.SMTP(mail.host, mail.port, **made)
        try:
            smtp.sock.settimeout(COMMAND_S)
            smtp.ehlo_or_helo_if_needed()
            if mail.security == "tls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if mail.user:
                smtp.login(mail.user, mail.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _drop(self):
        if self.smtp is not None:
            self.smtp.close()
            self.smtp = self.ahead = None


def _words(error):
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return f"{error.smtp_code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"
    return str(error) or type(error).__name__
