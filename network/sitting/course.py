"""Where a meeting stands: which item is on, for how long, what comes next, and when it will be over.

All times are absolute and stored with the meeting, so nothing has to tick: whoever looks computes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from network.dates import day, local
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState, planned_with
from network.things import now

EARLY = timedelta(hours=2)
LEFT = (ItemState.DONE, ItemState.POSTPONED)


@dataclass(frozen=True)
class Course:
    """A meeting at one moment."""

    meeting: Meeting
    at: datetime

    @property
    def current(self) -> AgendaItem | None:
        """The item that is on."""
        return self.meeting.current

    @property
    def following(self) -> AgendaItem | None:
        """The item that `next` opens: the first planned one after the current or last one, else the first."""
        planned = [item for item in self.meeting.agenda if item.state == ItemState.PLANNED]
        place = self.current or self.last
        after = [item for item in planned if place is None or item.position > place.position]
        return next(iter(after or planned), None)

    @property
    def last(self) -> AgendaItem | None:
        """The item that was left last."""
        left = [item for item in self.meeting.agenda if item.last_left_at is not None]
        return max(left, key=lambda item: (item.last_left_at, item.position), default=None)

    @property
    def of(self) -> int:
        """How many items the agenda has, sub-items not counted."""
        return len(self.meeting.items)

    @property
    def begun(self) -> list[AgendaItem]:
        """The items that have been on, the newest first."""
        found = [item for item in self.meeting.agenda if item.first_opened_at is not None]
        return sorted(found, key=lambda item: (item.first_opened_at, item.position), reverse=True)

    @property
    def open_items(self) -> list[AgendaItem]:
        """The items that nobody has come to yet."""
        return [item for item in self.meeting.agenda if item.state == ItemState.PLANNED]

    @property
    def seconds(self) -> int:
        """How long the current item has been on, pauses left out."""
        return self.current.seconds_spent(self.at) if self.current else 0

    @property
    def seconds_left(self) -> int:
        """What the plan still gives to all that is not done, from now on."""
        return sum(self._left_of(item, subs) for item, subs in self.meeting.families)

    @property
    def seconds_after(self) -> int:
        """Seconds that are left for what comes once the item that is on has used up its time.

        At any later moment the end to be expected is the later one of `ends_at` and that moment plus these.
        While the clock stands still, or no item is on, time that passes is added in full.
        """
        if self.current is None or self.is_paused or not self.meeting.running:
            return self.seconds_left
        above = self.current.above or self.current
        subs = above.subs
        return self.seconds_left - self._left_of(above, subs) + self._still_to_come(subs)

    def _left_of(self, item: AgendaItem, subs: list[AgendaItem]) -> int:
        """Of an item with its sub-items: the plan for all of them, without what has been spent.

        Whatever was spent, the sub-items still to come keep their own time.
        """
        family = [item, *subs]
        if all(one.state in LEFT for one in family):
            return 0
        spent = sum(one.seconds_spent(self.at) for one in family)
        given_up = sum(one.planned_minutes for one in subs if one.state == ItemState.POSTPONED)
        planned = planned_with(item, subs)
        return max((planned - given_up) * 60 - spent, self._still_to_come(subs), 0)

    def _still_to_come(self, subs: list[AgendaItem]) -> int:
        """Seconds planned for the sub-items that nobody has come to yet."""
        return 60 * sum(sub.planned_minutes for sub in subs if sub.state == ItemState.PLANNED)

    @property
    def ends_at(self) -> datetime:
        """When the meeting will be over if the rest keeps to the plan."""
        begins = self.meeting.starts_at if self.meeting.coming else self.at
        return begins + timedelta(seconds=self.seconds_left)

    @property
    def expected_end(self) -> datetime:
        """The same to the minute, rounded up."""
        whole = self.ends_at.replace(second=0, microsecond=0)
        return whole if whole == self.ends_at else whole + timedelta(minutes=1)

    @property
    def minutes_late(self) -> int:
        """Minutes by which the expected end is after the planned one; never less than 0."""
        return max(0, round((self.expected_end - self.meeting.ends_at).total_seconds() / 60))

    @property
    def is_near(self) -> bool:
        """Whether the meeting begins within the hour, or should have begun."""
        return self.at >= self.meeting.starts_at - timedelta(hours=1)

    @property
    def is_early(self) -> bool:
        """Whether there is so much time left that somebody may have opened the meeting by mistake."""
        return self.at < self.meeting.starts_at - EARLY

    @property
    def end_day(self) -> str:
        """The day on which the meeting is expected to end, unless that is today."""
        return "" if local(self.expected_end).date() == local(self.at).date() else day(self.expected_end)

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.meeting.state == MeetingState.PAUSED


def course_of(meeting: Meeting, at: datetime | None = None) -> Course:
    """The course of a meeting, now unless said otherwise."""
    return Course(meeting, at or now())


Meeting.further_faces += [("bar", "sitting/_bar.html"), ("badge", "sitting/_badge.html")]
