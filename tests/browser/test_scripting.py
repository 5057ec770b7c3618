"""The same payloads in a real browser: nothing is called, and the policy has nothing to refuse."""

from collections.abc import Callable

from playwright.sync_api import Page

from network.discussions import actions
from network.extensions import db
from network.forms import clean_text
from tests.clients import Reader
from tests.payloads import PAYLOADS
from tests.processes import Server
from tests.world import World


def test_nothing_that_was_written_runs(
    world: World, site: Server, page: Callable[..., Page], sign_in: Callable[..., Reader]
) -> None:
    world.ben.recorded_name = "<img src=x onerror=alert(1)>"
    db.session.commit()
    thread = actions.start(world.ben, world.language, title=PAYLOADS[0], text="First")
    for payload in PAYLOADS:
        actions.post(world.ben, thread, text=clean_text(payload))
    called: list[str] = []
    window = page(site, "/my", reader=sign_in(world.anke))
    window.on("dialog", lambda dialog: (called.append(dialog.message), dialog.dismiss()))
    for before in range(50, len(PAYLOADS) + 52, 50):
        window.goto(f"/threads/{thread.id}?before={before}")
        window.locator(".nw-msg").last.hover()
    window.goto(f"/groups/{world.language.id}/discussions")
    actions.post(world.ben, thread, text="<script>alert(1)</script>**live**")
    window.goto(f"/threads/{thread.id}")
    window.locator("strong", has_text="live").last.wait_for()
    assert called == []
