"""What members wish to see on an agenda."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.people.models import Person
from network.things import Thing, UTCDateTime, child_of, thing_id

PROPOSAL_STATES = {
    "open": _l("Open"),
    "taken_up": _l("On the agenda"),
    "postponed": _l("Postponed"),
    "declined": _l("Declined"),
    "withdrawn": _l("Withdrawn"),
}


class AgendaProposal(Thing):
    """An item that a member wishes for; the lead takes it up, postpones it or declines it with a reason."""

    id: Mapped[int] = thing_id()
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    planned_minutes: Mapped[int] = mapped_column(default=0)
    # open, taken_up, postponed, declined, withdrawn
    state: Mapped[str] = mapped_column(String(20), default="open")
    reason: Mapped[str] = mapped_column(Text, default="")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    parent: Mapped[Group] = child_of("Group")
    item: Mapped[AgendaItem | None] = relationship(
        primaryjoin="AgendaProposal.item_id == AgendaItem.id", foreign_keys=[item_id]
    )
    person: Mapped[Person] = relationship(
        primaryjoin="AgendaProposal.person_id == Person.id", foreign_keys=[person_id]
    )
    sentences = {
        "proposed": _l("%(who)s proposed “%(what)s”"),
        "taken up": _l("%(who)s put the proposal “%(what)s” on the agenda"),
        "postponed": _l("%(who)s postponed the proposal “%(what)s”"),
        "declined": _l("%(who)s declined the proposal “%(what)s”"),
        "withdrawn": _l("%(who)s withdrew the proposal “%(what)s”"),
    }
    placing = frozenset({"proposed"})

    @property
    def waiting(self) -> bool:
        """Whether it is still to be answered, now or later."""
        return self.state in ("open", "postponed")

    @property
    def state_label(self) -> Any:
        """Its state in words."""
        return PROPOSAL_STATES[self.state]

    @classmethod
    def look(cls) -> list[Any]:
        return [
            joinedload(cls.person),
            joinedload(cls.item).joinedload(AgendaItem.parent),
            joinedload(cls.parent),
        ]


# The head of the agenda, with the sum of its minutes, is heard with the meeting.
Meeting.further_faces.append(("agenda_head", "agenda/_agenda_head.html"))
