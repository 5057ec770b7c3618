"""The goals of the demo network: drafted, adopted by decisions, reported on, reviewed, achieved."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import select

from network import dates
from network.demo.cast import Cast
from network.demo.content import read
from network.demo.scenes import at_once
from network.demo.story import Story
from network.directory.models import Topic
from network.extensions import db
from network.goals import actions, adopting, plans, tending, writing
from network.goals.models import Goal, GoalPlan, ProgressReport
from network.loop.actions import link
from network.people.models import Person

Told = dict[str, Any]
BASELINE = timedelta(days=10)  # before the adoption
CONSENTED = timedelta(days=2)  # before the adoption


class Goals:
    """The goals by their keys, as they come into being."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.cast: Cast = story.cast
        self.ids: dict[str, int] = {}

    def tell(self, told: Told) -> None:
        """Add the scenes of one goal."""
        began = told.get("adopted") or told.get("proposed") or told["draft"]
        self._at(began, self._begin, told)
        for days, value, note in told.get("reports", []):
            self._at(days, self._report, told, value, note)
        if "shown_by" in told:
            days, decision = told["shown_by"]
            self._at(days, self._show, told, decision)
        if "corrected" in told:
            which, was, reason = told["corrected"]
            days = told["reports"][which][0]
            self._at(days - 2, self._correct, told, Decimal(str(was)), reason)
        if "review" in told:
            self._at(told["review"][0], self._review, told)
        if "health" in told:
            self._at(3, self._say_health, told)
        for _title, _due, reached in told.get("milestones", []):
            if reached is not None:
                self._at(reached, self._reach, told, _title)
        if "end" in told:
            self._at(told["end"][0], self._end, told)

    def _at(self, days: float, scene: Any, *given: Any) -> None:
        self.story.add(self.story.present - timedelta(days=days), partial(scene, *given))

    def goal(self, key: str) -> Goal:
        """A goal that has been told of."""
        found: Goal = db.session.get(Goal, self.ids[key])  # type: ignore[assignment]  # it is there
        return found

    def _begin(self, told: Told) -> None:
        group = self.cast.groups[told["group"]]
        self.ids[told["key"]] = at_once(group, self._plan, told).id

    def _plan(self, told: Told) -> Goal:
        """From the draft to the adoption, as far as it has come, in one go."""
        group, by = self.cast.groups[told["group"]], self.cast.people[told["by"]]
        today = dates.today()
        end = dates.local(self.story.present).date() + timedelta(days=told["due"])
        goal: Goal = actions.draft_goal(by, group, title=told["title"])
        facts: dict[str, Any] = {
            "indicator": told["indicator"],
            "unit": told["unit"],
            "baseline": Decimal(told["baseline"]),
            "baseline_on": today - BASELINE,
            "target": None if told["target"] is None else Decimal(told["target"]),
            "target_on": end,
            "source": told["source"],
            "topics": [topic.id for topic in self._topics(told)],
            "organisations": [self.cast.organisations[key].id for key in told.get("organisations", [])],
            "milestones": [
                (title, dates.local(self.story.present).date() + timedelta(days=due))
                for title, due, _reached in told.get("milestones", [])
            ],
        }
        if told.get("owner"):
            facts["owner_id"] = self.cast.people[told["owner"]].id
        if told.get("serves"):
            facts |= {"serves_id": self.ids[told["serves"]], "weight": told["weight"]}
        actions.change_goal(by, goal, **facts)
        for part, text in writing.texts_of(goal).items():
            if told[part]:
                actions.write_text(by, text, words=told[part], revision=0)
        if "draft" in told:
            return goal
        plan: GoalPlan = actions.propose_goal(by, goal)
        if "adopted" not in told:
            return goal
        adopting.consent(self.cast.office, plan, said="given")
        adopting.adopt(self._lead(told), plan, **self._how(told))
        if told.get("public"):
            tending.publish(self._lead(told), goal, public=True)
        if "decision" in told:
            self._link_with_minutes(told, goal)
        return goal

    def _link_with_minutes(self, told: Told, goal: Goal) -> None:
        """With the sentence in the minutes that the decision came of."""
        item = self.story.decisions[told["decision"]].parent
        place = f"/meetings/{item.parent_id}/minutes#text-{item.id}-1"
        link(self._lead(told), goal, to_id=item.id, kind="discussed_in", place=place)

    def _topics(self, told: Told) -> list[Topic]:
        """Its own ones, where those of its group say less of it."""
        if "topics" not in told:
            return list(self.cast.groups[told["group"]].topics)
        return list(db.session.scalars(select(Topic).where(Topic.slug.in_(told["topics"]))))

    def _lead(self, told: Told) -> Person:
        return self.cast.leads[told["group"]]

    def _how(self, told: Told) -> dict[str, Any]:
        """By which decision of the group it was adopted, else how."""
        if "procedure" in told:
            return {"procedure": told["procedure"]}
        return {"decision_id": self.story.decisions[told["decision"]].id}

    def _report(self, told: Told, value: float, note: str) -> None:
        by = self.cast.people[told.get("owner") or told["by"]]
        today = dates.today()
        tending.report(by, self.goal(told["key"]), value=Decimal(str(value)), on=today, note=note)

    def _last_report(self, told: Told) -> ProgressReport | None:
        reports = select(ProgressReport).where(ProgressReport.goal_id == self.ids[told["key"]])
        return db.session.scalars(reports.order_by(ProgressReport.id.desc())).first()

    def _show(self, told: Told, decision: str) -> None:
        """A decision is the evidence of what was reported last."""
        report = self._last_report(told)
        if report is not None:
            link(self._lead(told), report, to_id=self.story.decisions[decision].id, kind="evidence")

    def _correct(self, told: Told, was: Decimal, reason: str) -> None:
        report = self._last_report(told)
        if report is not None:
            by = self._lead(told)
            tending.correct(by, report, value=was, on=report.on, note=report.note, reason=reason)

    def _review(self, told: Told) -> None:
        tending.review(self._lead(told), self.goal(told["key"]), note=told["review"][1])

    def _say_health(self, told: Told) -> None:
        health, reason = told["health"]
        by = self.cast.people[told["owner"]]
        tending.say_health(by, self.goal(told["key"]), health=health, reason=reason)

    def _reach(self, told: Told, title: str) -> None:
        goal = self.goal(told["key"])
        milestone = next(one for one in writing.milestones_of(goal) if one.title == title)
        tending.reach(self.cast.people[told["owner"]], milestone, reached_on=dates.today())

    def _end(self, told: Told) -> None:
        _days, state, reason = told["end"]
        tending.end(self._lead(told), self.goal(told["key"]), state=state, reason=reason)

    def amend(self, told: Told) -> None:
        """Somebody wants a goal to have more time."""
        goal = self.goal(told["goal"])
        wanted = writing.present_plan(goal)
        assert goal.target_on is not None
        wanted["target_on"] = plans.written(goal.target_on + timedelta(days=told["move_due"]))
        adopting.amend(self.cast.people[told["by"]], goal, reason=told["reason"], **wanted)


def add_goals(story: Story) -> Goals:
    """Let the groups set themselves goals, and tell what became of them."""
    told, goals = read("goals"), Goals(story)
    for goal in told["goals"]:
        goals.tell(goal)
    change = told["amendment"]
    story.add(story.present - timedelta(days=change["days"]), partial(goals.amend, change))
    return goals
