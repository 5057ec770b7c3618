"""What is entered about needs."""

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError

from network import dates
from network.directory.models import Municipality, Topic
from network.forms import ChoiceField, Creating, Form, line, text, whole_or_none
from network.groups.models import Group
from network.loop.picking import named, thing_named
from network.needs.actions import MOST_LANGUAGES
from network.needs.lists import target_groups, voices_of
from network.needs.models import Need, NeedState, TargetGroup
from network.needs.said import clashing, digest, present
from network.people.forms import checks, spoken_languages
from network.people.models import Person
from network.texts import folded
from network.things import whole

CHOOSE = _l("Please choose one of the entries.")
LONGEST_SEEN = 1000  # characters of what a form remembers
LONGEST_WORDS = 300  # characters of the sentence with which somebody sees a need too


def voices(person: Person) -> list[SelectChoice]:
    """For whom somebody may speak: their organisations, and themself where that is so."""
    names = {one.organisation_id: one.organisation.name for one in person.affiliations}
    return [
        SelectChoice(id or "", names[id] if id else _l("As an engaged citizen")) for id in voices_of(person)
    ]


def _voice(label: Any) -> ChoiceField:
    return ChoiceField(label, coerce=whole_or_none)


class _SaysWhatIsMissing(Form):
    """What is said of a need, whoever says it."""

    title = line(
        _l("What is missing?"),
        limit=160,
        description=_l("In one sentence, for example: no German course with child care."),
    )
    topic_id = ChoiceField(_l("Topic"), [InputRequired(CHOOSE)], coerce=whole_or_none)
    municipality_id = ChoiceField(_l("Municipality"), [Optional()], coerce=whole_or_none)
    place = line(
        _l("Where exactly?"),
        limit=120,
        required=False,
        description=_l("A village, a quarter, a shelter, if it is not the whole municipality."),
    )
    target = ChoiceField(
        _l("Who needs it?"),
        choices=lambda: [SelectChoice(*one) for one in target_groups()],
        default=TargetGroup.EVERYBODY.value,
    )
    languages = checks(_l("In which languages?"), spoken_languages)
    text = text(
        _l("What did you see?"),
        limit=3000,
        description=_l("How often, since when, what people do instead."),
    )
    group_id = ChoiceField(_l("It came up in the group"), [Optional()], coerce=whole_or_none)

    def __init__(
        self,
        topics: Sequence[Topic],
        municipalities: Sequence[Municipality],
        groups: Sequence[Group],
        *args: Any,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.topic_id.choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(topic.id, topic.name) for topic in topics),
        ]
        self.municipality_id.choices = [
            SelectChoice("", _l("The whole district")),
            *(SelectChoice(one.id, one.name) for one in municipalities),
        ]
        self.group_id.choices = [
            SelectChoice("", _l("In no group")),
            *(SelectChoice(group.id, group.name) for group in groups),
        ]

    def validate_languages(self, field: Any) -> None:
        """Who needs it in all languages needs it in no certain one."""
        if len(field.data or ()) > MOST_LANGUAGES:
            raise ValidationError(_l("Please choose at most %(most)s languages.", most=MOST_LANGUAGES))


