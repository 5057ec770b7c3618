"""The base of every form, and the fields that several features need."""

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flask import current_app, request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import TimeField as WtTimeField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    Optional,
    StopValidation,
    ValidationError,
)

# Characters that turn the direction of the text around them: they could make a name look like another.
DIRECTION_MARKS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
CONTROL = {code: None for code in range(32) if code not in (9, 10, 13)} | {127: None}
# Halves of signs, which JSON can carry and no database takes.
CONTROL |= dict.fromkeys(range(0xD800, 0xE000))


def clean_line(text: str | None) -> str:
    """One line: no control characters or direction overrides, single spaces, none at the ends."""
    if text is None:
        return ""
    return " ".join(text.translate(CONTROL).translate(DIRECTION_MARKS).split())


def clean_text(text: str | None) -> str:
    """Several lines: as `clean_line`, but line breaks stay."""
    if text is None:
        return ""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(CONTROL).translate(DIRECTION_MARKS)
    return "\n".join(line.rstrip() for line in lines.split("\n")).strip()


class Filled(DataRequired):
    """Something that can be seen: blanks and invisible signs alone are nothing."""

    def __call__(self, form: Any, field: Any) -> None:
        if any(unicodedata.category(sign)[0] not in "ZC" for sign in field.data or ""):
            return
        field.errors[:] = []
        raise StopValidation(self.message)


class Form(FlaskForm):
    """A form of ours: `facts()` are what the action is given."""

    not_facts: tuple[str, ...] = ("csrf_token",)

    class Meta(FlaskForm.Meta):
        """A form that was sent with nothing in it was sent all the same: its fields are empty, not absent."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, as forms send it and never as JSON; None if the form is only shown."""
            if formdata is not _Auto:
                return formdata
            if not form.is_submitted():
                return None
            return CombinedMultiDict([request.files, request.form]) if request.files else request.form

    def facts(self) -> dict[str, Any]:
        """The values by name, without the token."""
        return {name: value for name, value in self.data.items() if name not in self.not_facts}

    def refuse(self, errors: dict[str, list[Any]]) -> None:
        """Show what an action found wrong beside its fields, as if the form had found it."""
        for name, found in errors.items():
            field: Any = self._fields.get(name)
            if field is None:
                self.form_errors.extend(found)
            else:
                field.errors = [*field.errors, *found]


class Empty(Form):
    """A deed without facts."""


def new_key() -> str:
    """A name for one sending of a form that no other sending has."""
    return str(uuid4())


class KeyField(HiddenField):
    """Names one sending of a form. What cannot be a key is replaced by one, so that nobody gets stuck."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was sent if it can be a key."""
        given = clean_line(valuelist[0]) if valuelist else ""
        self.data = given if 8 <= len(given) <= 64 else new_key()


class Creating(Form):
    """A form by which something comes into being: sent twice, it comes into being once.

    The page names the sending, also with scripts off, and the view gives that name to the action, as
    `key=form.key.data`: a double click, or a repeat after a lost answer, leads to what the first one
    made. A script names it anew as soon as something else is typed. A form that comes back with errors
    keeps its name, since nothing came of it.
    """

    key = KeyField(default=new_key, render_kw={"data-controller": "once"})

    def facts(self) -> dict[str, Any]:
        """Without the name of the sending, which says nothing of what is made."""
        return {name: value for name, value in super().facts().items() if name != "key"}

    def refuse(self, errors: dict[str, list[Any]]) -> None:
        """Also what was sent before with other content, from a page that "back" brought again."""
        if "key" in errors:
            self.key.data = new_key()
            errors = {**errors, "key": [SENT_BEFORE]}
        super().refuse(errors)


SENT_BEFORE = _l(
    "This form has been sent once already, with other content, and that has been saved. "
    "If you want this as well, please send it again."
)


def line(label: Any, *, limit: int = 200, required: bool = True, **more: Any) -> StringField:
    """A line of text."""
    check: list[Any] = [
        Length(max=limit, message=_l("Please use at most %(max)d characters.")),
    ]
    check.insert(0, Filled(_l("Please fill this in.")) if required else Optional())
    return StringField(label, [*check, *more.pop("validators", [])], filters=[clean_line], **more)


def text(label: Any, *, limit: int = 10_000, required: bool = False, **more: Any) -> TextAreaField:
    """Text of several lines."""
    check: list[Any] = [Length(max=limit, message=_l("Please use at most %(max)d characters."))]
    check.insert(0, Filled(_l("Please fill this in.")) if required else Optional())
    return TextAreaField(label, [*check, *more.pop("validators", [])], filters=[clean_text], **more)


def minutes(label: Any, *, required: bool = False, most: int = 600, **more: Any) -> IntegerField:
    """A duration in whole minutes, 0 to `most`."""

    def within(form: Any, field: Any) -> None:
        if field.data is not None and not 0 <= field.data <= most:
            raise ValidationError(_l("Please give a number from 0 to %(most)s.", most=most))

    check: list[Any] = [InputRequired(_l("Please fill this in.")) if required else Optional(), within]
    return IntegerField(label, check, **more)


class DayField(DateField):
    """A calendar day as `2026-11-26`, or as people write it: 26.11.2026."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%d.%m.%Y"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Please give a date, for example 2026-11-26.")) from None
        if self.data and not 1900 <= self.data.year <= 2200:
            raise ValueError(_l("Please give a date between 1900 and 2200."))


class ClockField(WtTimeField):
    """A time of day as `17:00`."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        super().__init__(label, validators, format=["%H:%M", "%H:%M:%S"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_l("Please give a time, for example 17:00.")) from None


class _InOurWords:
    """Before a field of choices: what is not offered is refused with its own sentence."""

    not_offered: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)  # type: ignore[misc]  # of the field that comes after
        except ValueError:
            raise ValueError(self.not_offered) from None

    def pre_validate(self, form: Any) -> None:
        try:
            super().pre_validate(form)  # type: ignore[misc]  # as above
        except ValidationError:
            raise ValidationError(self.not_offered) from None


class ChoiceField(_InOurWords, SelectField):
    """One of several."""

    not_offered = _l("Please choose one of the entries.")


class ChoicesField(_InOurWords, SelectMultipleField):
    """Several of several."""

    not_offered = _l("Please choose from the entries.")


def whole_or_none(value: Any) -> int | None:
    """For `coerce`: an id, or None for the empty choice. Raises ValueError for anything else."""
    if value in (None, "", "None"):
        return None
    return int(value)


def zone() -> ZoneInfo:
    """The network's time zone."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def moment(day: date, clock: Any) -> datetime:
    """A day and a time of the network's zone as a moment in UTC.

    Raises ValidationError for a time that does not exist, when clocks go forward. Of a time that
    comes twice, when they go back, the first is meant.
    """
    local = datetime.combine(day, clock, zone())
    there = local.astimezone(UTC)
    if there.astimezone(zone()).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(
            _l("This time does not exist on that day, because the clocks go forward. Please choose another.")
        )
    return there


def each_filled(fields: Iterable[Field]) -> bool:
    """Whether all of them were filled in without an error so far."""
    return all(field.data not in (None, "") and not field.errors for field in fields)
