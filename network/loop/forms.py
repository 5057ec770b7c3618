"""What is entered about links."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectChoice
from wtforms.validators import ValidationError

from network.extensions import db
from network.forms import ChoiceField, Creating, line
from network.loop.picking import SENTENCES, is_meant, named
from network.things import Thing


class LinkForm(Creating):
    """What a thing has to do with another one, which was found, or whose address is given."""

    to = line(_l("What shall it be linked with?"), limit=500)
    kind = ChoiceField(
        _l("What have they to do with each other?"),
        choices=[
            SelectChoice("", _l("As it stands beside what you choose")),
            *(SelectChoice(way.value, said) for way, said in SENTENCES.items()),
        ],
    )
    here = HiddenField()

    def validate_to(self, field: Any) -> None:
        """Whether it is one of our pages; whether the thing may be seen is asked by the action."""
        address = named(field.data)
        other = db.session.get(Thing, address[0]) if address is not None else None
        if address is None or other is None or not is_meant(other, address[2]):
            raise ValidationError(_l("There is no such page, or it is not open to you."))

    def facts(self) -> dict[str, Any]:
        """The way, the id that the address names, and the place on its page if one is meant."""
        id, place, _type = named(self.to.data) or (0, "", "")
        return {"kind": self.kind.data or "", "to_id": id, "place": place}
