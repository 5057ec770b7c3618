"""What is entered about links."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from network.forms import Creating, line
from network.loop.picking import named, thing_named


class LinkForm(Creating):
    """What a thing has to do with another one, which was found, or whose address is given."""

    to = line(_l("What shall it be linked with?"), limit=500)
    kind = HiddenField()
    here = HiddenField()

    def validate_to(self, field: Any) -> None:
        """Whether it is one of our pages; whether the thing may be seen is asked by the action."""
        if thing_named(field.data) is None:
            raise ValidationError(_l("There is no such page, or it is not open to you."))

    def facts(self) -> dict[str, Any]:
        """The way, the id that the address names, and the place on its page if one is meant.

        The page asks beside each thing what it would be; without scripts all of these are sent.
        """
        id, place, _type = named(self.to.data) or (0, "", "")
        kind = request.form.get(f"kind_{id}", "") or self.kind.data or ""
        return {"kind": kind, "to_id": id, "place": place}
