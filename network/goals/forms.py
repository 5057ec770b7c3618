"""What is entered about goals."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, Field, HiddenField, IntegerField, SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import TextArea

from network import dates
from network.dates import day_short
from network.directory.models import Organisation, Topic
from network.files.store import ACCEPTED
from network.forms import (
    ChoiceField,
    ChoicesField,
    Creating,
    DayField,
    Filled,
    Form,
    clean_line,
    line,
    whole_or_none,
)
from network.forms import text as long_text
from network.goals.days import split_day
from network.goals.measures import Health
from network.goals.models import (
    ENDED,
    HEALTH_LABELS,
    MOST_REVIEW_MONTHS,
    PARTS,
    Consent,
    Goal,
    GoalState,
    ProgressReport,
)
from network.goals.numbers import NumberedForm, NumberField
from network.goals.plans import FIELDS, IDS, Combined, Content, content_from, values_of
from network.goals.plans import seen as seen_of
from network.goals.writing import MOST_MILESTONES, MOST_WEIGHT
from network.loop.picking import NO_EVIDENCE, named, thing_named
from network.minutes.models import Decision
from network.people.models import Person
from network.texts import summary
from network.things import whole

LONGEST_TEXT = 20_000  # characters of a goal's text
FILL_IN = _l("Please fill this in.")


class TitleForm(Creating):
    """How a goal is called, to begin with."""

    title = line(
        _l("What do we want to reach, in one sentence?"),
        description=_l("For example: 80 reading sponsors at primary schools."),
    )
    origin_id = HiddenField()

    def facts(self) -> dict[str, Any]:
        """The title, and what the goal is made from, if that is an id at all."""
        return {"title": self.title.data, "origin_id": whole(self.origin_id.data)}


class MilestonesField(Field):
    """Steps on the way, one a line, each with its day at the end if it has one."""

    widget = TextArea()
    validation_attrs = ("required",)

    def process_formdata(self, valuelist: list[str]) -> None:
        given = valuelist[0] if valuelist else ""
        self.raw_data = [given]
        self.data: Any = []
        for number, said in enumerate(given.splitlines(), 1):
            words = clean_line(said)
            if words:
                self.data.append(self._milestone(words, number))
        if len(self.data) > MOST_MILESTONES:
            raise ValueError(_l("Please use at most %(most)s milestones.", most=MOST_MILESTONES))
        if len({title.casefold() for title, _day in self.data}) < len(self.data):
            raise ValueError(_l("Please give each milestone a name of its own."))

    def _milestone(self, words: str, number: int) -> tuple[str, date | None]:
        try:
            title, day = split_day(words)
        except ValueError:
            raise ValueError(
                _l(
                    "Please check the day in line %(number)s, for example 31.3.2027 or March 2027.",
                    number=number,
                )
            ) from None
        if len(title) > 200:
            raise ValueError(_l("Please use at most 200 characters in line %(number)s.", number=number))
        return title, day

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{title}, {day_short(day)}" if day else title for title, day in self.data or ())


def _at_most(most: int) -> Any:
    def within(form: Any, field: Any) -> None:
        if field.data is not None and not field.flags.least <= field.data <= most:
            raise ValidationError(
                _l("Please give a number from %(least)s to %(most)s.", least=field.flags.least, most=most)
            )

    return within


class WholeField(IntegerField):
    """A whole number from `least` on."""

    def __init__(self, label: Any, *, least: int, most: int, **more: Any) -> None:
        super().__init__(label, [InputRequired(FILL_IN), _at_most(most)], **more)
        self.flags.least = least

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Please give a whole number.")) from None


LONGEST_SEEN = 40_000  # characters of what a form remembers of a plan


class SeenField(HiddenField):
    """The plan as it stood when the form was read, so that nobody overwrites unseen.

    Its data are a plan as `plans.seen` keeps it, or None from whoever did not read the page.
    """

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = _plan_seen(valuelist[0]) if valuelist else None

    def _value(self) -> str:
        return json.dumps(self.data, ensure_ascii=False, separators=(",", ":")) if self.data else ""


def _plan_seen(said: str) -> Content | None:
    """What a form remembered; nothing of it if it is no such thing."""
    try:
        found = json.loads(said) if len(said) <= LONGEST_SEEN else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    kept = {name: found[name] for name in FIELDS if name in found}
    return kept if all(_can_be(name, value) for name, value in kept.items()) else None


def _can_be(name: str, value: Any) -> bool:
    if name in IDS:
        return isinstance(value, list) and all(isinstance(one, int) for one in value)
    if name == "milestones":
        return isinstance(value, list) and all(
            isinstance(one, dict)
            and isinstance(one.get("title"), str)
            and isinstance(one.get("due_on"), str | None)
            for one in value
        )
    return isinstance(value, str | int | None)


class PlanForm(NumberedForm):
    """The fields of a plan. All may stay empty but the title: the page says what is still missing."""

    seen = SeenField()
    title = line(FIELDS["title"])
    indicator = line(
        FIELDS["indicator"],
        required=False,
        description=_l(
            "What can be counted or asked: number of sponsors, weeks of waiting, share of answers."
        ),
    )
    unit = line(
        FIELDS["unit"], required=False, limit=40, description=_l("For example: sponsors, weeks, per cent.")
    )
    baseline = NumberField(FIELDS["baseline"], [Optional()])
    baseline_on = DayField(FIELDS["baseline_on"], [Optional()])
    target = NumberField(FIELDS["target"], [Optional()])
    target_on = DayField(FIELDS["target_on"], [Optional()])
    source = line(
        FIELDS["source"],
        required=False,
        description=_l("Who counts, and where one can look it up: the schools' lists, a survey in May."),
    )
    owner_id = ChoiceField(FIELDS["owner_id"], coerce=whole_or_none)
    organisations = ChoicesField(FIELDS["organisations"], coerce=int)
    topics = ChoicesField(FIELDS["topics"], coerce=int)
    milestones = MilestonesField(
        FIELDS["milestones"],
        [Optional()],
        description=_l(
            "One a line, with its day or month at the end: Rooms found in all schools, March 2027"
        ),
    )
    review_months = WholeField(FIELDS["review_months"], least=1, most=MOST_REVIEW_MONTHS)
    serves_id = ChoiceField(FIELDS["serves_id"], coerce=whole_or_none)
    weight = WholeField(
        FIELDS["weight"],
        least=0,
        most=MOST_WEIGHT,
        description=_l("2 counts twice as much as 1; 0 is told of and does not count."),
    )

    def __init__(
        self,
        goal: Goal,
        people: Sequence[Person],
        organisations: Sequence[Organisation],
        topics: Sequence[Topic],
        served: Sequence[Goal],
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.owner_id.choices = [
            SelectChoice("", _l("Nobody yet")),
            *(SelectChoice(person.id, person.name) for person in people),
        ]
        self.organisations.choices = [SelectChoice(one.id, one.name) for one in organisations]
        self.topics.choices = [SelectChoice(topic.id, topic.name) for topic in topics]
        self.serves_id.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(one.id, one.title) for one in served),
        ]
        if goal.of_network:
            del self.serves_id, self.weight

    def show(self, both: Combined) -> None:
        """Show what was typed together with what others have saved since."""
        for name, value in values_of(both.content).items():
            if name in self:
                self[name].data, self[name].raw_data = value, None
        self.written_in.data = str(get_locale())  # in which all of it is drawn from here on

    def validate_target_on(self, field: Any) -> None:
        """A target lies after the beginning."""
        if field.data and self.baseline_on.data and field.data < self.baseline_on.data:
            raise ValidationError(_l("Please choose a day after that of the first value."))


class AmendForm(PlanForm, Creating):
    """A plan as it should be, with why; the texts are written here, too."""

    statement = long_text(PARTS["statement"], limit=LONGEST_TEXT)
    reasons = long_text(PARTS["reasons"], limit=LONGEST_TEXT)
    reason = long_text(_l("Why is this to change?"), required=True, limit=2_000)

    def wanted(self) -> tuple[str, Content]:
        """The reason, and all fields as a plan keeps them."""
        return self.reason.data, content_from(self.data)


def filled_from(content: Content) -> dict[str, Any]:
    """A plan as the form's fields take it."""
    return {**values_of(content), "seen": seen_of(content)}


