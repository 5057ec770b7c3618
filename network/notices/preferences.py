"""What people have chosen, for many at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from network.extensions import db
from network.notices.models import DEFAULTS, GroupPreferences, Preferences
from network.notices.times import is_quiet


@dataclass(frozen=True)
class Choices:
    """The choices of some people."""

    general: dict[int, Preferences]
    special: dict[tuple[int, int], GroupPreferences]

    def often(self, person_id: int, group_id: int | None, kind: str) -> str:
        """How often a person wants to hear of this kind in a group; None is what holds for all groups."""
        found = self.special.get((person_id, group_id)) if group_id is not None else None
        special = getattr(found, kind) if found is not None else ""
        general = self.general.get(person_id)
        return str(special or (getattr(general, kind) if general is not None else DEFAULTS[kind]))

    def is_quiet(self, person_id: int, at: datetime) -> bool:
        """Whether the person is not to be written to at this moment."""
        found = self.general.get(person_id)
        return found is not None and is_quiet(found.quiet_from, found.quiet_until, at)


def of(person_ids: Iterable[int]) -> Choices:
    """What these people have chosen, in two statements."""
    ids = set(person_ids)
    general = db.session.scalars(select(Preferences).where(Preferences.person_id.in_(ids)))
    special = db.session.scalars(select(GroupPreferences).where(GroupPreferences.person_id.in_(ids)))
    return Choices(
        {row.person_id: row for row in general},
        {(row.person_id, row.group_id): row for row in special},
    )
