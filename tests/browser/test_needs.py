"""A need on a phone: what others saw already is shown while typing, and one press says "we see this too"."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from network.extensions import db
from network.needs.models import Need
from tests.browser.conftest import PUSHED_OFF
from tests.clients import Reader
from tests.needs.makers import confirmed
from tests.processes import Server
from tests.world import World

SEEN = "Kein Deutschkurs mit Kinderbetreuung"


def test_what_is_like_it_is_shown_while_anke_types(
    world: World,
    site: Server,
    page: Callable[..., Page],
    sign_in: Callable[..., Reader],
    words: Callable[..., str],
    axe: Callable[..., list[str]],
) -> None:
    world.anke.language = "de"
    need = confirmed(world, SEEN)
    anke = page(site, "/needs/new", reader=sign_in(world.anke), width=390)
    title = anke.get_by_label(words("de", "What is missing?"))
    title.press_sequentially("Deutschkurs mit Kinderbetreuung")
    expect(anke.get_by_role("link", name=SEEN)).to_be_visible()
    assert axe(anke, colours=False) == []
    assert anke.evaluate(PUSHED_OFF) == []
    # Enter sends what is written; since a topic is missing, the page asks for it and supports nothing.
    title.press("Enter")
    expect(anke.get_by_label(words("de", "Topic"))).to_have_attribute("aria-invalid", "true")
    expect(anke.get_by_role("link", name=SEEN)).to_be_visible()
    db.session.refresh(need)
    assert len(need.supports) == 1
    anke.get_by_role("button", name=words("de", "We see this too: %(title)s", title=SEEN)).click()
    # What she has typed goes along as her sentence, if she wants it.
    sentence = anke.get_by_label(words("de", "What do you see?"))
    expect(sentence).to_have_value("Deutschkurs mit Kinderbetreuung")
    anke.get_by_role("button", name=words("de", "We see this too"), exact=True).click()
    expect(anke).to_have_url(re.compile(rf"/needs/{need.id}(#seen)?$"))
    noted = words("de", "Noted for %(organisation)s.", organisation=world.school.name)
    expect(anke.get_by_text(noted)).to_be_visible()
    assert db.session.query(Need).count() == 1
