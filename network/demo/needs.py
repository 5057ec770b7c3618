"""The needs of the demo network: observed, seen by others, confirmed, taken up by goals, met or not."""

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from network.demo.cast import Cast
from network.demo.content import read
from network.demo.goals import Goals
from network.demo.scenes import at_once
from network.demo.story import Story
from network.directory.models import Municipality, Topic
from network.extensions import db
from network.loop.actions import link
from network.needs import actions
from network.needs.models import Need
from network.people.models import OfficeDesk, Person
from network.things import at

Told = dict[str, Any]
CONFIRMED = 1.5  # days after it was observed


class Needs:
    """The needs by their keys, as they come into being."""

    def __init__(self, story: Story, goals: Goals) -> None:
        self.story = story
        self.cast: Cast = story.cast
        self.goals = goals
        self.ids: dict[str, int] = {}
        self.places = {one.name: one.id for one in db.session.scalars(select(Municipality))}
        self.topics = {one.slug: one.id for one in db.session.scalars(select(Topic))}

    def tell(self, told: Told) -> None:
        """Add the scenes of one need."""
        self._at(told["days"], self._begin, told)
        if "goal" in told:
            self._at(told["goal"][1], self._serve, told)
        for what, scene in (("met", self._meet), ("declined", self._decline), ("merged", self._merge)):
            if what in told:
                self._at(told[what][0], scene, told)

    def _at(self, days: float, scene: Any, *given: Any) -> None:
        self.story.add(self.story.present - timedelta(days=days), partial(scene, *given))

    def need(self, key: str) -> Need:
        """A need that has been told of."""
        found: Need = db.session.get(Need, self.ids[key])  # type: ignore[assignment]  # it is there
        return found

    def _begin(self, told: Told) -> None:
        self.ids[told["key"]] = at_once(self.cast.network, self._observe, told).id

    def _observe(self, told: Told) -> Need:
        """From what somebody saw to what others say of it, in one go."""
        by = self.cast.people[told["by"]]
        group = self.cast.groups.get(told.get("group", ""))
        need: Need = actions.observe(
            by,
            OfficeDesk.the(),
            organisation_id=_voice(by),
            title=told["title"],
            text=told["text"],
            topic_id=self.topics[told["topic"]],
            municipality_id=self.places.get(told["place"]),
            place=told.get("where", ""),
            target=told["target"],
            languages=told.get("languages", []),
            group_id=group.id if group else None,
        )
        if "waits" in told or "declined" in told:
            return need
        with at(self._day(told["days"] - CONFIRMED)):
            actions.confirm(self.cast.office, need)
        for key, days, words in told["seen"]:
            person = self.cast.people[key]
            with at(self._day(days)):
                actions.support(person, need, organisation_id=_voice(person), words=words)
        return need

    def _day(self, days: float) -> Any:
        return self.story.present - timedelta(days=days)

    def _serve(self, told: Told) -> None:
        goal = self.goals.goal(told["goal"][0])
        link(self.cast.office, goal, to_id=self.ids[told["key"]], kind="serves")

    def _meet(self, told: Told) -> None:
        _days, words, *by = told["met"]
        by_id = self.cast.organisations[by[0]].id if by else None
        actions.meet(self.cast.office, self.need(told["key"]), words=words, by_id=by_id)

    def _decline(self, told: Told) -> None:
        actions.decline(self.cast.office, self.need(told["key"]), reason=told["declined"][1])

    def _merge(self, told: Told) -> None:
        into = self.ids[told["merged"][1]]
        actions.merge(self.cast.office, OfficeDesk.the(), need_id=self.ids[told["key"]], into_id=into)


def _voice(person: Person) -> int | None:
    return person.organisation.id if person.organisation else None


def add_needs(story: Story, goals: Goals) -> None:
    """Let people see what is missing, and tell what became of it."""
    needs = Needs(story, goals)
    for need in read("needs")["needs"]:
        needs.tell(need)
