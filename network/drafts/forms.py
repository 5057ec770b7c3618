"""What those who write together enter besides the text."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectChoice
from wtforms.validators import InputRequired

from network.forms import ChoiceField, Creating, Form, line
from network.forms import text as long_text

_ANEW = _l("Please load the page again.")


class NameForm(Creating):
    """The name of a version, and of which."""

    name = line(_l("Name of this version"), limit=100)
    number = IntegerField(validators=[InputRequired(_ANEW)])


class RestoreForm(Form):
    """Which version shall stand again, and what stands now."""

    number = IntegerField(validators=[InputRequired(_ANEW)])
    seen = IntegerField(validators=[InputRequired(_ANEW)])


class CommentForm(Creating):
    """What somebody has to say about a passage."""

    text = long_text(_l("Your comment"), limit=2_000, required=True)
    quote = line(_l("Passage"), limit=500, required=False)


class EraseForm(Form):
    """What of a text is erased, and why."""

    what = ChoiceField(_l("What is erased?"), default="before")
    reason = long_text(
        _l("Reason"),
        limit=1_000,
        required=True,
        description=_l("It stays visible. Please do not repeat here what is erased."),
    )
    sure = BooleanField(
        _l("I understand that this cannot be undone"), [InputRequired(_l("Please confirm this."))]
    )

    def __init__(self, *, everything: bool, **more: Any) -> None:
        super().__init__(**more)
        self.what.choices = [
            SelectChoice("before", _l("What was written before and stands there no more")),
            *([SelectChoice("everything", _l("All of it, also what it says now"))] if everything else []),
        ]

    def facts(self) -> dict[str, Any]:
        """As the deed takes them."""
        return {"reason": self.reason.data, "everything": self.what.data == "everything"}
