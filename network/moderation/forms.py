"""What is filled in when something is reported, judged or objected to."""

from collections.abc import Iterable
from datetime import time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from network import dates
from network.discussions.forms import PAUSES, WholeField
from network.forms import ChoiceField, Creating, DayField, Form, line, moment, text, whole_or_none
from network.groups.models import Group
from network.moderation import rules
from network.moderation.models import MEASURES, Measure
from network.things import whole

CHOOSE = _l("Please choose one of the entries.")
LONGEST = 2000  # characters of a reason
MOST_WORDS = 200


def _rules() -> list[SelectChoice]:
    return [SelectChoice(rule.slug, rule.name) for rule in rules.current()]


class OneOf(RadioField):
    """One of several, all in sight; what is not offered is refused in our words."""

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)
        except (ValueError, ValidationError):
            raise ValidationError(CHOOSE) from None


class ReportForm(Creating):
    """Why something is reported."""

    rule = OneOf(_l("Which rule is it about?"), [InputRequired(CHOOSE)], choices=_rules)
    text = text(_l("In your own words"), limit=LONGEST)


class DecideForm(Form):
    """What is decided, by which rule, and the sentence that the person reads."""

    version = WholeField(validators=[InputRequired(_l("Please load the page again."))])
    measure = OneOf(_l("What shall be done?"), [InputRequired(CHOOSE)])
    rule = ChoiceField(
        _l("Rule"),
        [InputRequired(CHOOSE)],
        choices=lambda: [SelectChoice("", _l("Please choose")), *_rules()],
    )
    text = text(_l("Reason"), limit=LONGEST, required=True)
    until = DayField(_l("Until which day the person writes nothing"))
    group_id = ChoiceField(_l("To which group"), coerce=whole_or_none)
    title = line(_l("Title of the new discussion"), required=False)
    seconds = ChoiceField(
        _l("Time between two messages of one person"),
        coerce=int,
        default=300,
        choices=[SelectChoice(seconds, words) for seconds, words in PAUSES.items() if seconds],
    )

    def offer(self, measures: Iterable[Measure], groups: Iterable[Group]) -> None:
        """What this moderator can choose from."""
        self.measure.choices = [SelectChoice(one.value, MEASURES[one]) for one in measures]
        self.group_id.choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(str(group.id), group.name) for group in groups),
        ]

    def validate_until(self, field: Any) -> None:
        """A day to come, within a year, for a silence."""
        if self.measure.data != Measure.SILENCE:
            return
        today = dates.today()
        if not field.data or not today <= field.data <= today + timedelta(days=366):
            raise ValidationError(_l("Please give a day within the coming year."))

    def validate_group_id(self, field: Any) -> None:
        """A group, where a discussion is moved."""
        if self.measure.data == Measure.MOVE and not field.data:
            raise ValidationError(CHOOSE)

    def validate_title(self, field: Any) -> None:
        """A title, where messages go on in a discussion of their own."""
        if self.measure.data == Measure.SPLIT and not field.data:
            raise ValidationError(_l("Please fill this in."))

    def facts(self) -> dict[str, Any]:
        """As the action takes them: a silence ends when its last day is over."""
        given = super().facts()
        day = given.pop("until")
        silence = given["measure"] == Measure.SILENCE
        return {**given, "until": moment(day + timedelta(days=1), time()) if day and silence else None}


class AnswerForm(Form):
    """What becomes of an objection."""

    version = WholeField(validators=[InputRequired(_l("Please load the page again."))])
    falls = OneOf(
        _l("What becomes of the decision?"),
        [InputRequired(CHOOSE)],
        choices=[
            SelectChoice("no", _l("It stands")),
            SelectChoice("yes", _l("It falls, and is undone where that is possible")),
        ],
    )
    text = text(_l("Reason"), limit=LONGEST, required=True)

    def facts(self) -> dict[str, Any]:
        """`falls` as yes or no."""
        given = super().facts()
        return {**given, "falls": given["falls"] == "yes"}


class WordsForm(Form):
    """A sentence and nothing else: an objection."""

    text = text(_l("Reason"), limit=LONGEST, required=True)


class LiftForm(WordsForm):
    """Which measure ends, and why."""

    # What is no number is no entry either; only what was not sent at all is the last one.
    entry_id = OneOf(_l("Which measure?"), coerce=lambda sent: whole(sent) or 0)

    def offer(self, choices: Iterable[SelectChoice]) -> None:
        """What this moderator can end; the last one unless another one is chosen."""
        self.entry_id.choices = list(choices)
        if self.entry_id.data is None and self.entry_id.choices:
            self.entry_id.data = int(self.entry_id.choices[-1].value)


def _between(least: int, most: int) -> Any:
    def check(form: Any, field: Any) -> None:
        if field.data is not None and not least <= field.data <= most:
            raise ValidationError(
                _l("Please give a number from %(least)d to %(most)d.", least=least, most=most)
            )

    return check


class NumberField(IntegerField):
    """A whole number; what is none is refused in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = whole_or_none(valuelist[0].strip()[:9] if valuelist else None)
        except ValueError:
            self.data = None
            raise ValueError(_l("Please give a whole number.")) from None


class SettingsForm(Form):
    """What the Office sets about moderation."""

    words = text(_l("Words to watch"), limit=10_000)
    objection_days = NumberField(
        _l("Days in which one can object"), [InputRequired(_l("Please fill this in.")), _between(1, 365)]
    )
    first_posts = NumberField(
        _l("An account is new until so many of its messages stand"),
        [InputRequired(_l("Please fill this in.")), _between(0, 50)],
    )
    first_seconds = NumberField(
        _l("Seconds between two messages of a new account"),
        [InputRequired(_l("Please fill this in.")), _between(0, 3600)],
    )

    def validate_words(self, field: Any) -> None:
        """So few that each message can be compared with all of them."""
        if len((field.data or "").splitlines()) > MOST_WORDS:
            raise ValidationError(_l("Please give at most %(most)d words.", most=MOST_WORDS))

    def facts(self) -> dict[str, Any]:
        """The words as a list, without doubles."""
        given = super().facts()
        words = dict.fromkeys(" ".join(word.split())[:80] for word in (given["words"] or "").splitlines())
        return {**given, "words": [word for word in words if word]}
