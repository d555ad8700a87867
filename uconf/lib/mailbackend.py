"""Django's mail (sign-in codes, password resets) goes the same way as letters: SMTP, or the local mailbox."""

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

from uconf.lib import mailbox

TIMEOUT_S = 30


class EmailBackend(BaseEmailBackend):
    """Sends by what EMAIL_URL says, with a time-out always."""

    def send_messages(self, messages):
        mail = settings.MAIL
        if mail.kind == "mailbox":
            for message in messages:
                mailbox.put(message.message().as_bytes(linesep="\r\n"))
            return len(messages)
        backend = SmtpBackend(
            host=mail.host,
            port=mail.port,
            username=mail.user,
            password=mail.password,
            use_tls=mail.security == "tls",
            use_ssl=mail.security == "ssl",
            timeout=TIMEOUT_S,
            fail_silently=self.fail_silently,
        )
        return backend.send_messages(messages)
