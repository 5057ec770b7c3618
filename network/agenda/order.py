"""The order of an agenda: 1, 2, 3 without gaps, sub-items one level down."""

from collections import defaultdict

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.changes import Invalid, Stale
from network.extensions import db
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting


class Order:
    """The items of one agenda as rows read now, to be put in another order under the meeting's lock."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.tops: list[AgendaItem] = []
        self.subs: dict[int, list[AgendaItem]] = defaultdict(list)
        for item in db.session.scalars(
            select(AgendaItem)
            .where(AgendaItem.parent_id == meeting.id, AgendaItem.removed_at.is_(None))
            .order_by(AgendaItem.place, AgendaItem.sub_place, AgendaItem.id)
        ):
            if item.under_id is None:
                self.tops.append(item)
            else:
                self.subs[item.under_id].append(item)

    def find(self, id: int) -> AgendaItem:
        """An item of this agenda. Raises Stale if it is not there (any more)."""
        for item in [*self.tops, *(sub for subs in self.subs.values() for sub in subs)]:
            if item.id == id:
                return item
        raise Stale(_l("This item is no longer on the agenda. Please look at the page again."))

    def list_of(self, item: AgendaItem) -> list[AgendaItem]:
        """The list in which an item stands: that of the agenda, or of the item above it."""
        return self.tops if item.under_id is None else self.subs[item.under_id]

    def put(self, item: AgendaItem, *, under: AgendaItem | None, at: int | None = None) -> None:
        """Put an item at an index of a list, or at its end."""
        if under is not None and (under.under_id is not None or under is item or self.subs[item.id]):
            raise Invalid(under=_l("Sub-items stand one level down and have no sub-items of their own."))
        here = self.list_of(item)
        if item in here:
            here.remove(item)
        item.under_id = under.id if under is not None else None
        there = self.list_of(item)
        there.insert(len(there) if at is None else at, item)

    def append(self, item: AgendaItem) -> None:
        """Put a new item at the end, yet before any other business, which closes a meeting."""
        last = self.tops[-1] if self.tops else None
        closes = (
            last is not None
            and last.kind == ItemKind.OTHER_BUSINESS
            and last.state == ItemState.PLANNED
            and item.kind != ItemKind.OTHER_BUSINESS
        )
        self.tops.insert(len(self.tops) - int(closes), item)

    def begin_with(self, item: AgendaItem) -> None:
        """Put a new item at the beginning, after the welcome if there is one."""
        at = 0
        while at < len(self.tops) and self.tops[at].kind == ItemKind.FORMALITY:
            at += 1
        self.tops.insert(at, item)

    def take_out(self, item: AgendaItem) -> None:
        """Leave an item out; what stands under it goes with it."""
        self.list_of(item).remove(item)

    def write(self) -> None:
        """Number everything anew, without gaps."""
        for place, item in enumerate(self.tops, 1):
            item.place, item.sub_place = place, 0
            for sub_place, sub in enumerate(self.subs[item.id], 1):
                sub.place, sub.sub_place = place, sub_place
        db.session.expire(self.meeting, ["agenda"])
