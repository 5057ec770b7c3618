"""What can be found: groups, meetings, items, minutes, decisions and actions; and what results show."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from network import search
from network.dates import when
from network.discussions.models import Message
from network.drafts.markdown import without_lines
from network.extensions import db
from network.groups import news
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting
from network.minutes.models import Action, Decision, ItemMinutes
from network.people.models import Person
from network.things import Thing

search.index(
    Group,
    _l("Groups"),
    title=lambda group: group.name,
    outside=lambda group: group.purpose,
    text=lambda group: group.mode,
    icon="users-group",
)
search.index(
    Meeting,
    _l("Meetings"),
    title=lambda meeting: meeting.title,
    text=lambda meeting: f"{meeting.place}\n\n{meeting.note}",
    found=lambda meeting: not meeting.is_template,
    icon="calendar-event",
)
search.index(
    AgendaItem,
    _l("Agenda items"),
    title=lambda item: item.title,
    text=lambda item: item.text,
    icon="list-numbers",
)
search.index(
    ItemMinutes,
    _l("Minutes"),
    title=lambda part: part.parent.title,
    text=lambda part: without_lines(part.text),  # the decisions and actions are found themselves
    icon="notes",
)
search.index(
    Decision,
    _l("Decisions"),
    title=lambda decision: decision.citation,
    text=lambda decision: f"{decision.text}\n\n{decision.plain}",
    icon="gavel",
)
search.index(
    Action,
    _l("Actions"),
    title=lambda action: "",
    text=lambda action: action.text,
    icon="checkbox",
)


@dataclass(frozen=True)
class Result:
    """A line of the results."""

    thing: Thing
    title: str
    place: str  # where it stands: the group, or the meeting and its group; who said it, and when
    snippet: Markup
    icon: str


def results(hits: search.Found, ids: list[int]) -> list[Result]:
    """What the page shows of these hits, in their order: at most five statements for any number."""
    held: list[Thing] = news.things(ids)
    above = held
    for _step in range(3):  # an item's minutes -> the item -> its meeting -> its group
        above = news.things(thing.parent_id for thing in above if not isinstance(thing, Group))
        held = held + above
    said = {thing.person_id for thing in held if isinstance(thing, Message)}
    if said:  # all who wrote, in one statement
        held += db.session.scalars(select(Person).where(Person.id.in_(said))).all()
    found = []
    for id in ids:
        thing = db.session.get(Thing, id)
        if thing is not None and hits.shows(thing):
            source = search.sources()[thing.type]
            texts = [source.outside(thing), source.text(thing)]
            title = source.title(thing) or str(thing.label)
            snippet = search.snippet(texts, hits.words)
            found.append(Result(thing, title, _place(thing), snippet, source.icon))
    return found


def _place(thing: Any) -> str:
    """The names of the group and the meeting in which it stands; of what somebody said, who and when."""
    names: list[str] = [thing.person.name, when(thing.created_at)] if isinstance(thing, Message) else []
    above = thing if isinstance(thing, Group) else thing.parent
    while above is not None and not isinstance(above, Group | Meeting):
        above = above.parent
    if isinstance(above, Meeting):
        if above is not thing:
            names.append(above.title)
        names.append(above.parent.name)
    elif above is not thing and above is not None:
        names.append(above.name)
    return ", ".join(names)
