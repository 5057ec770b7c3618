"""What the people of the demo network say to each other."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

from network.dates import local
from network.demo.cast import Cast
from network.demo.content import read
from network.demo.story import Story
from network.discussions import actions, care
from network.discussions.models import Message, Thread
from network.extensions import db

BEGINS, ENDS = timedelta(hours=7, minutes=30), timedelta(hours=20, minutes=30)  # of a day, in local time


def add_discussions(story: Story) -> None:
    """Let every thread be begun, continued and settled, each message at its hour."""
    for told in read("discussions")["threads"]:
        _Talk(story, told).add()


def by_day(when: datetime, present: datetime) -> datetime:
    """An hour at which people are awake, whenever the demo is begun; what came first comes first.

    A day of 24 hours becomes one from half past seven to half past eight in the evening. Of today only the
    night is moved, to yesterday's late evening: the rest of today is not over yet.
    """
    at = local(when)
    midnight = datetime.combine(at.date(), time(), at.tzinfo)
    passed = (at - midnight) / timedelta(days=1)
    if at.date() < local(present).date():
        return (midnight + BEGINS + passed * (ENDS - BEGINS)).astimezone(UTC)
    if at - midnight >= BEGINS:
        return when
    return (midnight - timedelta(days=1) + ENDS + passed * timedelta(hours=5)).astimezone(UTC)


class _Talk:
    """One thread and its messages, as they come to be."""

    def __init__(self, story: Story, told: Mapping[str, Any]) -> None:
        self.story, self.told = story, told
        self.cast: Cast = story.cast
        self.said: list[int] = []  # ids of messages

    def add(self) -> None:
        for line in self.told["messages"]:
            when = by_day(self.story.present - timedelta(hours=line["hours"]), self.story.present)
            self.story.add(when, partial(self.say, line))
        if self.told.get("resolved"):
            self.story.add(when, self.settle)

    def say(self, line: Mapping[str, Any]) -> None:
        who = self.cast.people[line["who"]]
        if not self.said:
            group = self.cast.groups[self.told["group"]]
            thread = actions.start(who, group, title=self.told["title"], text=line["text"])
            if self.told.get("pinned"):
                care.pin(self.cast.office, thread, pinned=True)
            message = db.session.query(Message).filter_by(thread_id=thread.id).one()
        else:
            to = self.said[line["to"]] if "to" in line else None
            message = actions.post(who, self.thread(), text=line["text"], reply_to=to)
        self.said.append(message.id)
        for emoji, people in line.get("react", {}).items():
            for key in people:
                actions.react(self.cast.people[key], message, emoji=emoji)

    def thread(self) -> Thread:
        return db.session.get_one(Message, self.said[0]).parent

    def settle(self) -> None:
        care.resolve(self.cast.office, self.thread(), resolved=True)
