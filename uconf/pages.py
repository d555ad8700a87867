"""Addresses of the pages that belong to no single room."""

from django.urls import path

from uconf.views import (
    accounts,
    committee,
    conference_settings,
    deciding,
    health,
    home,
    organize,
    proposal,
    public,
    settings,
    team,
)

app_name = "uconf"
CONFERENCE = "organize/<slug:conference>/"
REVIEW = CONFERENCE + "committee/<slug:mc>/"
MC = "organize/<slug:conference>/<slug:mc>/"

urlpatterns = [
    path("", public.home, name="home"),
    path("privacy/", public.privacy, name="privacy"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/link/<str:user>/<str:token>/", accounts.sign_in_link, name="sign_in_link"),
    path("accounts/mailbox/", accounts.mailbox, name="mailbox"),
    path("series/<slug:series>/", public.series, name="series"),
    path("series/<slug:series>/<int:year>/", public.edition, name="edition"),
    path("organize/", home.home, name="organize"),
    path("organize/new/", conference_settings.new, name="new_conference"),
    path(CONFERENCE, committee.conference, name="committee"),
    path(CONFERENCE + "propose/", proposal.propose, name="propose"),
    path(CONFERENCE + "import/", proposal.import_bunch, name="import_bunch"),
    path(CONFERENCE + "settings/", conference_settings.settings, name="conference_settings"),
    path(CONFERENCE + "settings/rooms/", conference_settings.add_room, name="add_room"),
    path(CONFERENCE + "settings/rooms/<slug:room>/", conference_settings.room, name="room"),
    path(CONFERENCE + "settings/committee/", conference_settings.add_member, name="add_committee_member"),
    path(
        CONFERENCE + "settings/committee/<int:user>/remove/",
        conference_settings.remove_member,
        name="remove_committee_member",
    ),
    path(REVIEW, committee.review, name="review"),
    path(REVIEW + "accept/", deciding.accept, name="accept"),
    path(REVIEW + "decline/", deciding.decline, name="decline"),
    path(REVIEW + "merge/", deciding.merge, name="merge"),
    path(REVIEW + "invite/", committee.invite, name="review_invite"),
    path(MC, organize.overview, name="overview"),
    path(MC + "activity/", organize.activity, name="activity"),
    path(MC + "proposal/", proposal.proposal, name="proposal"),
    path(MC + "proposal/source/", proposal.source, name="source"),
    path(MC + "settings/", settings.settings, name="settings"),
    path(MC + "settings/policy/", settings.agree, name="agree"),
    path(MC + "settings/submit/", settings.submit, name="submit"),
    path(MC + "settings/take-back/", settings.take_back, name="take_back"),
    path(MC + "settings/invite/", team.invite, name="invite"),
    path(MC + "settings/team/<slug:person>/", team.member, name="member"),
    path(MC + "settings/team/<slug:person>/move/", team.move, name="member_move"),
    path(MC + "settings/team/<slug:person>/invite/", team.invite_member, name="member_invite"),
    path(MC + "settings/team/<slug:person>/remove/", team.remove, name="member_remove"),
    # These two take any first words, so they come last.
    path("<slug:conference>/", public.conference, name="conference"),
    path("<slug:conference>/<slug:mc>/", public.microconference, name="microconference"),
]
