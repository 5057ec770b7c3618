"""The stage with its readers and listeners, for tests that share one."""

from flask import Flask

from network.extensions import db, limiter
from network.people.models import Affiliation
from tests.clients import Ear, Reader, reader_of
from tests.permission_rows.stage import Stage
from tests.permission_rows.words import GROUP_MEMBER, LEAD, VISITOR


class Playing(Stage):
    """The stage, and for each column somebody who reads pages and somebody who listens."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app
        self._readers = {who: reader_of(app, person) for who, person in self.people.items()}
        self._ears: dict[str, Ear] = {}

    def begin(self) -> None:
        """Hinder nobody by what others did before."""
        limiter.reset()
        self._ears.clear()
        for who, house in ((LEAD, self.world.school), (GROUP_MEMBER, self.world.parish)):
            if house.id not in self[who].organisation_ids:  # they have changed what they belong to
                db.session.add(Affiliation(person_id=self[who].id, organisation_id=house.id))
                db.session.commit()

    def reader(self, who: str, *, newcomer: bool = False) -> Reader:
        """A browser of this column; visitors come with a new one each time."""
        if who == VISITOR:
            return self.app.test_client()  # type: ignore[return-value]  # see tests/conftest.py
        if newcomer:
            return reader_of(self.app, self.newcomer())
        return self._readers[who]

    def ear(self, who: str) -> Ear:
        """A socket of this column."""
        if who not in self._ears:
            self._ears[who] = Ear(self.app, self.reader(who))
        return self._ears[who]
