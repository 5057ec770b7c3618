"""What has happened in the demo network: scenes in the order of time, each played by the actions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from flask import current_app

from network import dates
from network.agenda.actions import add_item, change_item, move_item
from network.agenda.carry_over import carry_over
from network.agenda.proposals import postpone_proposal, propose
from network.attendance.actions import add_guest, answer, check_in
from network.attendance.models import Answer, Attendance, Presence
from network.changes import CLOCK
from network.demo.cast import Cast
from network.demo.content import filled, held_on, items_of, moment, month_name, next_day, read
from network.demo.scenes import at_once
from network.groups import requests
from network.groups.models import Group
from network.invitations import actions as invitations
from network.meetings.actions import cancel, plan_meeting
from network.meetings.models import AgendaItem, Meeting, MeetingKind
from network.meetings.planning import last_meeting
from network.minutes.actions import circulate, write
from network.minutes.lines import agree, decide, drop, settle, supersede, tick_off
from network.minutes.models import Action, Decision
from network.people.models import Person
from network.series.actions import plan_series, prepare_next
from network.sitting.actions import close, next_item, postpone, start
from network.things import at

Script = dict[str, Any]

PLANNED = timedelta(days=21)  # before a meeting
ANNOUNCED = timedelta(days=14)
ANSWERED = timedelta(days=6)
CIRCULATED = timedelta(days=4)  # after it
ANSWERS = 6  # people who accept beforehand; the others simply come


@dataclass
class Story:
    """Scenes to come, of all groups together."""

    cast: Cast
    present: datetime
    scenes: list[tuple[datetime, int, Callable[[], object], bool]] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)  # what is referred to, by its key
    cited: dict[str, str] = field(default_factory=dict)  # its number, once it has one

    def add(self, when: datetime, scene: Callable[[], object], *, letters: bool = False) -> None:
        """Let something happen at a moment; what would be in the future is left out.

        Letters are written of what happened lately, if at all: the others have long been read.
        """
        if when <= self.present:
            self.scenes.append((when, len(self.scenes), scene, letters))

    def play(self) -> None:
        """Let everything happen, in the order of time; scenes may add further ones that come after them."""
        while self.scenes:
            self.scenes.sort(key=lambda scene: scene[:2], reverse=True)
            when, _number, scene, letters = self.scenes.pop()
            current_app.config["WRITE_LETTERS"] = letters
            with at(when):
                scene()


@dataclass
class GroupStory:
    """The year of one group."""

    story: Story
    key: str
    months: dict[int, str] = field(default_factory=dict)  # of meetings, by how many ago

    def __post_init__(self) -> None:
        self.told = read(f"meetings_{self.key}")
        self.cast = self.story.cast
        self.place: str = next(
            group["place"] for group in read("groups")["groups"] if group["key"] == self.key
        )

    @property
    def group(self) -> Group:
        """The group itself."""
        return self.cast.groups[self.key]

    @property
    def lead(self) -> Person:
        """Who leads it."""
        return self.cast.leads[self.key]

    def person(self, key: str) -> Person:
        """Somebody of the cast."""
        return self.cast.people[key]

    def before(self, **distance: float) -> datetime:
        """A moment before the present."""
        return self.story.present - timedelta(**distance)

    def tell(self) -> None:
        """Add all scenes of this group."""
        for script in self.told["meetings"]:
            self._tell_of_past(script)
        for name, teller in (
            ("running", self._tell_of_running),
            ("coming", self._tell_of_coming),
            ("draft", self._tell_of_draft),
            ("cancelled", self._tell_of_cancelled),
            ("series", self._tell_of_series),
        ):
            if name in self.told:
                teller(self.told[name])
        for proposal in self.told.get("proposals", []):
            self.story.add(self.before(days=proposal["ago_days"]), partial(self._propose, proposal))
        for request in self.told.get("requests", []):
            when = self.before(days=request["ago_days"])
            self.story.add(when, partial(self._ask, request), letters=True)

    # Meetings

    def _tell_of_past(self, script: Script) -> None:
        day = held_on(self.told["rhythm"], script["ago"], dates.local(self.story.present).date())
        self.months[script["ago"]] = month_name(day)
        begins = moment(day, self.told["start"])
        sitting = Sitting(self, script, begins)
        self.story.add(begins - PLANNED, sitting.plan)
        self.story.add(begins - ANNOUNCED, sitting.announce)
        self.story.add(begins - ANSWERED, sitting.answers)
        self.story.add(begins, sitting.hold)
        self.story.add(sitting.ends + CIRCULATED, sitting.circulate)

    def _tell_of_running(self, script: Script) -> None:
        opened = self.before(minutes=script["started_minutes_ago"])
        begins = opened.replace(minute=opened.minute // 5 * 5, second=0, microsecond=0)
        sitting = Sitting(self, script, begins)
        self.story.add(begins - ANNOUNCED - timedelta(days=1), sitting.plan)
        self.story.add(begins - ANNOUNCED - timedelta(hours=12), sitting.take_over_last_minutes)
        self.story.add(begins - ANNOUNCED, sitting.announce)
        self.story.add(begins - ANSWERED, sitting.answers)
        self.story.add(opened, partial(sitting.hold, opened))

    def _tell_of_coming(self, script: Script) -> None:
        today = dates.local(self.story.present).date()
        day = next_day(script["weekday"], today + timedelta(days=script["at_least_days"]))
        sitting = Sitting(self, script, moment(day, script.get("start", self.told["start"])))
        announced = self.before(days=script["announced_days_ago"])
        self.story.add(announced - timedelta(days=3), sitting.plan)
        self.story.add(announced, sitting.announce)
        for number, (key, (said, note)) in enumerate(script["answers"].items(), 1):
            self.story.add(announced + timedelta(hours=7 * number), partial(sitting.answer, key, said, note))
        if "change" in script:
            changed = self.before(days=script["changed_days_ago"])
            self.story.add(changed, partial(sitting.change, script["change"], script["added"]))
            self.story.add(changed + timedelta(hours=1), sitting.tell_of_changes)

    def _tell_of_draft(self, script: Script) -> None:
        today = dates.local(self.story.present).date()
        day = next_day(script["weekday"], today + timedelta(days=script["at_least_days"]))
        self.story.add(self.before(days=4), Sitting(self, script, moment(day, self.told["start"])).plan)

    def _tell_of_cancelled(self, script: Script) -> None:
        today = dates.local(self.story.present).date()
        day = next_day(script["weekday"], today + timedelta(days=script["at_least_days"]))
        sitting = Sitting(self, script, moment(day, script["start"]))
        self.story.add(self.before(days=20), sitting.plan)
        self.story.add(self.before(days=12), sitting.announce)
        self.story.add(self.before(days=script["called_off_days_ago"]), sitting.call_off)

    def _tell_of_series(self, script: Script) -> None:
        rhythm = self.told["rhythm"]

        def begin() -> None:
            series = plan_series(
                self.lead,
                self.group,
                title=script["title"],
                rhythm="month",
                nth=rhythm["nth"],
                weekday=rhythm["weekday"],
                first_on=(dates.local(self.story.present).date() + timedelta(days=8)).isoformat(),
                start_time=self.told["start"],
                minutes=self.told["minutes"],
                place=self.place,
                online_url=self.told.get("online_url", ""),
                days_ahead=script["days_ahead"],
            )
            self.story.add(self.before(days=1), lambda: prepare_next(CLOCK, series))

        self.story.add(self.before(days=30), begin)

    # What waits for an answer

    def _propose(self, told: Script) -> None:
        proposal = propose(
            self.person(told["by"]),
            self.group,
            title=told["title"],
            text=told["text"],
            planned_minutes=told["minutes"],
        )
        if told.get("answer") == "postponed":
            later = self.before(days=told["ago_days"] - 3)
            self.story.add(later, lambda: postpone_proposal(self.lead, proposal))

    def _ask(self, told: Script) -> None:
        requests.ask_to_join(self.person(told["by"]), self.cast.desk(self.group), text=told["text"])

    # What texts refer to

    def words(self, ago: int, day: date) -> dict[str, str]:
        """What fills the gaps in the texts of a meeting: its month, those before, numbers of decisions."""
        found = {"month": month_name(day), **self.story.cited}
        found |= {str(back): month for back in range(1, 12) if (month := self.months.get(ago + back))}
        return found


@dataclass
class Sitting:
    """One meeting from its plan to its minutes."""

    of: GroupStory
    script: Script
    begins: datetime
    meeting: Meeting = field(init=False)
    items: list[AgendaItem] = field(init=False)
    decided: dict[str, Decision] = field(default_factory=dict)  # here, of what is referred to

    @property
    def ends(self) -> datetime:
        """As planned."""
        return self.begins + timedelta(minutes=self.script.get("minutes", self.of.told.get("minutes", 90)))

    @property
    def day(self) -> date:
        """On which day it is."""
        return dates.local(self.begins).date()

    @property
    def chair(self) -> Person:
        """Who opens and closes it."""
        return self.of.person(self.script["chair"])

    @property
    def minute_taker(self) -> Person:
        """Who writes."""
        return self.of.person(self.script["minute_taker"])

    def _say(self, text: str) -> str:
        return filled(text, self.of.words(self.script.get("ago", 0), self.day))

    def plan(self) -> None:
        """A draft with its agenda."""
        at_once(self.of.group, self._plan)

    def _plan(self) -> None:
        script = self.script
        self.meeting = plan_meeting(
            self.of.lead,
            self.of.group,
            title=self._say(script.get("title", "Treffen im {month}")),
            kind=script.get("kind", MeetingKind.ORDINARY),
            starts_at=self.begins,
            ends_at=self.ends,
            place=script.get("place", self.of.place),
            online_url=script.get("online_url", self.of.told.get("online_url", "")),
            note=script.get("note", ""),
            chair_id=self.chair.id,
            minute_taker_id=self.minute_taker.id if "minute_taker" in script else None,
            public=script.get("public", False),
            like="empty",
        )
        self.items = []
        for told in items_of(script):
            item = self._put(told)
            self.items.append(item)
            for sub in told.get("subs", []):
                self._put(sub, under=item.id)

    def _put(self, told: Script, under: int | None = None) -> AgendaItem:
        item: AgendaItem = add_item(
            self.of.lead,
            self.meeting,
            title=self._say(told["title"]),
            kind=told["kind"],
            planned_minutes=told["plan"],
            text=self._say(told.get("text", "")),
            internal=told.get("internal", False),
            standing=told.get("standing", False),
            under=under,
            presenter_ids=[self.of.person(key).id for key in told.get("by", [])],
        )
        return item

    def take_over_last_minutes(self) -> None:
        """They are to be approved at the end: of a running meeting that is still to come."""
        last = last_meeting(self.of.group, self.begins)
        if last is None:
            return
        key = f"minutes:{last.id}"
        carry_over(self.of.lead, self.meeting, keys=[key])
        item = next(one for one in self.meeting.agenda if one.carried_as == key)
        move_item(self.of.lead, item, after=self.items[-1].id)

    def announce(self) -> None:
        """Everybody of the group is invited."""
        at_once(self.meeting, invitations.announce, self.of.lead, self.meeting)

    def answers(self) -> None:
        """Some say that they come, some that they cannot."""
        at_once(self.meeting, self._answers)

    def _answers(self) -> None:
        excused: dict[str, str] = self.script.get("excused", {})
        for key, note in excused.items():
            self.answer(key, Answer.DECLINED, note)
        for key in self.there()[:ANSWERS]:
            self.answer(key, Answer.ACCEPTED)
        for key in self._guests():
            if key not in self.script.get("also", []):
                self.answer(key, Answer.DECLINED)

    def answer(self, key: str, said: str, note: str = "") -> None:
        """One person answers the invitation."""
        person = self.of.person(key)
        answer(person, self._attendance(person), answer=said, note=note)

    def _attendance(self, person: Person) -> Attendance:
        found: Attendance = next(row for row in self.meeting.attendances if row.person_id == person.id)
        return found

    def there(self) -> list[str]:
        """Who is there: the running meeting names them, of others it is told who is not."""
        script = self.script
        if "room" in script:
            return [*script["room"], *script["online"]]
        away = {*script["excused"], *script["absent"]}
        return [key for key in [*self._members(), *script.get("also", [])] if key not in away]

    def _members(self) -> list[str]:
        told = next(group for group in read("groups")["groups"] if group["key"] == self.of.key)
        return [*told["lead"], *told["members"]]

    def _guests(self) -> list[str]:
        told = next(group for group in read("groups")["groups"] if group["key"] == self.of.key)
        return list(told["guests"])

    def change(self, changed: Script, added: Script) -> None:
        """Change an announced agenda."""
        item = next(item for item in self.meeting.agenda if item.title == changed["item"])
        change_item(self.of.lead, item, planned_minutes=changed["plan"], text=changed["text"])
        self._put(added)

    def tell_of_changes(self) -> None:
        """The clock tells those invited."""
        invitations.tell(CLOCK, self.meeting)

    def call_off(self) -> None:
        """It does not take place."""
        cancel(self.of.lead, self.meeting, reason=self.script["reason"])

    # The meeting itself

    def hold(self, opened: datetime | None = None) -> None:
        """Open it, go through the agenda, close it; the running one stays at the item without an end."""
        at_once(self.meeting, self._hold, opened)
        for key, decision in self.decided.items():
            self.of.story.cited[f"decision:{key}"] = decision.citation

    def _hold(self, opened: datetime | None) -> None:
        when = opened or self.begins + timedelta(minutes=2)
        self._arrive(when)
        with at(when):
            start(self.chair, self.meeting)
        on: AgendaItem | None = None
        for item, told in zip(self.items, items_of(self.script), strict=True):
            with at(when):
                if told.get("postponed"):
                    postpone(self.chair, item, expected=on.id if on else 0)
                    continue
                on = next_item(self.chair, self.meeting, expected=on.id if on else 0)
            took = told["took"]
            ready = when + timedelta(minutes=took) if took is not None else self.of.before(seconds=50)
            with at(ready - timedelta(seconds=20)):
                self._write(item, told)
            if took is None:
                return
            when = ready
        with at(when):
            close(self.chair, self.meeting, expected=on.id if on else 0)

    def _arrive(self, opened: datetime) -> None:
        online = self.script.get("online", [])
        for number, key in enumerate(self.there()):
            with at(opened - timedelta(minutes=12 - number)):
                how = Presence.ONLINE if key in online else Presence.ROOM
                check_in(self.of.person(key), self.meeting, how=how)
        for name, organisation, how in self.script.get("guests", []):
            with at(opened - timedelta(minutes=1)):
                add_guest(self.chair, self.meeting, name=name, organisation=organisation, how=how)

    def _write(self, item: AgendaItem, told: Script) -> None:
        """Text, decisions and actions of an item."""
        writer = self.of.person(told["writer"]) if "writer" in told else self.minute_taker
        write(writer, item, text=self._say(told["minutes"]), revision=0)
        for line in told.get("decisions", []):
            self._decide(item, line)
        for line in told.get("actions", []):
            self._agree(item, line)

    def _decide(self, item: AgendaItem, told: Script) -> None:
        decision: Decision = decide(
            self.minute_taker,
            item,
            text=told["text"],
            plain=told["plain"],
            how=told["how"],
            organisation_id=self.of.cast.organisations[told["organisation"]].id,
            review_on=self.day + timedelta(days=told["review"]) if "review" in told else None,
        )
        if "key" in told:
            self.of.story.decisions[told["key"]] = self.decided[told["key"]] = decision
        if "state" in told:
            settled = (
                partial(self._supersede, decision, told["by"])
                if "by" in told
                else partial(settle, self.of.lead, decision, state=told["state"])
            )
            self.of.story.add(self.ends + timedelta(days=told["settled"]), settled)

    def _supersede(self, decision: Decision, key: str) -> None:
        """A later decision, which has its number by then, replaces this one."""
        supersede(self.of.lead, decision, by_id=self.of.story.decisions[key].id)

    def _agree(self, item: AgendaItem, told: Script) -> None:
        person = self.of.person(told["who"])
        organisation = person.organisation
        today = dates.local(self.of.story.present).date()
        ago = told.get("due_ago")
        due = today - timedelta(days=ago) if ago else self.day + timedelta(days=told["due"])
        deed: Action = agree(
            self.minute_taker,
            item,
            text=told["text"],
            person_id=person.id,
            organisation_id=organisation.id if organisation else None,
            due_on=due,
        )
        if "done" in told:
            self.of.story.add(self.ends + timedelta(days=told["done"]), partial(tick_off, person, deed))
        if "dropped" in told:
            days, reason = told["dropped"]
            self.of.story.add(self.ends + timedelta(days=days), partial(drop, person, deed, reason=reason))

    def circulate(self) -> None:
        """Send the minutes for correction."""
        until = self.day + CIRCULATED + timedelta(days=14)
        circulate(self.minute_taker, self.meeting.minutes, until=until)
