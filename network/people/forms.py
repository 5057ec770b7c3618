"""What people fill in about themselves, to sign in, and to come into the network."""

import re
from typing import Any

from babel import Locale
from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.fields import EmailField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from network.directory.forms import kinds
from network.forms import (
    ChoiceField,
    ChoicesField,
    Creating,
    Filled,
    Form,
    clean_line,
    line,
    text,
    whole_or_none,
)
from network.people import passwords
from network.people.addresses import LONGEST, NO_ADDRESS, normal
from network.people.letters import KINDS
from network.people.models import Person
from network.texts import in_alphabet

PLEASE = _l("Please fill this in.")

# Spoken in Germany by many, and by those who come: ISO 639 codes.
SPOKEN = tuple(
    re.findall(
        r"\w+",
        "am ar az be bg bn bs cs da de el en es fa ff fi fr ha he hi hr hu hy id it ja ka kk km kn ko ku "
        "ckb ky lt lv mk mn my ne nl no om pa pl ps pt prs ro rom ru rw sk sl so sq sr sv sw ta te tg th "
        "ti tk tl tr uk ur uz vi wo yo zh gsg ",
    )
)


def language_name(code: str) -> str:
    """A spoken language as the reader's language calls it; `gsg` is German Sign Language."""
    names: Any = Locale.parse(str(get_locale())).languages
    return str(names.get(code) or _OWN_NAMES.get(code) or code)


_OWN_NAMES = {
    "gsg": _l("German Sign Language"),
    "prs": _l("Dari"),
    "rom": _l("Romani"),
}


def spoken_languages() -> list[SelectChoice]:
    """All languages to choose from, by their names."""
    named = ((code, language_name(code)) for code in SPOKEN)
    return [SelectChoice(code, name) for code, name in sorted(named, key=lambda one: in_alphabet(one[1]))]


def interface_languages() -> list[SelectChoice]:
    """What the interface can speak, each in its own words."""
    return [
        SelectChoice(code, (Locale.parse(code).get_display_name(code) or code).capitalize())
        for code in current_app.config["LANGUAGES"]
    ]


def valid_address(form: Any, field: Any) -> None:
    """Lets pass what can be an e-mail address, whether or not it can be reached."""
    try:
        field.data = normal(field.data or "")
    except ValueError:
        raise ValidationError(NO_ADDRESS) from None


def address(label: Any, **more: Any) -> EmailField:
    """An e-mail address, in small letters."""
    return EmailField(
        label,
        [
            InputRequired(PLEASE),
            Length(max=LONGEST, message=_l("Please use at most %(max)d characters.")),
            valid_address,
        ],
        filters=[clean_line],
        **more,
    )


def checks(label: Any, choices: Any, **more: Any) -> ChoicesField:
    """Several of several, as boxes to tick."""
    return ChoicesField(
        label,
        [Optional()],
        choices=choices,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        **more,
    )


class NewPassword(Form):
    """A new password, judged by what it must not be."""

    not_facts: tuple[str, ...] = ("csrf_token", "password")
    password = PasswordField(
        _l("New password"),
        [InputRequired(PLEASE)],
        description=_l(
            "At least %(least)d characters. Three or four words that do not belong together"
            " are safe and easy to remember.",
            least=passwords.LEAST,
        ),
        render_kw={"autocomplete": "new-password", "maxlength": passwords.MOST},
    )
    own: tuple[str, ...] = ()  # what it must not be, set by the page

    def validate_password(self, field: Any) -> None:
        """The rules of `passwords.problem`; no rule about kinds of characters."""
        problem = passwords.problem(field.data, *self.own, *self._typed())
        if problem is not None:
            raise ValidationError(problem)

    def _typed(self) -> list[str]:
        """The name as it is in the same form."""
        return [field.data for field in self if field.name == "name" and field.data]


class SignInForm(Form):
    """E-mail and password. What is wrong with either is not told: only the two together fit or do not."""

    email = StringField(
        _l("E-mail address"),
        [InputRequired(PLEASE), Length(max=LONGEST)],
        filters=[clean_line],
        render_kw={"type": "email", "autocomplete": "username", "maxlength": LONGEST},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(PLEASE)], render_kw={"autocomplete": "current-password"}
    )
    kept = BooleanField(_l("Stay signed in on this device"))


class AskReset(Form):
    """For which address."""

    email = address(_l("E-mail address"), render_kw={"autocomplete": "username"})


class ResetForm(NewPassword):
    """Only the new password."""


class AcceptForm(NewPassword):
    """What an invited or admitted person says at the door."""

    name = line(_l("Your name"), limit=120, render_kw={"autocomplete": "name"})
    address = line(
        _l("How should we address you?"),
        limit=120,
        required=False,
        description=_l("In letters and on pages, for example: Ms Krämer, Dr. Haddad, or Olena."),
    )
    language = ChoiceField(_l("Language of pages and letters"), choices=interface_languages)


def needed_for_an_organisation(form: Any, field: Any) -> None:
    """Whoever comes for an organisation names it; citizens leave it empty."""
    if form.belongs.data == "organisation":
        Filled(PLEASE)(form, field)


