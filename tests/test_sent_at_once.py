"""One form, sent over a line that breaks and by eight clicks at once, on a real server."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from network.agenda.models import AgendaProposal
from network.extensions import db
from tests.processes import Guest, Server, wait_until
from tests.world import World


def test_a_line_that_breaks_and_eight_clicks_at_once_make_one_proposal(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    ben = visit(servers(1)[0], world.ben)
    address = f"/groups/{world.language.id}/proposals"
    sent = {"title": "A quiet room", "key": "a-sending-of-a-form"}

    def made() -> list[str]:
        db.session.rollback()
        return list(db.session.scalars(select(AgendaProposal.title)))

    hang_up_after(ben, address, sent)
    wait_until(made, "what arrived is done, though nobody waits for the answer")
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda _click: ben.post(address, data=sent), range(8)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert made() == ["A quiet room"]


def hang_up_after(guest: Guest, path: str, sent: dict[str, str]) -> None:
    """Send a form and close the line before anything is answered."""
    body = urlencode(sent).encode()
    place = urlsplit(guest.server.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {guest.cookie}\r\n"
        f"X-CSRFToken: {guest.headers['X-CSRFToken']}\r\nContent-Length: {len(body)}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection((str(place.hostname), place.port or 80), timeout=10) as line:
        line.sendall(head.encode() + body)
