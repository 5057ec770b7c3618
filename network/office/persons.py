"""Finding people by state, name and address, for the lists of the Office and of the administrators."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload

from network.people.models import Person, PersonState

STATES: dict[str, Any] = {
    PersonState.ADMITTED: _l("Members"),
    PersonState.INVITED: _l("Invited"),
    PersonState.APPLIED: _l("Applied"),
    PersonState.DECLINED: _l("Declined"),
    PersonState.LEFT: _l("Former members"),
}


def found(which: ColumnElement[bool], wanted: str) -> Select[tuple[Person]]:
    """Those of them in whose name or address all wanted words stand, by name, with their organisations."""
    query = select(Person).where(which, Person.removed_at.is_(None))
    for word in wanted.lower().split():
        query = query.where(
            or_(
                func.lower(Person.recorded_name).contains(word, autoescape=True),
                Person.email.contains(word, autoescape=True),
            )
        )
    return query.order_by(func.lower(Person.recorded_name)).options(selectinload(Person.affiliations))
