"""What is asked about corrections, the approval, addenda and publications."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import BooleanField, HiddenField, IntegerField, SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from network.approval import snapshot
from network.approval.models import Audience
from network.approval.passages import Passage
from network.approval.reading import mark
from network.approval.veil import LONGEST_WORD, MOST_WORDS
from network.dates import comma
from network.forms import ChoiceField, ChoicesField, Creating, Form, line
from network.forms import text as long_text
from network.minutes.content import things_named
from network.texts import summary

LONGEST_PARAGRAPH = 10_000
RELOAD = _l("Please load the page again.")
KINDS = {  # of passages that are no paragraph of a text
    "decision": _l("Decision"),
    "action": _l("Action"),
    "title": _l("Title of the item"),
    "meeting": _l("Title of the meeting"),
    "guest": _l("Guest"),
    "reason": _l("Why the action was dropped"),
    "approval": _l("Result of the approval"),
}


def _paragraphs(texts: list[str], none: Any) -> list[Any]:
    """The paragraphs of an item that say something themselves as choices, the empty one last."""
    named = {mark(text): summary(text, 80) or "–" for text in texts if not things_named(text)}
    return [*(SelectChoice(value, words) for value, words in named.items()), SelectChoice("", none)]


class CorrectionForm(Creating):
    """How a paragraph should read, and why."""

    paragraph = ChoiceField(_l("Which paragraph?"), validate_choice=False)
    proposed = long_text(
        _l("How it should read"),
        limit=LONGEST_PARAGRAPH,
        description=_l("Left empty, the paragraph is left out."),
    )
    reason = long_text(_l("Why?"), required=True, limit=1_000)

    def __init__(self, texts: list[str], **more: Any) -> None:
        super().__init__(**more)
        self.paragraph.choices = _paragraphs(texts, _l("None: something is missing"))

    def validate(self, extra_validators: Any = None) -> bool:
        """What is missing has to be said."""
        right: bool = super().validate(extra_validators)
        if right and not self.paragraph.data and not self.proposed.data:
            self.proposed.errors = [_l("Please fill this in.")]
            return False
        return right

    def facts(self) -> dict[str, Any]:
        """As the action takes them; a field that was not sent is empty."""
        return {name: value or "" for name, value in super().facts().items()}


class TakeForm(Form):
    """What shall stand in place of which paragraph, if whoever takes a correction says so."""

    paragraph = ChoiceField(_l("In place of which paragraph?"), validate_choice=False)
    wording = long_text(_l("What shall stand there"), limit=LONGEST_PARAGRAPH)

    def __init__(self, texts: list[str], **more: Any) -> None:
        super().__init__(**more)
        self.paragraph.choices = _paragraphs(texts, _l("None: add it at the end"))

    def facts(self) -> dict[str, Any]:
        """Nothing where the button was pressed that takes it as it was proposed."""
        if "wording" not in request.form:
            return {}
        return {"wording": self.wording.data or "", "paragraph": self.paragraph.data or None}


class DeclineForm(Form):
    """Why a correction is not taken."""

    answer = long_text(
        _l("Why is it not taken?"),
        required=True,
        limit=1_000,
        description=_l("Whoever proposed it reads this."),
    )


class ApproveForm(Form):
    """How the meeting decided, and which text was looked at."""

    seen = HiddenField(validators=[Length(max=64)])
    result = line(
        _l("With which result?"),
        required=False,
        description=_l("For example: by consensus, or 14 yes, 3 no, 2 abstentions."),
    )

    def facts(self) -> dict[str, Any]:
        """The one click on an agenda has not looked at the text here, and says nothing of it."""
        return {"result": self.result.data or "", "seen": self.seen.data or None}


class AddendumForm(Creating):
    """What is put right later, where, and why."""

    version = IntegerField(validators=[InputRequired(RELOAD)])
    paragraph = ChoiceField(_l("Which paragraph does it put right?"))
    text = long_text(_l("How it should read"), required=True, limit=LONGEST_PARAGRAPH)
    reason = long_text(_l("Why?"), required=True, limit=1_000)

    def __init__(self, content: snapshot.Content, **more: Any) -> None:
        super().__init__(**more)
        words = snapshot.worded(content)
        self.paragraph.choices = [
            SelectChoice("", _l("None: it is something further")),
            *(
                SelectChoice(one["id"], f"{item['number']}: {summary(words[one['id']], 80)}")
                for item in content["items"]
                for one in item["paragraphs"]
            ),
        ]


class PublishForm(Creating):
    """For whom, and which further words are left out of what the public reads."""

    version = IntegerField(validators=[InputRequired(RELOAD)])
    audience = ChoiceField(_l("Who may read them?"))
    left_out = long_text(
        _l("Further words to leave out"),
        limit=MOST_WORDS * LONGEST_WORD,
        description=_l(
            "One on each line. They are left out everywhere: whoever is called so is not named in the"
            " attendance either. In place of the surname of somebody who was there stands the organisation,"
            " in place of anything else “…”."
        ),
    )

    def __init__(self, audiences: list[Audience], **more: Any) -> None:
        super().__init__(**more)
        self.audience.choices = [SelectChoice(one.value, one.label) for one in audiences]

    def validate_left_out(self, field: Any) -> None:
        """So many words, and none of them a page long."""
        words = self.words()
        if len(words) > MOST_WORDS or any(len(word) > LONGEST_WORD for word in words):
            raise ValidationError(
                _l(
                    "Please give at most %(most)s words of at most %(longest)s characters.",
                    most=MOST_WORDS,
                    longest=LONGEST_WORD,
                )
            )

    def words(self) -> list[str]:
        """What stands on the lines."""
        lines = (self.left_out.data or "").split("\n")
        return list(dict.fromkeys(word for one in lines if (word := " ".join(one.split()))))

    def facts(self) -> dict[str, Any]:
        """With the words one by one."""
        return {**super().facts(), "left_out": self.words()}


class ErasePassagesForm(Form):
    """Which passages of approved minutes are erased, and why."""

    version = IntegerField(validators=[InputRequired(RELOAD)])
    chosen = ChoicesField(_l("Which passages?"), [InputRequired(_l("Please choose from the entries."))])
    reason = long_text(
        _l("Reason"),
        limit=500,
        required=True,
        description=_l(
            "It stands in place of each passage, and the public reads it too. Please do not repeat here what"
            " is erased."
        ),
    )
    sure = BooleanField(
        _l("I understand that this cannot be undone"), [InputRequired(_l("Please confirm this."))]
    )

    def __init__(self, found: Sequence[Passage], **more: Any) -> None:
        super().__init__(**more)
        both = Markup("<bdi>{}</bdi> – <bdi>{}</bdi>")  # each of them may run the other way
        self.chosen.choices = [
            SelectChoice(one.id, both.format(_named(one), summary(one.text, 160) or "–")) for one in found
        ]

    def facts(self) -> dict[str, Any]:
        """Without the box that only makes sure."""
        return {name: value for name, value in super().facts().items() if name != "sure"}


def _named(passage: Passage) -> Markup | str:
    """Of which item it is, and what kind of passage."""
    if passage.kind == "addendum":
        return str(_l("Addendum %(number)s", number=passage.id.rpartition("-")[2]))
    if passage.kind == "text":
        return passage.place
    kind = KINDS[passage.kind]
    return Markup("<bdi>{}</bdi>{}{}").format(passage.place, comma(), kind) if passage.place else str(kind)


class WithdrawForm(Form):
    """Why what was published is withdrawn."""

    reason = long_text(_l("Why are they withdrawn?"), required=True, limit=1_000)
