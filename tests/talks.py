"""People who talk in a discussion over lines that break: what each of their pages shows and keeps to send.

They follow the live protocol as our pages do: what comes is applied in the order of its numbers, what is
missing is fetched by entering again, and what was not acknowledged is sent again with its key.
"""

import random
import re
import secrets
import threading
from contextlib import suppress
from typing import Any

from socketio.exceptions import SocketIOError

from tests.processes import Guest, Listener, Server, wait_until
from tests.tunnel import Tunnel

STREAM = re.compile(
    r'<turbo-stream action="(\w+)" target="(\w+)"[^>]*>(?:<template>(.*?)</template>)?</turbo-stream>', re.S
)
ORDINAL = re.compile(r'<li id="(message_\d+)"[^>]*? data-ordinal="(\d+)"')


KEPT = 50  # messages that a page keeps to send; who has written so many waits (see outbox.js)


class Page:
    """A page of a discussion: the messages in the order in which it shows them."""

    def __init__(self, room_id: int) -> None:
        self.room_id = room_id
        self.number = 0
        self.shown: dict[str, tuple[int, str]] = {}  # dom id: (ordinal, html), in the page's order
        self.early: dict[int, str] = {}

    @property
    def ordinals(self) -> list[int]:
        """The ordinals as they stand below each other."""
        return [ordinal for ordinal, _html in self.shown.values()]

    @property
    def is_behind(self) -> bool:
        """Whether something came before what should have come first."""
        return bool(self.early)

    def hear(self, number: int, html: str) -> None:
        """A change as it comes over the line: shown in its turn, once."""
        if number > self.number:
            self.early[number] = html
        while self.number + 1 in self.early:
            self.apply(self.number + 1, self.early.pop(self.number + 1))

    def apply(self, number: int, html: str) -> None:
        """Show what brings the page up to this number, from wherever it was."""
        for how, target, inside in STREAM.findall(html):
            if how == "remove":
                self.shown.pop(target, None)
                continue
            for dom_id, ordinal in ORDINAL.findall(inside):
                if how == "append" or dom_id in self.shown:
                    self.shown[dom_id] = (int(ordinal), inside)
        self.number = max(self.number, number)
        self.early = {late: kept for late, kept in self.early.items() if late > self.number}


