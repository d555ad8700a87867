"""The admin: a read-only look into the tables, for superusers. Everything is changed on the site's own pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from attendees.models import Answer, Attendee, InboundMail, Letter, Round
from outcomes.models import Outcome
from topics.models import Release, Session, Topic
from uconf.models import ActivityEntry, Conference, Membership, Microconference, Person, Room, Series, User


class LookingSite(admin.AdminSite):
    """The admin of superusers; for everybody else who is signed in it does not exist."""

    site_header = site_title = "uconf"
    index_title = _("Tables, to look at")
    site_url = "/organize/"

    def has_permission(self, request):
        return request.user.is_active and request.user.is_superuser

    @login_not_required
    def login(self, request, extra_context=None):
        """Sign in as everywhere else, by code or password (throttled)."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return secure_admin_login(super().login)(request, extra_context)


site = LookingSite()


class ReadOnly(admin.ModelAdmin):
    """Nothing can be added, changed or deleted here."""

    list_per_page = 100
    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Conference, site=site)
class ConferenceAdmin(ReadOnly):
    list_display = ["name", "slug", "starts_on", "ends_on", "timezone"]
    search_fields = ["name", "slug"]


@admin.register(Room, site=site)
class RoomAdmin(ReadOnly):
    list_display = ["name", "conference", "remote_capable"]
    list_select_related = ["conference"]
    search_fields = ["name"]


@admin.register(Series, site=site)
class SeriesAdmin(ReadOnly):
    list_display = ["name", "slug"]
    search_fields = ["name", "slug"]


@admin.register(Microconference, site=site)
class MicroconferenceAdmin(ReadOnly):
    list_display = ["title", "conference", "year", "state"]
    list_filter = ["state"]
    list_select_related = ["conference"]
    search_fields = ["title", "slug"]


@admin.register(Membership, site=site)
class MembershipAdmin(ReadOnly):
    list_display = ["person", "microconference", "role", "user", "invited_at"]
    list_select_related = ["person", "microconference", "user"]
    search_fields = ["person__name", "microconference__title"]


@admin.register(Person, site=site)
class PersonAdmin(ReadOnly):
    list_display = ["name", "affiliation", "basis", "added_at", "erased_at"]
    search_fields = ["name", "address"]


@admin.register(User, site=site)
class UserAdmin(ReadOnly):
    list_display = ["email", "name", "is_active", "is_superuser", "last_login"]
    search_fields = ["email", "name"]
    exclude = ["password"]


@admin.register(ActivityEntry, site=site)
class ActivityAdmin(ReadOnly):
    list_display = ["at", "what", "subject", "by_user", "by_person", "microconference"]
    list_select_related = ["by_user", "by_person", "microconference"]
    search_fields = ["what", "subject"]


@admin.register(Topic, site=site)
class TopicAdmin(ReadOnly):
    list_display = ["title", "microconference", "state", "minutes"]
    list_filter = ["state"]
    list_select_related = ["microconference"]
    search_fields = ["title", "public_id"]


@admin.register(Session, site=site)
class SessionAdmin(ReadOnly):
    list_display = ["microconference", "starts_at", "ends_at", "room"]
    list_select_related = ["microconference", "room"]
    search_fields = ["microconference__title"]


@admin.register(Release, site=site)
class ReleaseAdmin(ReadOnly):
    list_display = ["microconference", "number", "published_at", "published_by"]
    list_select_related = ["microconference", "published_by"]
    search_fields = ["microconference__title"]


@admin.register(Attendee, site=site)
class AttendeeAdmin(ReadOnly):
    list_display = ["person", "microconference", "status", "mode", "last_heard_at"]
    list_filter = ["status"]
    list_select_related = ["person", "microconference"]
    search_fields = ["person__name", "microconference__title"]


@admin.register(Round, site=site)
class RoundAdmin(ReadOnly):
    list_display = ["microconference", "question", "opened_at", "answer_by"]
    list_select_related = ["microconference"]
    search_fields = ["microconference__title"]


@admin.register(Answer, site=site)
class AnswerAdmin(ReadOnly):
    list_display = ["attendee", "answer", "mode", "source", "recorded_at"]
    list_select_related = ["attendee__person"]
    search_fields = ["attendee__person__name"]


@admin.register(Letter, site=site)
class LetterAdmin(ReadOnly):
    list_display = ["subject", "kind", "state", "microconference", "due_at", "sent_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["microconference"]
    search_fields = ["subject", "message_id"]


@admin.register(InboundMail, site=site)
class InboundMailAdmin(ReadOnly):
    """That a mail came, and what was made of it; never what it says."""

    list_display = ["received_at", "microconference", "kind", "state", "size"]
    list_filter = ["kind", "state"]
    list_select_related = ["microconference"]
    fields = ["microconference", "received_at", "kind", "state", "why", "size", "tries", "decided_by", "decided_at"]


@admin.register(Outcome, site=site)
class OutcomeAdmin(ReadOnly):
    list_display = ["text", "kind", "microconference", "recorded_at"]
    list_filter = ["kind"]
    list_select_related = ["microconference"]
    search_fields = ["text"]
