"""The picture of what is missing where, walked through by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.clients import Reader
from tests.needs.makers import confirmed, municipality, topic
from tests.processes import Server
from tests.world import World


@pytest.fixture
def missing(world: World, request: pytest.FixtureRequest) -> None:
    """Art is missing in Neuhof and Auenstadt, housing in Auenstadt alone; the Office reads `language`."""
    world.olaf.language = request.node.callspec.params["language"]
    for kind, where in (("art", "Auenstadt"), ("housing", "Auenstadt"), ("art", "Neuhof")):
        place = municipality(where).id
        confirmed(world, f"No {kind} in {where}", topic_id=topic(kind).id, municipality_id=place)


@pytest.mark.parametrize(("language", "onwards", "back"), [("de", "Right", "Left"), ("ar", "Left", "Right")])
def test_arrow_keys_lead_from_cell_to_cell_past_those_that_lead_nowhere(
    world: World,
    missing: None,
    site: Server,
    page: Callable[..., Page],
    sign_in: Callable[..., Reader],
    language: str,
    onwards: str,
    back: str,
) -> None:
    office = sign_in(world.olaf)
    window = page(site, "/coverage", reader=office, language=language)
    table = window.locator("#picture table")
    expect(table.locator("a[tabindex='0']")).to_have_count(1)  # one stop for all of it
    at = "(it) => [it.closest('td, th').cellIndex, it.closest('tr').innerText]"

    def press(key: str) -> tuple[int, str]:
        window.keyboard.press(key)
        column, row = table.locator("a:focus").evaluate(at)
        return column, row.split()[0]

    table.locator("a[tabindex='0']").focus()
    assert press(f"Arrow{onwards}")[0] == 2
    assert press("ArrowDown") == (2, "Auenstadt")  # in Neuhof nothing is known of housing
    assert press(f"Arrow{back}") == (1, "Auenstadt")
    assert press("ArrowUp") == (1, "Neuhof")
    assert press(f"Arrow{onwards}") == (1, "Neuhof")
    window.keyboard.press("Tab")
    assert window.evaluate("() => document.activeElement.closest('#picture table')") is None
    phone = page(site, "/coverage", reader=office, language=language, width=390)
    expect(phone.locator("#picture table")).to_be_visible()
    expect(phone.locator("#picture table a[tabindex]")).to_have_count(0)
