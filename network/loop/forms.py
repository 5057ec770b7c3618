"""What is entered about links."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from network.discussions.titles import thing_at
from network.forms import ChoiceField, Creating, line
from network.loop.models import LinkKind

PATH = re.compile(r"(?:/[\w-]+){1,6}", re.ASCII)
PLACE = re.compile(r"[\w-]{1,80}", re.ASCII)


class LinkForm(Creating):
    """What a thing has to do with the page whose address is given."""

    kind = ChoiceField(
        _l("What have they to do with each other?"),
        [InputRequired(_l("Please choose one of the entries."))],
        choices=[SelectChoice(kind.value, kind.label) for kind in LinkKind],
    )
    to = line(
        _l("Address of the other page"),
        limit=500,
        description=_l("Copy it from the address bar: a goal, a decision, an action, minutes, a discussion."),
    )

    def validate_to(self, field: Any) -> None:
        """Whether it is one of our pages; whether the thing may be seen is asked by the action."""
        if thing_at(field.data) is None:
            raise ValidationError(_l("There is no such page, or it is not open to you."))

    def facts(self) -> dict[str, Any]:
        """The kind, the id that the address names, and the place on its page if one is meant."""
        named = thing_at(self.to.data)
        parts = urlsplit(self.to.data)
        meant = bool(PLACE.fullmatch(parts.fragment)) and PATH.fullmatch(parts.path)
        return {
            "kind": self.kind.data,
            "to_id": named[0] if named else 0,
            "place": f"{parts.path}#{parts.fragment}" if meant else "",
        }
