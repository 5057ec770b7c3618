"""Several people write one text on two server processes, lines break, and a process is killed."""

import base64
from collections.abc import Callable
from typing import Any

from flask import Flask
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from network.extensions import db
from tests.load import drafting
from tests.processes import Guest, Listener, Server

Servers = Callable[..., list[Server]]


def test_five_write_on_lines_that_break_and_all_texts_are_the_same(app: Flask, servers: Servers) -> None:
    draft_id, readers = drafting.prepare(app, 5)
    running = servers(2, RATE_SOCKET_EVENTS=100_000, RATE_DRAFT_EVENTS=100_000)
    drafting.run(app, running, readers, draft_id, seconds=2)


def test_what_was_acknowledged_survives_a_kill_in_the_same_moment(app: Flask, servers: Servers) -> None:
    draft_id, (reader,) = drafting.prepare(app, 1)
    (server,) = servers(1)
    line = Listener(server, Guest(server, reader))
    document: Doc[Any] = Doc()
    fragment = document.get("default", type=XmlFragment)
    assert line.send("draft.enter", {"draft": draft_id, "vector": "AA=="})["may_write"]
    for number in range(3):
        for word in range(5):
            before = document.get_state()
            paragraph = fragment.children.append(XmlElement("paragraph"))
            paragraph.children.append(XmlText(f"Sentence {number}.{word}."))
            update = base64.b64encode(document.get_update(before)).decode()
            assert line.send("draft.update", {"draft": draft_id, "update": update}) == {"ok": True}
        server.kill()
        server.start()
        line.connect()
        answer = line.send("draft.enter", {"draft": draft_id, "vector": "AA=="})
        fresh: Doc[Any] = Doc()
        fresh.apply_update(base64.b64decode(answer["update"]))
        assert str(fresh.get("default", type=XmlFragment)) == str(fragment)
    line.disconnect()
    db.session.rollback()
