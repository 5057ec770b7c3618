"""What those who write minutes enter."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload
from wtforms import BooleanField, IntegerField, SelectChoice
from wtforms.validators import InputRequired, Optional

from network import dates
from network.directory.models import Organisation
from network.extensions import db
from network.forms import ChoiceField, Creating, DayField, Form, line, whole_or_none
from network.forms import text as long_text
from network.groups.models import Membership
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import DecisionState
from network.people.models import Affiliation, Person
from network.things import now

LONGEST_TEXT = 50_000  # characters of one item's minutes
CORRECTION_DAYS = 14  # that people are given unless somebody chooses otherwise
NOW = 0  # instead of an item: the one that is on


class WriteForm(Form):
    """The text of an item, and the revision that the writer has seen."""

    text = long_text(_l("Minutes of this item"), limit=LONGEST_TEXT)
    revision = IntegerField(validators=[InputRequired(_l("Please load the page again."))])


class LineForm(Creating):
    """What decisions and actions have in common: the item that they belong to."""

    not_facts = ("csrf_token", "item")
    item = ChoiceField(_l("Agenda item"), coerce=int, default=NOW)

    def __init__(self, items: list[AgendaItem], **more: Any) -> None:
        super().__init__(**more)
        is_on = any(item.state == "current" for item in items)
        self.item.choices = [SelectChoice(NOW, _l("The item that is on"))] if is_on or not items else []
        self.item.choices += [SelectChoice(item.id, f"{item.number} {item.title}") for item in items]

    def item_of(self, meeting: Meeting) -> AgendaItem | None:
        """The item that was chosen; None if none is on now."""
        if self.item.data == NOW:
            return meeting.current
        return next((item for item in meeting.agenda if item.id == self.item.data), None)


def _organisations(organisations: list[Organisation]) -> list[Any]:
    return [
        SelectChoice("", _l("No organisation in particular")),
        *(SelectChoice(one.id, one.name) for one in organisations),
    ]


class DecisionForm(LineForm):
    """A decision."""

    text = long_text(_l("What was decided?"), required=True, limit=5_000)
    how = line(
        _l("How?"),
        required=False,
        description=_l("For example: by consensus, or 14 yes, 3 no, 2 abstentions."),
    )
    plain = long_text(
        _l("In plain language"),
        limit=1_000,
        description=_l("One sentence that everybody understands."),
    )
    organisation_id = ChoiceField(_l("Who is responsible?"), coerce=whole_or_none)
    review_on = DayField(_l("To be reviewed on"), [Optional()])

    def __init__(self, items: list[AgendaItem], organisations: list[Organisation], **more: Any) -> None:
        super().__init__(items, **more)
        self.organisation_id.choices = _organisations(organisations)


class ActionForm(LineForm):
    """Who does what by when."""

    text = line(_l("What is to be done?"), limit=500)
    person_id = ChoiceField(_l("Who does it?"), coerce=whole_or_none)
    organisation_id = ChoiceField(_l("For which organisation?"), coerce=whole_or_none)
    due_on = DayField(_l("By when?"), [Optional()])

    def __init__(
        self,
        items: list[AgendaItem],
        people: list[Person],
        organisations: list[Organisation],
        **more: Any,
    ) -> None:
        super().__init__(items, **more)
        self.person_id.choices = [
            SelectChoice("", _l("Nobody in particular")),
            *(SelectChoice(person.id, person.name) for person in people),
        ]
        self.organisation_id.choices = _organisations(organisations)


class DecideForm(DecisionForm):
    """A decision on an item that is known. The action looks whether what was chosen is there."""

    organisation_id = ChoiceField(coerce=whole_or_none, validate_choice=False)

    def __init__(self, formdata: Any = None, **more: Any) -> None:
        super().__init__([], [], formdata=formdata, **more)


class AgreeForm(ActionForm):
    """An action on an item that is known; likewise."""

    person_id = ChoiceField(coerce=whole_or_none, validate_choice=False)
    organisation_id = ChoiceField(coerce=whole_or_none, validate_choice=False)

    def __init__(self, formdata: Any = None, **more: Any) -> None:
        super().__init__([], [], [], formdata=formdata, **more)


class DropForm(Form):
    """Why an action will not be done."""

    reason = long_text(_l("Why will it not be done?"), required=True, limit=1_000)


class SettleForm(Form):
    """What became of a decision."""

    state = ChoiceField(
        _l("What became of it?"),
        choices=[SelectChoice(state.value, state.label) for state in DecisionState],
    )


class TakeBackForm(Form):
    """Why minutes that were sent are written on."""

    reason = long_text(_l("Why are they taken back?"), limit=1_000)

    def facts(self) -> dict[str, Any]:
        """Without a reason it is empty."""
        return {"reason": self.reason.data or ""}


class CirculateForm(Form):
    """Until when corrections are asked for."""

    until = DayField(_l("Corrections until"), [InputRequired(_l("Please fill this in."))])
    despite = BooleanField(_l("Send the minutes although something is open"))

    @staticmethod
    def usual() -> date:
        """The day that is suggested."""
        return dates.today() + timedelta(days=CORRECTION_DAYS)


class AskForm(Form):
    """Whether somebody wants to get all minutes of a group."""

    wanted = ChoiceField(choices=[SelectChoice("yes", ""), SelectChoice("no", "")])

    def facts(self) -> dict[str, Any]:
        """As a yes or no."""
        return {"wanted": self.wanted.data == "yes"}


def people_and_organisations(meeting: Meeting) -> tuple[list[Person], list[Organisation]]:
    """Whom decisions and actions can be given to: the group's people and the meeting's, by name, and theirs.

    One statement, besides the list of attendance, which the page has.
    """
    places = db.session.scalars(
        select(Membership)
        .where(
            Membership.group_id == meeting.parent_id,
            Membership.removed_at.is_(None),
            or_(Membership.until.is_(None), Membership.until > now()),
        )
        .options(
            joinedload(Membership.person).joinedload(Person.affiliations).joinedload(Affiliation.organisation)
        )
    ).unique()
    people = {place.person.id: place.person for place in places}
    organisations = {o.organisation_id: o.organisation for p in people.values() for o in p.affiliations}
    for attendance in meeting.attendances:
        if attendance.person is not None:
            people.setdefault(attendance.person.id, attendance.person)
        if attendance.organisation is not None:
            organisations.setdefault(attendance.organisation_id, attendance.organisation)
    return (
        sorted(people.values(), key=lambda person: person.name),
        sorted(organisations.values(), key=lambda organisation: organisation.name),
    )
