"""How the demo network is kept a good place: what was reported, judged and objected to, and what waits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from network import dates
from network.demo.cast import Cast
from network.demo.content import moment, read
from network.demo.story import Story
from network.discussions import actions as discussions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.moderation import actions, rules
from network.moderation.models import ModerationCase
from network.moderation.settings import change_settings

Told = Mapping[str, Any]


def add_moderation(story: Story) -> None:
    """Let words be watched, and every thread with its cases take its course."""
    told = read("moderation")
    story.add(story.present - timedelta(days=20), partial(_watch, story.cast, told["words"]))
    for thread in told["threads"]:
        _Upkeep(story, thread).add()


def _watch(cast: Cast, words: list[str]) -> None:
    kept = rules.settings()
    change_settings(
        cast.office,
        cast.network,
        words=words,
        objection_days=kept.objection_days,
        first_posts=kept.first_posts,
        first_seconds=kept.first_seconds,
    )


class _Upkeep:
    """One thread, and the cases that came of its messages."""

    def __init__(self, story: Story, told: Told) -> None:
        self.story, self.told = story, told
        self.cast: Cast = story.cast
        self.thread_id = 0

    def add(self) -> None:
        """Put everything into the story at its time."""
        today = dates.local(self.story.present).date()
        for line in self.told["messages"]:
            when = moment(today - timedelta(days=line["days"]), line["at"])
            case = _Case(self, line)
            self.story.add(when, case.say)
            case.add(when)

    def say(self, who: str, text: str) -> int:
        """Begin the thread, or go on in it. Returns the id of the message."""
        person = self.cast.people[who]
        if self.thread_id:
            posted: Message = discussions.post(person, db.session.get_one(Thread, self.thread_id), text=text)
            return posted.id
        group = self.cast.groups[self.told["group"]]
        self.thread_id = discussions.start(person, group, title=self.told["title"], text=text).id
        return db.session.query(Message).filter_by(thread_id=self.thread_id).one().id  # type: ignore[no-any-return]


class _Case:
    """One message: who reports it, and what those who moderate do about it."""

    def __init__(self, upkeep: _Upkeep, line: Told) -> None:
        self.upkeep, self.line = upkeep, line
        self.message_id = 0

    def say(self) -> None:
        """The message itself."""
        self.message_id = self.upkeep.say(self.line["who"], self.line["text"])

    def add(self, when: datetime) -> None:
        """Reports come some hours after the message, each step some hours after what was before it."""
        story, reported = self.upkeep.story, when
        for report in self.line.get("reports", []):
            reported = when + timedelta(hours=report["hours"])
            story.add(reported, partial(self.report, report))
        for step in self.line.get("steps", []):
            if "minutes_ago" in step:
                reported = story.present - timedelta(minutes=step["minutes_ago"])
            else:
                reported += timedelta(hours=step["hours"])
            story.add(reported, partial(self.take, step))

    def report(self, told: Told) -> None:
        """Somebody finds that it breaks a rule."""
        actions.report(self._person(told), self._message, rule=told["rule"], text=told["text"])

    def take(self, step: Told) -> None:
        """A step of those who moderate, or of the person whom it concerns."""
        if step["do"] == "open":
            actions.open_case(self._person(step), self._message)
            return
        case = db.session.query(ModerationCase).filter_by(target_id=self.message_id).one()
        if step["do"] == "claim":
            actions.claim(self._person(step), case)
        elif step["do"] == "object":
            actions.object_to(self._person(self.line), case, text=step["text"])
        elif step["do"] == "answer":
            judge = self._person(step)
            actions.answer(judge, case, version=case.version, falls=step["falls"], text=step["text"])
        else:
            self.decide(case, step)

    def decide(self, case: ModerationCase, step: Told) -> None:
        """A decision; a silence lasts from now on for the days that are told."""
        days = step.get("until_days")
        until = self.upkeep.story.present + timedelta(days=days) if days else None
        actions.decide(
            self._person(step),
            case,
            version=case.version,
            measure=step["measure"],
            rule=step["rule"],
            text=step["text"],
            until=until,
        )

    @property
    def _message(self) -> Message:
        return db.session.get_one(Message, self.message_id)  # type: ignore[no-any-return]

    def _person(self, told: Told) -> Any:
        return self.upkeep.cast.people[told["who"]]
