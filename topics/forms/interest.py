from django import forms

from topics.interest_map import COMING, EVERYBODY

TABLE, PICTURE = "table", "map"


class MapFilter(forms.Form):
    """Whom the interest map shows, and whether as a drawing or as a table. What is not known falls back."""

    show = forms.CharField(required=False, max_length=20)
    shown_as = forms.CharField(required=False, max_length=20)

    def __init__(self, data):
        super().__init__({"show": data.get("show", ""), "shown_as": data.get("as", "")})

    def values(self):
        self.is_valid()
        show, shown_as = self.cleaned_data.get("show"), self.cleaned_data.get("shown_as")
        return {
            "show": COMING if show == COMING else EVERYBODY,
            "as": TABLE if shown_as == TABLE else PICTURE,
        }
