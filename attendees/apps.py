from django.apps import AppConfig


class AttendeesConfig(AppConfig):
    name = "attendees"
    default_auto_field = "django.db.models.BigAutoField"
