"""People, letters, and the pages that a personal link opens."""

from django.urls import path

from attendees.views import (
    adding,
    answer,
    asking,
    calendar,
    digest,
    erasing,
    join,
    letters,
    lost,
    own_data,
    people,
    persistence,
    person,
    suggestions,
    thanks,
    trying,
)

app_name = "attendees"
MC = "organize/<slug:conference>/<slug:mc>/"
ONE = MC + "people/<slug:attendee>/"

urlpatterns = [
    path("accounts/digest/", digest.switch, name="digest_switch"),
    path("a/lost/", lost.lost, name="lost"),
    path("a/erased/", own_data.erased, name="erased"),
    path("a/join/<str:token>/", join.join_confirm, name="join_confirm"),
    path("a/address/<str:token>/", own_data.confirm_address, name="confirm_address"),
    path("a/digest/<str:token>/", digest.stop, name="digest"),
    path("a/<str:token>/", answer.answer, name="answer"),
    path("a/<str:token>/stop/", answer.stop, name="stop"),
    path("a/<str:token>/data/", own_data.own_data, name="own_data"),
    path("a/<str:token>/data.json", own_data.own_copy, name="own_copy"),
    path("a/<str:token>/erase/", own_data.erase, name="erase_self"),
    path(MC + "people/", people.people, name="people"),
    path(MC + "people/add/", adding.add, name="add"),
    path(MC + "people/paste/", adding.paste, name="paste"),
    path(MC + "people/suggestions/", suggestions.suggestions, name="suggestions"),
    path(MC + "people/persistence/", persistence.persistence, name="persistence"),
    path(MC + "people/write/", people.write_myself, name="write_myself"),
    path(MC + "people/written/", people.written_myself, name="written_myself"),
    path(ONE, person.person, name="person"),
    path(ONE + "answer/", person.record_answer, name="record_answer"),
    path(ONE + "undo/", person.undo_answer, name="undo_answer"),
    path(ONE + "correct/", person.correct, name="correct_person"),
    path(ONE + "remove/", person.remove, name="remove_person"),
    path(ONE + "erase/", erasing.erase, name="erase_person"),
    path(MC + "letters/", letters.letters, name="letters"),
    path(MC + "letters/ask/", asking.ask, name="ask"),
    path(MC + "letters/review/", asking.review, name="review"),
    path(MC + "letters/take-back/", asking.take_back, name="take_back"),
    path(MC + "letters/calendar/", calendar.calendar, name="letters_calendar"),
    path(MC + "letters/calendar/do/", calendar.calendar_do, name="letters_calendar_do"),
    path(MC + "letters/test/", trying.test_letter, name="test_letter"),
    path(MC + "letters/thanks/", thanks.thanks, name="thanks"),
    path(MC + "letters/texts/", asking.texts, name="texts"),
    path(MC + "letters/texts/<slug:kind>/", asking.text, name="text"),
    path(MC + "letters/rounds/<slug:round>/", asking.round, name="round"),
    path(MC + "letters/<slug:letter>/", letters.letter, name="letter"),
    path(MC + "letters/<slug:letter>/do/", letters.letter_do, name="letter_do"),
    path("<slug:conference>/<slug:mc>/join/", join.join, name="join"),
]
