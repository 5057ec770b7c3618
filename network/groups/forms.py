"""What is asked about a group and about people's places in it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from wtforms import HiddenField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from network import dates
from network.directory.models import Topic
from network.extensions import db
from network.forms import (
    ChoiceField,
    ChoicesField,
    Creating,
    DayField,
    Form,
    clean_line,
    line,
    text,
    whole_or_none,
    zone,
)
from network.groups.models import Approval, Group, GroupKind, Joining, Membership, Place, Visibility
from network.people.models import Person, PersonState
from network.texts import folded
from network.things import now, whole

MOST_FOUND = 20  # people that a search by name shows


class ChecksField(ChoicesField):
    """Several of several, as boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PeopleForm(Form):
    """Chooses people: `look_for` finds them by name and offers them as boxes, those chosen so far stay.

    A form below names its field of people in `chosen`.
    """

    chosen = "people"
    look_for = StringField(_l("Find people by name"), [Optional(), Length(max=100)], filters=[clean_line])

    not_facts = ("csrf_token", "look_for")

    def offer(self, without: Iterable[int] = ()) -> None:
        """Fill in the boxes: who was chosen so far, and who is found. People `without` cannot be chosen."""
        field: Any = self[self.chosen]
        so_far = {id for value in field.raw_data or () if (id := whole(value))}
        self.found_nobody = False
        ids = dict.fromkeys(sorted(so_far))
        if self.look_for.data:
            found = [id for id in found_by_name(self.look_for.data) if id not in without]
            self.found_nobody = not found
            ids.update(dict.fromkeys(found))
        people = db.session.scalars(
            select(Person)
            .where(Person.id.in_(ids), Person.state == PersonState.ADMITTED)
            .options(selectinload(Person.affiliations))
        ).all()
        field.choices = [
            SelectChoice(person.id, _described(person))
            for person in sorted(people, key=lambda person: list(ids).index(person.id))
        ]


def _described(person: Person) -> str:
    organisation = person.organisation
    return dates.comma().join([person.name, organisation.name]) if organisation else str(person.name)


def found_by_name(wanted: str) -> list[int]:
    """Ids of admitted people whose name has all the words, folded as in searching.

    A network has at most some thousand people: comparing their names here is quicker than an index is worth.
    """
    words = folded(wanted).split()
    names = db.session.execute(
        select(Person.id, Person.recorded_name).where(Person.state == PersonState.ADMITTED, ~Person.nameless)
    )
    found = [(name, id) for id, name in names if all(word in folded(name) for word in words)]
    return (
        [id for _name, id in sorted(found, key=lambda pair: pair[0].casefold())[:MOST_FOUND]] if words else []
    )