class ObserveForm(_SaysWhatIsMissing, Creating):
    """A need that is observed."""

    organisation_id = _voice(_l("You say it for"))
    origin_id = HiddenField(filters=[whole])  # the message that it was made from

    def __init__(self, person: Person, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.organisation_id.choices = voices(person)


class _SeenField(HiddenField):
    """Digests of what the form showed, by the names of its fields; nothing from whoever did not read it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = _seen(valuelist[0]) if valuelist else {}

    def _value(self) -> str:
        return json.dumps(self.data or {}, separators=(",", ":"))


def _seen(said: str) -> dict[str, str]:
    try:
        found = json.loads(said) if len(said) <= LONGEST_SEEN else None
    except (ValueError, RecursionError):
        return {}
    kept = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in kept if isinstance(value, str)}


class ChangeForm(_SaysWhatIsMissing):
    """A need that is said better: knows what it showed, so that nobody overwrites unseen."""

    seen = _SeenField()

    def compare(self, need: Need) -> list[tuple[Any, str]]:
        """What others have set meanwhile where something else is typed: (label, what they set).

        What only they changed is shown in its field. Whoever sends the form again has seen both.
        """
        seen, there = self.seen.data or {}, present(need)
        typed = {name: value for name, value in self.facts().items() if name in there}
        both = clashing(need, seen, typed)
        for name, value in typed.items():
            if digest(value) == seen.get(name):
                self[name].data = there[name]
        self.seen.data = seen_of(need)
        return [(self[name].label.text, _in_words(self[name], there[name])) for name in both]


def seen_of(need: Need) -> dict[str, str]:
    """What a form remembers of a need that it shows."""
    return {name: digest(value) for name, value in present(need).items()}


def _in_words(field: Any, value: Any) -> str:
    """A value as the form shows it: what it says itself, or the labels of its choices."""
    if not hasattr(field, "choices"):
        return str(value or "–")
    chosen = value if isinstance(value, list) else [value or ""]
    labels = [str(choice.label) for choice in field.choices if choice.value in chosen]
    return dates.comma().join(labels) or "–"


class SupportForm(Form):
    """That somebody sees a need too."""

    organisation_id = _voice(_l("You say it for"))
    words = text(
        _l("What do you see?"),
        limit=LONGEST_WORDS,
        description=_l("In a sentence; members of the network read it."),
        render_kw={"rows": 2},
    )

    def __init__(self, person: Person, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.organisation_id.choices = voices(person)

    def take_along(self, need: Need, *, title: str, text: str) -> None:
        """Make a sentence of what somebody wrote who was about to observe a need that is this one."""
        said = [title, text] if folded(title) != folded(need.title) else [text]
        self.words.data = "\n".join(filter(None, said))
        if len(self.words.data) > LONGEST_WORDS:
            self.words.errors = [_l("Please use at most %(max)d characters.", max=LONGEST_WORDS)]


class DeclineForm(Form):
    """Why a need is not taken on."""

    reason = text(
        _l("Reason"),
        limit=2000,
        required=True,
        description=_l("Whoever observed it, and all who see it too, read this."),
        render_kw={"rows": 4},
    )


class ReopenForm(Form):
    """Why a need is open again."""

    reason = text(
        _l("Why is it missing again?"),
        limit=2000,
        required=True,
        description=_l("Whoever observed it, and all who see it too, read this."),
        render_kw={"rows": 4},
    )


class MergeForm(Form):
    """Of which need it becomes a part."""

    into_id = ChoiceField(_l("The need that stays"), [InputRequired(CHOOSE)], coerce=whole_or_none)

    def __init__(self, needs: Sequence[Need], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.into_id.choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(need.id, _what_it_is(need)) for need in needs),
        ]


def _what_it_is(need: Need) -> Any:
    """Its title; of one that waits also what becomes of it if it is chosen."""
    if need.state != NeedState.REPORTED:
        return need.title
    return _l("%(title)s (waits, and is confirmed with this)", title=need.title)


class MeetForm(Form):
    """By what a need is met."""

    words = text(
        _l("By what is it met?"),
        limit=2000,
        required=True,
        description=_l("For example: since September there is a course with child care, Tuesdays at nine."),
        render_kw={"rows": 4},
    )
    by = line(
        _l("Address of the page that shows it"),
        limit=500,
        required=False,
        description=_l("A decision, a paragraph of minutes, a goal: copy it from the address bar."),
    )

    def validate_by(self, field: Any) -> None:
        """Whether it is one of our pages; whether the thing may be seen is asked by the action."""
        if field.data and thing_named(field.data) is None:
            raise ValidationError(_l("There is no such page, or it is not open to you."))

    def facts(self) -> dict[str, Any]:
        """The words, the id that the address names, and the place on its page if one is meant."""
        id, place, _type = (named(self.by.data) if self.by.data else None) or (None, "", "")
        return {"words": self.words.data, "by_id": id, "place": place}
