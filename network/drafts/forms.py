"""What those who write together enter besides the text."""

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField
from wtforms.validators import InputRequired

from network.forms import Creating, Form, line
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
