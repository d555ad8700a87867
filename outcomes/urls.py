"""What came of it: the lead's pages and the public one."""

from django.urls import path

from outcomes.views import organize, public

app_name = "outcomes"
OUTCOMES = "organize/<slug:conference>/<slug:mc>/outcomes/"

urlpatterns = [
    path(OUTCOMES, organize.outcome_list, name="list"),
    path(OUTCOMES + "note/", organize.note, name="note"),
    path(OUTCOMES + "add/", organize.add, name="add"),
    path(OUTCOMES + "state/", organize.state, name="state"),
    path(OUTCOMES + "<slug:outcome>/", organize.edit, name="edit"),
    path(OUTCOMES + "<slug:outcome>/remove/", organize.remove, name="remove"),
    path(OUTCOMES + "<slug:outcome>/move/", organize.shift, name="shift"),
    path("<slug:conference>/<slug:mc>/outcomes/", public.outcomes, name="public"),
]
