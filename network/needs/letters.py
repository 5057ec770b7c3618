"""What those who see a need are told of it, each in their language: a step of an action."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network.extensions import db
from network.goals.models import Goal
from network.goals.policy import may_read
from network.needs.models import Need
from network.people.letters import KINDS, write_if_wanted
from network.people.models import Person

KINDS.setdefault("needs", _l("What becomes of needs that I observed or see too"))

SUBJECTS: dict[str, Callable[[str], Any]] = {
    "confirmed": lambda title: _l("The need “%(title)s” is confirmed", title=title),
    "declined": lambda title: _l("The need “%(title)s” was not taken on", title=title),
    "merged": lambda title: _l("The need “%(title)s” is now part of another one", title=title),
    "taken up": lambda title: _l("A goal takes up the need “%(title)s”", title=title),
    "met": lambda title: _l("The need “%(title)s” is met", title=title),
    "reopened": lambda title: _l("The need “%(title)s” is open again", title=title),
}


def people_of(need: Need) -> list[Person]:
    """Whoever observed it, and all who said that they see it too, here or where it was merged from."""
    people = {need.person.id: need.person} | {one.person.id: one.person for one in need.supports}
    further = {id for one in need.supports for id, _words in one.merged} - people.keys()
    if further:
        found = db.session.scalars(select(Person).where(Person.id.in_(further)).order_by(Person.id))
        people |= {person.id: person for person in found}
    return [person for person in people.values() if person.is_active]


def tell(
    need: Need, news: str, actor: Any, people: Iterable[Person] | None = None, goals: Sequence[Goal] = ()
) -> None:
    """Write to them what became of it; not to whoever did it. Goals are named to those who may read them."""
    for person in people if people is not None else people_of(need):
        if person.id != actor.id:
            readable = [goal for goal in goals if may_read(person, goal)]
            facts = {"about": need, "need": need, "news": news, "goals": readable}
            write_if_wanted(person, "needs", "need_news", SUBJECTS[news](need.title), **facts)
