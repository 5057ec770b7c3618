"""The official Socket.IO clients hold a conversation with a server by the public contract of `live.md` alone.

They sign in through the page, read off the page what a page says, and use nothing of ours.
"""

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio
from socketio.exceptions import ConnectionError as Refusal

from network.discussions import actions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.people.passwords import hashed
from tests.processes import ROOT, Server
from tests.world import PASSWORD, World

pytestmark = pytest.mark.one_database  # the words of the protocol

MODULES = ROOT / "static" / "src" / "package.json"
PEER = Path(__file__).parent / "conversation.mjs"


class Program:
    """A program with python-socketio's client, which somebody has written against the contract."""

    def __init__(self, site: str, email: str, origin: str | None = None) -> None:
        self.site = site
        self.http = requests.Session()
        self.http.trust_env = False
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', self.http.get(f"{site}/sign-in").text)
        assert token
        self.sign_in = self.http.post(
            f"{site}/sign-in",
            data={"csrf_token": token[1], "email": email, "password": PASSWORD},
            allow_redirects=False,
            timeout=30,
        )
        self.changes: list[tuple[int, str]] = []
        self.news = threading.Condition()
        self.client = socketio.Client(reconnection=False, websocket_extra_options={"origin": origin or site})
        self.client.on("change", self._hear)

    def connect(self) -> None:
        """Connect with the cookie of the sign-in, as a page of the origin would."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        self.client.connect(self.site, headers={"Cookie": cookie}, transports=["websocket"])

    def open(self, thread_id: int) -> None:
        """Read from the page of a thread which room it shows, at which number, and how one writes there."""
        page = self.http.get(f"{self.site}/threads/{thread_id}", timeout=30).text
        room = re.search(r'data-room="(\d+)"', page)
        assert room
        self.room = int(room[1])
        number = re.search(rf'<live-room room="{self.room}" number="(\d+)"', page)
        deed = re.search(r'data-deed="(discussions\.post)" data-on="(\d+)"', page)
        assert number
        assert deed
        self.number, self.deed, self.on = int(number[1]), deed[1], int(deed[2])

    def enter(self) -> Any:
        """Enter the room with the page's number."""
        return self.client.call("enter", {"room": self.room, "number": self.number})

    def do(self, deed: str, on: int, key: str, **facts: Any) -> Any:
        """Do a deed."""
        return self.client.call("do", {"deed": deed, "on": on, "key": key, "facts": facts})

    def until(self, found: Callable[[str], Any]) -> str:
        """The first change with this in it."""
        with self.news:
            assert self.news.wait_for(lambda: any(found(html) for _number, html in self.changes), 30)
        return next(html for _number, html in self.changes if found(html))

    def _hear(self, change: list[Any]) -> None:
        room, number, html = change
        assert room == self.room
        with self.news:
            self.changes.append((number, html))
            self.news.notify_all()


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language, begun by Ben; he and Anke have passwords."""
    world.ben.password_hash = world.anke.password_hash = hashed(PASSWORD)
    db.session.commit()
    made: Thread = actions.start(world.ben, world.language, title="A room", text="Who knows one?")
    return made


@pytest.fixture
def programs(
    world: World, thread: Thread, servers: Callable[..., list[Server]]
) -> Iterator[Callable[..., Program]]:
    """`programs("anke@example.org", origin=None)`: a program that is signed in, on one server."""
    server = servers(1)[0]
    made: list[Program] = []

    def program(email: str, origin: str | None = None) -> Program:
        made.append(Program(server.url, email, origin))
        assert made[-1].sign_in.status_code == 303
        return made[-1]

    yield program
    for each in made:
        each.client.disconnect()


def message_in(html: str) -> int:
    """The id of the message that a change shows."""
    found = re.search(r'id="message_(\d+)"', html)
    assert found
    return int(found[1])


def test_two_programs_in_python_talk_with_each_other(
    thread: Thread, programs: Callable[..., Program]
) -> None:
    thread_id = thread.id
    anke, ben = programs("anke@example.org"), programs("ben@example.org")
    for each in (anke, ben):
        each.open(thread_id)
        each.connect()
        answer = each.enter()
        assert answer["ok"]
        assert answer["number"] == each.number
        assert answer["changes"] == []
        assert "speak" in answer["may"]

    said = anke.do(anke.deed, anke.on, "a-key-of-anke", text="I **do**.")
    assert said == {"ok": True, "number": anke.number + 1, "id": said["id"]}
    assert anke.do(anke.deed, anke.on, "a-key-of-anke", text="I **do**.")["id"] == said["id"]
    assert message_in(ben.until(lambda html: "<strong>do</strong>" in html)) == said["id"]
    replied = ben.do(ben.deed, ben.on, "a-key-of-ben", text="Where?", reply_to=said["id"])
    assert replied["ok"]
    assert f"/messages/{said['id']}" in anke.until(lambda html: "Where?" in html)
    assert ben.do("discussions.react", said["id"], "another-key", emoji="👍")["ok"]
    anke.until(lambda html: 'value="👍"' in html)
    assert [number for number, _html in anke.changes] == [anke.number + 1, anke.number + 2, anke.number + 3]
    assert ben.client.call("leave", {"room": ben.room}) == {"ok": True}
    heard = len(ben.changes)
    assert anke.do(anke.deed, anke.on, "a-third-key", text="Are you there?")["ok"]
    anke.until(lambda html: "Are you there?" in html)
    assert ben.client.call("leave", {"room": ben.room}) == {"ok": True}  # and what was under way has come
    assert len(ben.changes) == heard


def test_a_program_in_javascript_talks_with_one_in_python(
    thread: Thread, programs: Callable[..., Program]
) -> None:
    node = shutil.which("node")
    if node is None or not (MODULES.parent / "node_modules" / "socket.io-client").exists():
        pytest.skip("Node or its socket.io-client could not be had")
    thread_id = thread.id
    anke = programs("anke@example.org")
    anke.open(thread_id)
    anke.connect()
    assert anke.enter()["ok"]
    arguments = [str(MODULES), anke.site, str(thread_id), "ben@example.org", PASSWORD]
    with subprocess.Popen([node, str(PEER), *arguments], stdout=subprocess.PIPE, text=True) as peer:
        try:
            assert peer.stdout is not None
            told: dict[str, Any] = {}
            for line in peer.stdout:
                what, detail = json.loads(line)
                told[what] = detail
                if what == "entered":
                    said = anke.do(anke.deed, anke.on, "a-key-of-anke", text="Guten Tag!")
                    assert said["ok"]
            assert peer.wait(30) == 0
        finally:
            peer.kill()

    assert told["signed in"] == 303
    assert told["foreign"] == "refused"
    assert told["entered"]["ok"]
    assert told["posted"][0]["ok"]
    assert told["posted"][0]["id"] == told["posted"][1]["id"]
    assert told["reacted"]["ok"]
    assert told["empty"]["error"] == "invalid"
    assert told["empty"]["errors"]["text"]
    assert told["left"] == {"ok": True}
    answer = anke.until(lambda html: "Guten Tag zurück" in html)
    assert '<a href="https://example.org"' in answer
    assert f"/messages/{said['id']}" in answer
    anke.until(lambda html: 'value="🎉"' in html)
    assert told["level"] == anke.changes[-1][0] == told["reacted"]["number"]
    db.session.commit()
    texts = [message.text for message in db.session.query(Message).order_by(Message.ordinal)]
    assert texts[:2] == ["Who knows one?", "Guten Tag!"]
    assert len(texts) == 3


def test_no_foreign_page_speaks_with_the_cookie_of_its_visitor(
    thread: Thread, programs: Callable[..., Program]
) -> None:
    thread_id = thread.id
    foreign = programs("anke@example.org", origin="https://elsewhere.example")
    anke = programs("anke@example.org")
    with pytest.raises((Refusal, ValueError)):  # the latter for a line that is closed without a word
        foreign.connect()
    assert not foreign.client.connected
    anke.open(thread_id)
    anke.connect()
    assert anke.enter()["ok"]