class GroupForm(Form):
    """What a group says of itself. Its facts are those of `change`."""

    name = line(_l("Name of the group"), limit=120)
    purpose = text(
        _l("Purpose"),
        limit=2000,
        required=True,
        description=_l(
            "In one to three sentences: what for, and for whom. Others see this before they join."
        ),
    )
    topics = ChecksField(_l("Topics"), coerce=int)
    mode = text(
        _l("Mode of operation"),
        limit=5000,
        description=_l("How often you meet, how you decide, how minutes are approved, who does what."),
    )
    approval = ChoiceField(
        _l("How minutes are approved"),
        choices=[SelectChoice(way.value, way.label) for way in Approval],
        default=Approval.MEETING.value,
    )
    visibility = ChoiceField(
        _l("Who sees the group"),
        choices=[SelectChoice(seen.value, seen.label) for seen in Visibility],
        default=Visibility.NETWORK.value,
    )
    joining = ChoiceField(
        _l("How one joins"),
        choices=[SelectChoice(way.value, way.label) for way in Joining],
        default=Joining.REQUEST.value,
    )
    short_name = line(
        _l("Short name for citing decisions"),
        limit=40,
        required=False,
        description=_l("“Language” gives “Language 2026/07”. Left empty, the name of the group is taken."),
    )
    kind = ChoiceField(_l("Kind"), choices=[SelectChoice(kind.value, kind.label) for kind in GroupKind])

    def __init__(self, *args: Any, by_office: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        all_topics = db.session.scalars(select(Topic).order_by(Topic.place)).all()
        self.topics.choices = [SelectChoice(topic.id, topic.name) for topic in all_topics]
        if not by_office:
            del self.kind


class ChangeForm(GroupForm):
    """Changing a group: knows which version of it was read, so that nobody overwrites unseen."""

    version = HiddenField()

    def facts(self) -> dict[str, Any]:
        """Those of the group, and the version; None from whoever did not read the page."""
        given = self.version.data
        return {**super().facts(), "version": (whole(given) or 0) if given else None}

    def compare(self, group: Group) -> list[tuple[Any, str]]:
        """What others have saved meanwhile and differs from what is typed: (label, saved value).

        Whoever sends the form again has seen it.
        """
        saved = first_values(group)
        self.version.data = saved["version"]
        return [
            (field.label.text, _in_words(field, saved[field.name]))
            for field in self
            if field.name in saved and field.name != "version" and _differs(field.data, saved[field.name])
        ]


def _differs(typed: Any, saved: Any) -> bool:
    return sorted(typed or ()) != sorted(saved) if isinstance(saved, list) else (typed or "") != (saved or "")


def _in_words(field: Any, value: Any) -> str:
    """A value as the form shows it: what it says itself, or the labels of its choices."""
    if not hasattr(field, "choices"):
        return str(value or "–")
    chosen = value if isinstance(value, list) else [value]
    labels = [str(choice.label) for choice in field.choices if choice.value in chosen]
    return dates.comma().join(labels) or "–"


class NewGroupForm(Creating, GroupForm, PeopleForm):
    """A group and who leads it. Its facts are those of `create`."""

    chosen = "leads"
    leads = ChecksField(
        _l("Who leads the group"), [InputRequired(_l("Please choose who leads the group."))], coerce=int
    )

    not_facts = PeopleForm.not_facts


def _end_of(day: Any) -> datetime:
    """A guest may still take part on the last day."""
    return datetime(day.year, day.month, day.day, tzinfo=zone()) + timedelta(days=1)


class PlaceForm(Form):
    """A role in the group."""

    role = ChoiceField(_l("Role"), choices=[SelectChoice(place.value, place.label) for place in Place])
    until = DayField(_l("Guest until"), [Optional()], description=_l("The last day. Only for guests."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Guests need a last day to come."""
        right: bool = super().validate(extra_validators)
        if self.role.data == Place.GUEST and not self.until.errors:
            if self.until.data is None:
                self.until.errors = [_l("Please give the guest's last day.")]
                return False
            if _end_of(self.until.data) <= now():
                self.until.errors = [_l("Please give a day to come, until which the guest takes part.")]
                return False
        return right

    def facts(self) -> dict[str, Any]:
        """The role, and the moment at which a guest's last day is over."""
        given = super().facts()
        day = given["until"] if given["role"] == Place.GUEST else None
        return {**given, "until": _end_of(day) if day else None}


class InviteForm(Creating, PlaceForm, PeopleForm):
    """Who is asked into the group, as what, and with which words."""

    people = ChecksField(_l("People"), [InputRequired(_l("Please choose at least one person."))], coerce=int)
    text = text(_l("A sentence to go with it"), limit=1000)

    not_facts = PeopleForm.not_facts


class AskForm(Creating):
    """A request to join."""

    text = text(
        _l("A sentence about yourself"),
        limit=1000,
        description=_l(
            "Why you would like to join, and what you bring along. The leads of the group read it."
        ),
    )


class DeclineForm(Form):
    """Why a request is declined."""

    answer = text(
        _l("Reason"), limit=1000, required=True, description=_l("The person reads this in a letter.")
    )


class RemoveForm(Form):
    """Why somebody is taken out of the group."""

    reason = text(
        _l("Reason"), limit=1000, required=True, description=_l("The person reads this in a letter.")
    )


class LeaveForm(Form):
    """Leaving; whoever leads alone names who leads next."""

    successor = ChoiceField(_l("Who shall lead the group"), coerce=whole_or_none, validate_choice=False)

    def __init__(self, place: Membership, *args: Any, needs_successor: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        others = [other for other in place.parent.active_memberships if other.id != place.id]
        self.successor.choices = [
            SelectChoice("", _("Please choose")),
            *(SelectChoice(other.id, other.person.name) for other in others),
        ]
        if not needs_successor:
            del self.successor

    def facts(self) -> dict[str, Any]:
        """Who leads next, if that was asked."""
        return {"successor": self.successor.data if "successor" in self else None}


def first_values(group: Group) -> dict[str, Any]:
    """What the form for changing a group begins with."""
    names = ("name", "purpose", "mode", "approval", "visibility", "joining", "short_name", "kind")
    topics = [topic.id for topic in group.topics]
    return {name: getattr(group, name) for name in names} | {"topics": topics, "version": group.version}
