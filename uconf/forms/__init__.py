"""Forms: text in, clean values out. They store nothing."""

from uconf.forms.base import PlainForm, VersionedForm, carry

__all__ = ["PlainForm", "VersionedForm", "carry"]
