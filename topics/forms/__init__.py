"""What leads and proposers type about topics. Forms store nothing."""

from topics.forms.decisions import ChosenTopicsForm, ListFilter, MergeForm, StateForm, StepForm
from topics.forms.rows import KeyPeopleForm, LinksForm, MissingLinksForm, ProposersForm
from topics.forms.topics import AddTopicForm, EditTopicForm, ProposeForm

__all__ = [
    "AddTopicForm",
    "ChosenTopicsForm",
    "EditTopicForm",
    "KeyPeopleForm",
    "LinksForm",
    "ListFilter",
    "MergeForm",
    "MissingLinksForm",
    "ProposeForm",
    "ProposersForm",
    "StateForm",
    "StepForm",
]
