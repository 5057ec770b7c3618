"""What is typed into discussions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, SelectChoice
from wtforms.validators import Optional, ValidationError

from network.discussions.counts import FOLLOW, MUTE
from network.discussions.models import REACTIONS
from network.files.store import ACCEPTED
from network.forms import ChoiceField, Creating, Form, line, text, whole_or_none

LONGEST = 10_000  # characters of a message


def _message(label: Any = _l("Message"), *, required: bool = True) -> Any:
    return text(label, limit=LONGEST, required=required)


def _whole(form: Any, field: Any) -> None:
    if field.data is not None and not 0 < field.data < 2**63:
        raise ValidationError(_l("Please give a whole number."))


class WholeField(HiddenField):
    """A number that a page carries along."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Raises ValueError, which WTForms shows beside the field, for what is no number."""
        try:
            self.data = whole_or_none(valuelist[0] if valuelist else None)
        except ValueError:
            raise ValueError(_l("Please give a whole number.")) from None


class SayForm(Form):
    """A message, as the socket carries it."""

    text = _message()
    reply_to = WholeField(validators=[Optional(), _whole])


class MessageForm(Creating, SayForm):
    """A message as a page sends it: with files.

    Files may go without a word, as a picture from a phone does: then `files` stand for the text.
    """

    text = _message(required=False)
    files = MultipleFileField(_l("Files"), render_kw={"accept": ACCEPTED})
    not_facts = ("csrf_token", "files")

    def validate(self, extra_validators: Any = None) -> bool:
        """Something has to be said, or shown."""
        fits = super().validate(extra_validators)
        if self.text.data or any(getattr(file, "filename", "") for file in self.files.data or []):
            return fits
        self.text.errors = [*self.text.errors, _l("Please write something, or add a file.")]
        return False


class ThreadForm(Creating):
    """A new discussion with its first message."""

    title = line(_l("Title"), limit=200)
    text = _message(_l("First message"))
    files = MultipleFileField(_l("Files"), render_kw={"accept": ACCEPTED})
    not_facts = ("csrf_token", "files")


class EditForm(Form):
    """Another text for a message."""

    text = _message()


class TitleForm(Form):
    """Another title for a discussion."""

    title = line(_l("Title"), limit=200)


class ReactForm(Form):
    """Which reaction."""

    emoji = ChoiceField(
        _l("Reaction"), choices=[SelectChoice(emoji, words) for emoji, words in REACTIONS.items()]
    )


class ReadForm(Form):
    """Up to which message."""

    ordinal = WholeField(validators=[_whole])


class FollowForm(Form):
    """Whether a discussion is followed."""

    following = ChoiceField(
        _l("Tell me of new messages"),
        choices=[SelectChoice(FOLLOW, _l("Follow")), SelectChoice(MUTE, _l("Mute"))],
    )


# Seconds between two messages of one person.
PAUSES = {
    0: _l("No limit"),
    30: _l("Half a minute"),
    60: _l("One minute"),
    300: _l("Five minutes"),
    900: _l("A quarter of an hour"),
    3600: _l("One hour"),
}


class SlowForm(Form):
    """How often one person may write."""

    seconds = ChoiceField(
        _l("Time between two messages of one person"),
        coerce=int,
        choices=[SelectChoice(seconds, words) for seconds, words in PAUSES.items()],
    )
