"""What somebody who plans a meeting should know, without being kept from it."""

from collections import defaultdict
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import holidays
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from network import dates
from network.directory.models import Network
from network.extensions import db
from network.groups.models import Group, Membership
from network.meetings import policy
from network.meetings.models import Meeting, MeetingState
from network.people.models import Person

COUNTRY = "DE"  # the states of `Network.state` are those of ISO 3166-2:DE
TAKES_PLACE = (MeetingState.DRAFT, MeetingState.ANNOUNCED, MeetingState.RUNNING, MeetingState.PAUSED)
MOST_NAMES = 5


def warnings(user: Any, meeting: Meeting) -> list[str]:
    """All that speaks against a meeting as it is planned now, as sentences for this user."""
    found = warnings_of_time(user, meeting.parent, meeting.starts_at, meeting.ends_at, but=meeting)
    over = meeting.planned_sum - meeting.planned_length
    if over > 0:
        found.append(
            ngettext(
                "The items take one minute more than the meeting lasts.",
                "The items take %(num)s minutes more than the meeting lasts.",
                over,
            )
        )
    return found


def warnings_of_time(
    user: Any, group: Group, starts_at: datetime, ends_at: datetime, *, but: Meeting | None = None
) -> list[str]:
    """What speaks against a time: public holidays, and other meetings of the same people."""
    found = []
    day = dates.local(starts_at).date()
    holiday = holiday_on(day)
    if holiday:
        found.append(_("%(day)s is a public holiday: %(holiday)s.", day=dates.day_long(day), holiday=holiday))
    return found + clashes(user, group, starts_at, ends_at, but=but)


def holiday_on(day: date) -> str | None:
    """The public holiday on that day in the network's state, in the reader's language, if there is one."""
    network = Network.the()
    state = network.state.removeprefix(f"{COUNTRY}-") if network else ""
    return _holidays(state, day.year, get_locale().language).get(day)


@lru_cache(maxsize=64)
def _holidays(state: str, year: int, language: str) -> dict[date, str]:
    names = {"de": "de", "uk": "uk"}.get(language, "en_US")
    known = state in holidays.country_holidays(COUNTRY).subdivisions
    return dict(
        holidays.country_holidays(COUNTRY, subdiv=state if known else None, years=year, language=names)
    )


def clashes(
    user: Any, group: Group, starts_at: datetime, ends_at: datetime, *, but: Meeting | None = None
) -> list[str]:
    """Other meetings at that time of people of this group.

    Which meeting it is and who they are is said only of meetings that the user may see; of all others
    how many people are held up.
    """
    mine, theirs = aliased(Membership, flat=True), aliased(Membership, flat=True)
    who = aliased(Person, flat=True)
    other, who = aliased(Meeting, flat=True), aliased(Person, flat=True)  # all four are things
    rows = db.session.execute(
        select(other, who)
        .select_from(other)
        .join(theirs, theirs.group_id == other.parent_id)
        .join(mine, mine.person_id == theirs.person_id)
        .join(who, who.id == theirs.person_id)
        .where(
            mine.group_id == group.id,
            *(condition for place in (mine, theirs) for condition in _active(place, starts_at)),
            other.starts_at < ends_at,
            other.ends_at > starts_at,
            other.state.in_(TAKES_PLACE),
            other.removed_at.is_(None),
            ~other.is_template,
            other.id != (but.id if but is not None else 0),
        )
        .order_by(other.starts_at, other.id, who.name)
        .options(joinedload(other.parent))
    ).all()
    people: dict[Meeting, list[Person]] = defaultdict(list)
    for meeting, person in rows:
        people[meeting].append(person)
    seen = [meeting for meeting in people if policy.may_read(user, meeting)]
    found = [_clash(group, meeting, people[meeting]) for meeting in seen]
    unseen = {person.id for meeting in people if meeting not in seen for person in people[meeting]}
    if unseen:
        found.append(
            ngettext(
                "One person of this group has another meeting at this time.",
                "%(num)s people of this group have another meeting at this time.",
                len(unseen),
            )
        )
    return found


def _active(place: Any, at: datetime) -> tuple[Any, Any]:
    return place.removed_at.is_(None), or_(place.until.is_(None), place.until > at)


def _clash(group: Group, meeting: Meeting, people: list[Person]) -> str:
    if meeting.parent_id == group.id:
        return _("At this time the group already has “%(meeting)s”.", meeting=meeting.title)
    names = ", ".join(person.name for person in people[:MOST_NAMES])
    if len(people) > MOST_NAMES:
        names = _("%(names)s and others", names=names)
    return _(
        "At this time there is “%(meeting)s” of the group %(group)s, with %(names)s.",
        meeting=meeting.title,
        group=meeting.parent.name,
        names=names,
    )
