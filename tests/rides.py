"""A meeting that goes on, change after change, while the lines of others are cut and its server is killed."""

import random
import secrets
from typing import Any

from socketio.exceptions import SocketIOError

from network.extensions import db
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from tests.processes import Guest, Listener

MOST_ITEMS = 25
# What happens in a meeting, and how often in comparison.
KINDS = {
    "add": 3,
    "edit": 2,
    "move": 2,
    "remove": 1,
    "next": 4,
    "reopen": 1,
    "pause": 1,
    "write": 8,
    "decide": 1,
    "agree": 1,
}


class Chair:
    """Somebody who holds a meeting: over the socket where there is a deed for it, else by forms."""

    def __init__(self, meeting: Meeting, line: Listener, forms: Guest, dice: random.Random) -> None:
        self.meeting, self.line, self.forms, self.dice = meeting, line, forms, dice
        self.count = 0

    def begin(self) -> None:
        """Open the meeting, with three items on its agenda."""
        for _number in range(3):
            self.count += 1
            self._add()
        self._do("meetings.start", self.meeting.id, sure=True)

    def change(self) -> str:
        """Change something, of any kind that fits, and see that it was taken. Says what it was."""
        self.count += 1
        kind = self.dice.choices(list(KINDS), list(KINDS.values()))[0]
        db.session.commit()  # to see what is there now
        if not getattr(self, f"_{kind}")():
            kind = "write" if self._write() else "add"
            if kind == "add":
                self._add()
        return kind

    def write_and_kill(self) -> None:
        """Put an item on the agenda, kill the server before it can say whether it was done, and ask again."""
        self.count += 1
        facts = {"title": f"Item {self.count}", "planned_minutes": "5"}
        deed = {
            "deed": "agenda.add_item",
            "on": self.meeting.id,
            "facts": facts,
            "key": secrets.token_hex(8),
        }
        self.line.client.emit("do", deed)
        self.line.server.kill()
        self.line.server.start()
        self.line.client.disconnect()
        self.line.connect()
        answer = self.line.send("do", deed)
        assert answer["ok"], answer

    @property
    def items(self) -> list[AgendaItem]:
        """The agenda as it is now."""
        return list(self.meeting.agenda)

    def _do(self, deed: str, on: int, **facts: Any) -> bool:
        try:
            answer = self.line.do(deed, on, f"key-{secrets.token_hex(8)}", **facts)
        except SocketIOError as error:
            raise AssertionError(f"{deed} was not answered") from error
        assert answer["ok"], (deed, facts, answer)
        return True

    def _send(self, path: str, **fields: Any) -> bool:
        answer = self.forms.post(path, data=fields)
        assert answer.status_code == 303, (path, fields, answer.status_code, answer.text[:500])
        return True

    def _one(self, *states: ItemState) -> AgendaItem | None:
        found = [item for item in self.items if item.state in states]
        return self.dice.choice(found) if found else None

    @property
    def _expected(self) -> int:
        return self.meeting.current.id if self.meeting.current else 0

    def _add(self) -> bool:
        if len(self.items) >= MOST_ITEMS:
            return False
        return self._do("agenda.add_item", self.meeting.id, title=f"Item {self.count}", planned_minutes=5)

    def _edit(self) -> bool:
        item = self.dice.choice(self.items)
        title = f"{item.title.split(',')[0]}, changed {self.count}"
        facts = {"title": title, "kind": item.kind, "planned_minutes": item.planned_minutes + 1}
        return self._send(f"/items/{item.id}/edit", **facts)

    def _move(self) -> bool:
        if len(self.items) < 2:
            return False
        item, other = self.dice.sample(self.items, 2)
        return self._do("agenda.move_item", item.id, after=other.id)

    def _remove(self) -> bool:
        item = self._one(ItemState.PLANNED) if len(self.items) > 5 else None
        return item is not None and self._send(f"/items/{item.id}/remove")

    def _next(self) -> bool:
        if not self._expected and self._one(ItemState.PLANNED) is None:
            return False
        if self.meeting.state == MeetingState.PAUSED:
            return False
        return self._do("meetings.next_item", self.meeting.id, expected=self._expected)

    def _reopen(self) -> bool:
        item = self._one(ItemState.DONE, ItemState.POSTPONED)
        is_paused = self.meeting.state == MeetingState.PAUSED
        return (
            item is not None
            and not is_paused
            and self._do("meetings.reopen_item", item.id, expected=self._expected)
        )

    def _pause(self) -> bool:
        deed = "meetings.continue" if self.meeting.state == MeetingState.PAUSED else "meetings.pause"
        return self._do(deed, self.meeting.id)

    def _write(self) -> bool:
        item = self._one(ItemState.CURRENT, ItemState.DONE)
        if item is None:
            return False
        seen = item.minutes.revision if item.minutes else 0
        text = f"{item.minutes.text[-300:] if item.minutes else ''}\nSentence {self.count}.".strip()
        return self._do("minutes.write", item.id, text=text, revision=seen)

    def _decide(self) -> bool:
        item = self.dice.choice(self.items)
        facts = {"item": item.id, "text": f"Decision {self.count}", "organisation_id": ""}
        return self._send(f"/meetings/{self.meeting.id}/decisions", **facts)

    def _agree(self) -> bool:
        item = self.dice.choice(self.items)
        facts = {"item": item.id, "text": f"Action {self.count}", "organisation_id": "", "person_id": ""}
        return self._send(f"/meetings/{self.meeting.id}/actions", **facts)
