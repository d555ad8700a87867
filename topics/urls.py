"""Topics, the agenda, and the published schedule."""

from django.urls import path

from topics.views import (
    agenda,
    drafts,
    interest,
    organize,
    public,
    quorum,
    releases,
    schedule,
    suggest,
    timetable,
    topic,
)

app_name = "topics"
MC = "organize/<slug:conference>/<slug:mc>/"
PUBLIC = "<slug:conference>/<slug:mc>/"

urlpatterns = [
    path(MC + "topics/", organize.topic_list, name="list"),
    path(MC + "topics/add/", organize.add, name="add"),
    path(MC + "topics/decide/", organize.decide_many, name="decide_many"),
    path(MC + "topics/links/", topic.missing_links, name="missing_links"),
    path(MC + "topics/map/", interest.interests, name="map"),
    path(MC + "topics/<slug:topic>/", topic.edit, name="edit"),
    path(MC + "topics/<slug:topic>/decide/", organize.decide, name="decide"),
    path(MC + "topics/<slug:topic>/move/", organize.move, name="move"),
    path(MC + "topics/<slug:topic>/proposers/", topic.proposers, name="proposers"),
    path(MC + "topics/<slug:topic>/key-people/", topic.key_people, name="key_people"),
    path(MC + "topics/<slug:topic>/links/", topic.topic_links, name="links"),
    path(MC + "topics/<slug:topic>/merge/", topic.merge, name="merge"),
    path(MC + "topics/<slug:topic>/delete/", topic.delete, name="delete"),
    path(MC + "agenda/", agenda.agenda, name="agenda"),
    path(MC + "agenda/quorum/", quorum.quorums, name="quorum"),
    path(MC + "agenda/sessions/", agenda.session_list, name="sessions"),
    path(MC + "agenda/sessions/<slug:session>/", agenda.change_session, name="change_session"),
    path(MC + "agenda/sessions/<slug:session>/remove/", agenda.remove_session, name="remove_session"),
    path(MC + "agenda/publish/", releases.publish, name="publish"),
    path(MC + "agenda/drafts/", drafts.draft_list, name="drafts"),
    path(MC + "agenda/drafts/<slug:draft>/", drafts.draft, name="draft"),
    path(MC + "agenda/compare/", drafts.compare, name="compare"),
    path(MC + "agenda/releases/", releases.release_list, name="releases"),
    path(MC + "agenda/releases/<int:number>/take-back/", releases.take_back, name="take_back"),
    path(MC + "agenda/timetable/", timetable.timetable, name="timetable"),
    path(MC + "agenda/timetable.csv", timetable.timetable_csv, name="timetable_csv"),
    path(MC + "agenda/timetable.json", timetable.timetable_json, name="timetable_json"),
    path(MC + "agenda/suggest/", suggest.suggest_agenda, name="suggest_agenda"),
    path(PUBLIC + "topics/propose/", public.propose, name="propose"),
    path(PUBLIC + "topics/<slug:topic>/", public.detail, name="detail"),
    path(PUBLIC + "schedule/", schedule.schedule, name="schedule"),
    path(PUBLIC + "schedule/v<int:number>/", schedule.release, name="release"),
]
