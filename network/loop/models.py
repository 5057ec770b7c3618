"""Links between the things of the loop: need, goal, item, discussion, decision, action, evidence, offer."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network.things import Labelled, Room, Thing, child_of, thing_id


class LinkKind(Labelled):
    """What a thing has to do with another one, as it is said at the first; see `BACK` for the other side."""

    SERVES = "serves", _l("Serves")
    ADOPTED_BY = "adopted_by", _l("Adopted by")
    DISCUSSED_IN = "discussed_in", _l("Discussed in")
    EVIDENCE = "evidence", _l("Shown by")
    MET_BY = "met_by", _l("Met by")
    FOLLOWS_FROM = "follows_from", _l("Follows from")


BACK = {
    LinkKind.SERVES: _l("Is served by"),
    LinkKind.ADOPTED_BY: _l("Adopts"),
    LinkKind.DISCUSSED_IN: _l("Is about"),
    LinkKind.EVIDENCE: _l("Shows"),
    LinkKind.MET_BY: _l("Meets"),
    LinkKind.FOLLOWS_FROM: _l("Led to"),
}


class Link(Thing):
    """That a thing (`parent`) has to do with another one. Told at both; the journal keeps what is removed."""

    id: Mapped[int] = thing_id()
    to_id: Mapped[int] = mapped_column(ForeignKey("thing.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    # Said of the other one: a decision that adopts a goal is linked with a goal that is adopted by it.
    turned: Mapped[bool] = mapped_column(default=False)
    # The place on a page of ours that was meant, such as a paragraph of minutes; else the page is.
    place: Mapped[str] = mapped_column(String(300), default="")
    # The same of where it begins.
    here: Mapped[str] = mapped_column(String(300), default="")

    parent: Mapped[Thing] = child_of("Thing")
    to: Mapped[Thing] = relationship(
        primaryjoin="foreign(Link.to_id) == remote(Thing.id)", foreign_keys=[to_id], viewonly=True
    )
    placing = frozenset()
    # Said from below: called with links, the ids of those among them that must stay.
    kept: ClassVar[list[Callable[[Sequence["Link"]], set[int]]]] = []
    sentences = {
        "linked": _l("%(who)s linked “%(what)s” with something else"),
        "unlinked": _l("%(who)s took a link off “%(what)s”"),
        "linked again": _l("%(who)s brought back a link of “%(what)s”"),
    }

    @property
    def label(self) -> str:
        return self.parent.label

    def words(self, *, forward: bool) -> Any:
        """What the thing at its beginning has to do with the one at its end; not `forward`: the other way."""
        kind = LinkKind(self.kind)
        return kind.label if forward != self.turned else BACK[kind]

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """What it leads to is not for everybody: a page of the thing alone is drawn anew."""
        return [("", "")] if self.parent.owns_room and room.id == self.parent.room_id else []

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent)]