class Tab:
    """A page that somebody has open, on a line that can be cut. It keeps what is not known to be safe."""

    def __init__(self, server: Server, guest: Guest, room_id: int, thread_id: int) -> None:
        self.page = Page(room_id)
        self.thread_id = thread_id
        self.outbox: dict[str, str] = {}  # key: text, in the order in which they were written
        self.acknowledged: dict[str, int] = {}  # text: id of the message
        self.refused: list[Any] = []
        self.sent_again = 0
        self.under_way = (
            ""  # the key of what was sent and is not acknowledged: one after another, as pages do
        )
        self.lock = threading.RLock()
        self.tunnel = Tunnel()
        self.tunnel.server = server
        self.line = Listener(self.tunnel, guest)  # type: ignore[arg-type]  # it needs an address, and has one
        self.line.client.on("change", self._hear)
        self.enter()

    @property
    def is_connected(self) -> bool:
        """Whether its line has not broken."""
        return bool(self.line.client.connected)

    def write(self, text: str) -> None:
        """Say something. It is in the outbox until it is acknowledged; who has filled that has to wait."""
        if len(self.outbox) >= KEPT and self.is_connected:
            wait_until(lambda: len(self.outbox) < KEPT or not self.is_connected, "there is room", 120)
        key = secrets.token_hex(16)
        with self.lock:
            self.outbox[key] = text
            if not self.under_way:
                self._send_next()

    def cut(self) -> None:
        """The line breaks in the middle of whatever is said."""
        self.tunnel.cut()
        wait_until(lambda: not self.is_connected, "the page notices that its line is cut")

    def come_back(self, server: Server) -> None:
        """Connect again, to any of the servers; catch up; send again what was not acknowledged."""
        self.tunnel.server = server
        self.line.connect()
        self.enter()
        with self.lock:
            self.sent_again += bool(self.under_way)
            self._send_next()

    def enter(self) -> None:
        """Enter with the number that the page shows, and show what was missed."""
        answer = self.line.enter(self.page.room_id, self.page.number)
        assert answer["ok"] and not answer.get("reload"), answer
        with self.lock:
            for number, html in answer["changes"]:
                if number > self.page.number:
                    self.page.apply(number, html)
            assert self.page.number >= answer["number"]

    def wait_until_safe(self, within: float = 120) -> None:
        """Wait until all that it said is acknowledged. As pages do, it connects anew if the line is lost."""

        def is_safe() -> bool:
            if self.outbox and not self.refused and not self.is_connected:
                self.come_back(self.tunnel.server)
            return not self.outbox or bool(self.refused)

        wait_until(is_safe, "all is acknowledged", within)
        assert not self.refused, self.refused

    def catch_up(self, number: int, within: float = 1) -> None:
        """Wait until the page shows the room's number; what was lost with a process it asks for."""
        with suppress(AssertionError):
            wait_until(lambda: self.page.number >= number, "the page is level", within)
        if not self.is_connected:
            self.come_back(self.tunnel.server)
        self.enter()
        assert self.page.number == number

    def close(self) -> None:
        """Go."""
        self.line.disconnect()
        self.tunnel.close()

    def _hear(self, change: list[Any]) -> None:
        with self.lock:
            self.page.hear(change[1], change[2])

    def _send_next(self) -> None:
        """Send the oldest that is kept, and when it is acknowledged the next one."""
        self.under_way = key = next(iter(self.outbox), "")
        if not key:
            return

        def acknowledge(answer: dict[str, Any]) -> None:
            with self.lock:
                if not answer["ok"]:
                    self.refused.append(answer)
                    return
                said = self.outbox.pop(key, None)
                if said is not None:
                    assert self.acknowledged.setdefault(said, answer["id"]) == answer["id"]
                if self.under_way == key:
                    self._send_next()

        deed = {
            "deed": "discussions.post",
            "on": self.thread_id,
            "key": key,
            "facts": {"text": self.outbox[key]},
        }
        with suppress(SocketIOError):  # the line is gone: it is sent when it is back
            self.line.client.emit("do", deed, callback=acknowledge)


def talk(tabs: list[Tab], servers: list[Server], *, messages: int, cuts: int, dice: random.Random) -> None:
    """Everybody talks; lines break at random, most with a message under way; a server dies half-way.

    The first of the servers is killed with messages of all under way, and stays away for a while.
    """
    cut_at = sorted(dice.choices(range(1, messages), k=cuts))
    killed_at, back_at = messages // 2, messages // 2 + messages // 8
    for count in range(messages):
        if count == killed_at:
            for number, tab in enumerate(tabs):
                if tab.is_connected:
                    tab.write(f"Under way {number}")
            servers[0].kill()
            for tab in tabs:
                if tab.tunnel.server is servers[0]:
                    wait_until(lambda tab=tab: not tab.is_connected, "the page notices")  # type: ignore[misc]  # a bound value
        if count == back_at:
            servers[0].start()
        alive = servers[1:] if killed_at <= count < back_at else servers
        for tab in tabs:
            if not tab.is_connected and dice.random() < 0.5:
                tab.come_back(dice.choice(alive))
        dice.choice(tabs).write(f"Message {count}")
        while cut_at and cut_at[0] == count:
            cut_at.pop(0)
            tab = dice.choice(tabs)
            if not tab.is_connected:
                tab.come_back(dice.choice(alive))
            if dice.random() < 0.8:
                tab.write(f"Broken off {count} {len(cut_at)}")
            tab.cut()
        for tab in tabs:
            if tab.is_connected and tab.page.is_behind and dice.random() < 0.2:
                tab.enter()
    for tab in tabs:
        if not tab.is_connected:
            tab.come_back(dice.choice(servers))
