from allauth.account.forms import LoginForm


class PasswordForm(LoginForm):
    """Signing in by a password. (allauth leaves the field out where signing up asks for none.)"""

    def _setup_password_field(self):
        self.fields["password"].help_text = ""