class ApplyForm(Form):
    """The wish for an account. `website` is a trap for programs: people do not see it."""

    not_facts = ("csrf_token", "website", "belongs")
    name = line(_l("Your name"), limit=120, render_kw={"autocomplete": "name"})
    email = address(_l("E-mail address"), render_kw={"autocomplete": "email"})
    belongs = RadioField(
        _l("How do you take part?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[
            SelectChoice("organisation", _l("For an organisation")),
            SelectChoice("citizen", _l("As an engaged citizen")),
        ],
        validate_choice=False,
    )
    organisation = StringField(
        _l("Name of the organisation"),
        [
            needed_for_an_organisation,
            Length(max=160, message=_l("Please use at most %(max)d characters.")),
        ],
        filters=[clean_line],
    )
    organisation_kind = ChoiceField(
        _l("Kind of organisation"),
        default="",
        choices=lambda: [SelectChoice("", _l("Please choose")), *kinds()],
    )
    spoken = checks(_l("Languages that you speak"), spoken_languages)
    text = text(
        _l("What brings you to the network?"),
        limit=1000,
        required=True,
        description=_l("One or two sentences. The Coordination Office reads them."),
    )
    website = StringField(_l("Please leave this empty"))

    def validate_belongs(self, field: Any) -> None:
        """One of the two."""
        if field.data not in ("organisation", "citizen"):
            raise ValidationError(_l("Please choose one of the entries."))

    def validate_organisation_kind(self, field: Any) -> None:
        """Told as well, since it may be one that is not in the directory yet."""
        if self.belongs.data == "organisation" and not field.data:
            raise ValidationError(_l("Please choose one of the entries."))

    def facts(self) -> dict[str, Any]:
        """A citizen has no organisation, whatever stands in its fields."""
        given = super().facts()
        citizen = self.belongs.data == "citizen"
        if citizen:
            given |= {"organisation": "", "organisation_kind": ""}
        return {**given, "engaged_citizen": citizen}


class ProfileForm(Form):
    """What others read about a person. The choices of organisations are those the person has."""

    name = line(_l("Name"), limit=120, render_kw={"autocomplete": "name"})
    address = AcceptForm.address
    kept = checks(_l("My organisations"), [], coerce=int)
    main_organisation = ChoiceField(
        _l("Shown beside my name"), [Optional()], coerce=whole_or_none, choices=[]
    )
    further = line(
        _l("Add an organisation"),
        limit=160,
        required=False,
        description=_l("Choose from the list, or type a new name: the Coordination Office will add it."),
        render_kw={"list": "organisations", "autocomplete": "off"},
    )
    further_kind = ChoiceField(
        _l("Kind, if it is new here"),
        default="",
        choices=lambda: [SelectChoice("", _l("Please choose")), *kinds()],
    )
    engaged_citizen = BooleanField(_l("I take part as an engaged citizen"))
    spoken = checks(_l("Languages that I speak"), spoken_languages)
    named_in_minutes = BooleanField(_l("Published minutes may name me"))
    email_shown = BooleanField(_l("Members of the network may see my e-mail address"))

    def offer(self, person: Person) -> None:
        """Let the person choose among the organisations that they have."""
        own = [SelectChoice(a.organisation_id, a.organisation.name) for a in person.affiliations]
        self.kept.choices = own
        self.main_organisation.choices = own
        if not self.is_submitted():
            self.kept.data = [choice.value for choice in own]
            self.main_organisation.data = own[0].value if own else None


class PhotoForm(Form):
    """A picture of oneself."""

    photo = FileField(
        _l("Choose a picture"),
        description=_l("JPEG, PNG or WebP, at most 8 MB. It is cut to a square and freed of hidden data."),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )


class PasswordAsked(Form):
    """The present password, to make sure that it is oneself who acts."""

    not_facts: tuple[str, ...] = ("csrf_token", "present")
    present = PasswordField(
        _l("Your present password"), [InputRequired(PLEASE)], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(PasswordAsked, NewPassword):
    """A new password in place of the present one."""

    not_facts = ("csrf_token", "present", "password")


class EmailForm(Creating, PasswordAsked):
    """A new address."""

    email = address(_l("New e-mail address"), render_kw={"autocomplete": "email"})


class LettersForm(Form):
    """Which letters one wants."""

    wanted = checks(
        _l("Send me by e-mail"), lambda: [SelectChoice(kind, label) for kind, label in KINDS.items()]
    )


def letters_form(person: Any, **more: Any) -> LettersForm:
    """As the person has it now, or as it was sent (unless `formdata` is None)."""
    return LettersForm(wanted=[kind for kind in KINDS if kind not in person.unwanted_letters], **more)


class InterfaceForm(Form):
    """Language and theme."""

    language = ChoiceField(_l("Language of pages and letters"), choices=interface_languages)
    theme = ChoiceField(
        _l("Appearance"),
        choices=lambda: [
            SelectChoice("", _l("As on this device")),
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
        ],
    )


class LeaveForm(PasswordAsked):
    """Leaving, and what becomes of the name."""

    become = RadioField(
        _l("What becomes of your name?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[
            SelectChoice("former", _l("“Former member” stands in its place")),
            SelectChoice("name", _l("It stays beside what I wrote")),
        ],
        validate_choice=False,
    )

    def validate_become(self, field: Any) -> None:
        """One of the two."""
        if field.data not in ("former", "name"):
            raise ValidationError(_l("Please choose one of the entries."))