class TextForm(Form):
    """A text of a goal without the editor, and the update that the writer has seen."""

    words = long_text("", limit=LONGEST_TEXT)
    revision = IntegerField(validators=[InputRequired(_l("Please load the page again."))])


class ConsentForm(Form):
    """What the Office says to a plan."""

    said = ChoiceField(
        _l("What do you say to it?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[SelectChoice(one.value, one.label) for one in Consent if one.value],
    )
    remark = long_text(
        _l("Remark, or what is to be reworked and why"),
        limit=2_000,
        description=_l("Needed for a remark and for “Please rework”. All who draft the goal read it."),
    )
    seen = HiddenField()  # what had been answered when the form was drawn

    def validate(self, extra_validators: Any = None) -> bool:
        """Whoever is to rework something has to know what; an empty remark is none."""
        fine = bool(super().validate(extra_validators))
        if self.said.data in (Consent.REWORK, Consent.REMARK) and not self.remark.data:
            self.refuse({"remark": [_l("Please say what you mean.")]})
            return False
        return fine


class AdoptForm(Form):
    """The decision by which a plan is adopted, or the written procedure."""

    decision_id = ChoiceField(_l("By which decision?"), coerce=whole_or_none)
    procedure = long_text(
        _l("Or in a written procedure: how, and with which result?"),
        limit=1_000,
        description=_l("For example: by e-mail until 12 November, 14 yes, nobody against."),
    )
    adopted_on = DayField(_l("On which day?"), [Optional()])

    def __init__(self, decisions: Iterable[Decision], **more: Any) -> None:
        super().__init__(**more)
        self.decision_id.choices = [
            SelectChoice("", _l("By none, but in a written procedure")),
            *(SelectChoice(one.id, _in_a_line(one)) for one in decisions),
        ]


def _in_a_line(decision: Decision) -> str:
    """Number, day and words; before its meeting is closed a decision has no number."""
    day = day_short(decision.parent.parent.starts_at)
    words = summary(decision.text, 90)
    return f"{decision.citation}, {day}: {words}" if decision.number else f"{day}: {words}"


def _require(field: Any) -> None:
    """Let a text of this form alone have to be filled in."""
    field.validators = [Filled(FILL_IN), *(one for one in field.validators if not isinstance(one, Optional))]
    field.flags.required, field.flags.optional = True, False


class ReportForm(NumberedForm, Creating):
    """A value on a day; where nothing is counted, what there is to tell."""

    value = NumberField(_l("Value"), [InputRequired(FILL_IN)])
    on = DayField(_l("On which day?"), [InputRequired(FILL_IN)], default=dates.today)
    note = long_text(
        _l("What is behind it?"),
        limit=2_000,
        description=_l(
            "What helped, what is missing, by what one sees it. No personal data of clients, please."
        ),
    )

    files = MultipleFileField(_l("Files as evidence"), render_kw={"accept": ACCEPTED})

    def __init__(self, goal: Goal, **more: Any) -> None:
        super().__init__(**more)
        if not goal.measured:
            del self.value
            _require(self.note)

    def facts(self) -> dict[str, Any]:
        """Without the files, which are looked at first and come to the report afterwards."""
        return {name: value for name, value in super().facts().items() if name != "files"}


class CorrectForm(NumberedForm):
    """A report put right, and why. What was told in words may get a value once something is counted."""

    value = NumberField(_l("Value"), [Optional()])
    on = DayField(_l("On which day?"), [InputRequired(FILL_IN)])
    note = long_text(_l("What is behind it?"), limit=2_000)
    reason = line(_l("Why is it put right?"), limit=300)

    def __init__(self, report: ProgressReport, **more: Any) -> None:
        super().__init__(obj=report, **more)
        if report.value is not None:
            self.value.validators, self.value.flags.optional = [InputRequired(FILL_IN)], False
            self.value.flags.required = True
        elif not report.parent.measured:
            del self.value
            _require(self.note)


class ReasonForm(Form):
    """Why a report shall not count."""

    reason = line(_l("Why shall it not count?"), limit=300)


class _Remembering(Form):
    """Knows what it showed, as `tending.seen_of` says it: nobody overwrites unseen."""

    seen = HiddenField()

    def facts(self) -> dict[str, Any]:
        """Whoever sends nothing of what the form showed has seen nothing."""
        return {**super().facts(), "seen": str(next(iter(self.seen.raw_data or ()), ""))}


class ReachForm(_Remembering):
    """When a milestone was reached, and by what one sees it."""

    reached_on = DayField(_l("When was it reached?"), [InputRequired(FILL_IN)], default=dates.today)
    evidence = long_text(_l("By what does one see it?"), limit=1_000)


class HealthForm(_Remembering):
    """How a goal does, whatever the reports say."""

    health = ChoiceField(
        _l("How does the goal do?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[SelectChoice(one.value, HEALTH_LABELS[one]) for one in Health if one != Health.NO_NEWS],
    )
    reason = long_text(_l("Why, in a sentence?"), required=True, limit=500)


class OwnerForm(Form):
    """Who looks after a goal."""

    owner_id = ChoiceField(FIELDS["owner_id"], coerce=whole_or_none)

    def __init__(self, people: Iterable[Person], **more: Any) -> None:
        super().__init__(**more)
        self.owner_id.choices = [
            SelectChoice("", _l("Nobody yet")),
            *(SelectChoice(person.id, person.name) for person in people),
        ]

    def validate_owner_id(self, field: Any) -> None:
        """That nobody looks after it is said, too."""
        if not field.raw_data:
            raise ValidationError(_l("Please choose one of the entries."))


class ReviewForm(Creating):
    """What came of looking at a goal together."""

    note = long_text(_l("What did you see, and what will you do?"), required=True, limit=4_000)
    next_on = DayField(_l("When do you look at it next?"), [Optional()])


class EndForm(Form):
    """What became of a goal. Achieved against what was reported is confirmed by itself."""

    state = ChoiceField(
        _l("What became of it?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[SelectChoice(one.value, GoalState(one).label) for one in ENDED],
    )
    reason = long_text(_l("By what does one see it, or why?"), required=True, limit=2_000)
    page = line(
        _l("Address of the page that shows it"),
        limit=500,
        required=False,
        description=_l("A decision, a paragraph of minutes, an offer: copy it from the address bar."),
    )
    files = MultipleFileField(_l("Files as evidence"), render_kw={"accept": ACCEPTED})
    by_id = ChoiceField(_l("If another goal takes its place: which one?"), coerce=whole_or_none)
    sure = BooleanField(_l("It is achieved all the same"))

    def __init__(self, others: Iterable[Goal], doubtful: bool, **more: Any) -> None:
        super().__init__(**more)
        self.doubtful = doubtful
        self.by_id.choices = [
            SelectChoice("", _l("None")),
            *(SelectChoice(one.id, one.title) for one in others),
        ]

    def validate_sure(self, field: Any) -> None:
        """Nobody ends a goal as achieved by a slip while the reports say something else."""
        if self.doubtful and self.state.data == GoalState.ACHIEVED and not field.data:
            raise ValidationError(_l("Please confirm this, or choose something else above."))

    def validate_page(self, field: Any) -> None:
        """Whether it is one of our pages; whether the thing may be seen is asked by the action."""
        found = thing_named(field.data) if field.data else None
        if field.data and (found is None or found.type in NO_EVIDENCE):
            raise ValidationError(_l("There is no such page, or it is not open to you."))

    def facts(self) -> dict[str, Any]:
        """Without the files, which are looked at first, and with the id and the place that are meant."""
        id, place, _type = (named(self.page.data) if self.page.data else None) or (None, "", "")
        kept = {name: self[name].data for name in ("state", "reason", "by_id")}
        return {**kept, "page_id": id, "place": place}


class ReopenForm(Form):
    """Why a goal has not ended after all."""

    reason = long_text(
        _l("Why has it not ended after all?"),
        limit=1_000,
        required=True,
        description=_l("Everybody who reads all of the goal reads this."),
        render_kw={"rows": 3},
    )


class PublicForm(Form):
    """Whether a goal is shown to the public."""

    public = BooleanField()
