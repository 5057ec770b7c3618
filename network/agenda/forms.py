"""What is asked about items, proposals and what is carried over."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, IntegerField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, RadioInput

from network import dates
from network.forms import (
    ChoiceField,
    ChoicesField,
    Creating,
    Form,
    clean_line,
    clean_text,
    line,
    minutes,
    text,
)
from network.meetings.models import AgendaItem, ItemKind, Meeting
from network.meetings.planning import people_for_offices

MOST_NAMES = 20
MARKUP_HINT = _l("Lists with - at the beginning of a line, **bold**, addresses become links.")


class NamesField(TextAreaField):
    """Names, one a line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        lines = (clean_text(valuelist[0]) or "").split("\n") if valuelist else []
        self.data = [name for name in (clean_line(line) for line in lines) if name]

    def _value(self) -> str:
        return "\n".join(self.data or [])


class PlaceField(IntegerField):
    """The id of an item, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        given = valuelist[0].strip() if valuelist else ""
        if not given:
            self.data = None
        elif given.isascii() and given.isdigit() and len(given) < 19:
            self.data = int(given)
        else:
            raise ValueError(_l("Please say before or after which item."))


def kind_field() -> ChoiceField:
    """What an item is for; information unless said otherwise."""
    return ChoiceField(
        _l("Kind"),
        choices=[SelectChoice(kind.value, kind.label) for kind in ItemKind],
        default=ItemKind.INFORMATION.value,
    )


class AddItemForm(Creating):
    """A new item: its title is enough. Its facts are some of those of `add_item`."""

    title = line(_l("What is it about?"))
    kind = kind_field()
    planned_minutes = minutes(_l("Planned minutes"))
    under = PlaceField(_l("Sub-item of"))


class ItemForm(Form):
    """All about an item. Its facts are those of `change_item`."""

    title = line(_l("Title"))
    kind = kind_field()
    planned_minutes = minutes(_l("Planned minutes"))
    presenter_ids = ChoicesField(
        _l("Presented by"),
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    presenter_names = NamesField(
        _l("Further names"), [Optional()], description=_l("People without an account, one a line.")
    )
    text = text(_l("Text"), limit=20_000, description=MARKUP_HINT)
    internal = BooleanField(
        _l("Internal"), description=_l("Not shown on the public side of the meeting, nor are its sub-items.")
    )
    standing = BooleanField(
        _l("On every agenda"), description=_l("It is carried over into the agendas of later meetings.")
    )

    def __init__(self, meeting: Meeting, *args: Any, item: AgendaItem | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        people = people_for_offices(meeting.parent)
        kept = [by.person for by in item.presenters if by.person] if item else []
        people += [person for person in kept if person not in people]
        self.presenter_ids.choices = [SelectChoice(person.id, person.name) for person in people]

    def validate_presenter_names(self, field: Any) -> None:
        if len(field.data or ()) > MOST_NAMES or any(len(name) > 160 for name in field.data or ()):
            raise ValidationError(_l("Please give at most 20 names of at most 160 characters each."))

    def facts(self) -> dict[str, Any]:
        """Nothing chosen is nobody, not None."""
        found = super().facts()
        return {**found, "text": found["text"] or "", "presenter_names": found["presenter_names"] or []}


def present(item: AgendaItem) -> dict[str, Any]:
    """What the form for changing an item begins with."""
    names = ("title", "kind", "planned_minutes", "text", "internal", "standing")
    return {
        **{name: getattr(item, name) for name in names},
        "presenter_ids": [by.person_id for by in item.presenters if by.person_id],
        "presenter_names": [by.name for by in item.presenters if not by.person_id],
    }


class MoveForm(Form):
    """Where an item goes: before, after or under another one."""

    before = PlaceField()
    after = PlaceField()
    under = PlaceField()


class ProposalForm(Creating):
    """What somebody wishes to see on an agenda. The title in one line is enough."""

    title = line(_l("What should be discussed?"))
    text = text(_l("What is it about, and what should come of it?"), limit=5000)
    planned_minutes = minutes(_l("Minutes that it may take"))

    def facts(self) -> dict[str, Any]:
        """Without a text it is empty."""
        return {**super().facts(), "text": self.text.data or ""}


class AnswerForm(Creating):
    """The answer to a proposal. Taking it up makes an item of it."""

    answer = ChoiceField(
        _l("Answer"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[
            SelectChoice("take_up", _l("Put on an agenda")),
            SelectChoice("postpone", _l("Postpone")),
            SelectChoice("decline", _l("Decline with a reason")),
        ],
        widget=ListWidget(prefix_label=False),
        option_widget=RadioInput(),
    )
    meeting_id = ChoiceField(_l("Agenda of"), coerce=lambda value: int(value) if value else None)
    reason = text(_l("Reason"), limit=2000, description=_l("The person who proposed it reads this."))

    def __init__(self, coming: list[Meeting], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.meeting_id.choices = [
            SelectChoice(
                meeting.id,
                _("%(meeting)s, %(when)s", meeting=meeting.title, when=dates.when(meeting.starts_at)),
            )
            for meeting in coming
        ] or [SelectChoice("", _("There is no coming meeting"))]

    def validate_reason(self, field: Any) -> None:
        if self.answer.data == "decline" and not (field.data or "").strip():
            raise ValidationError(_l("Please say why, so that the person understands it."))


class CarryOverForm(Form):
    """What is taken over into an agenda."""

    keys = ChoicesField(_l("Take over"), validate_choice=False)
