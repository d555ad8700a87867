from django.apps import AppConfig


class UconfConfig(AppConfig):
    name = "uconf"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from uconf import checks  # noqa: F401  (registers the checks)
