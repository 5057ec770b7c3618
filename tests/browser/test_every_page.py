"""Every page, in German and Arabic, light and dark, wide and narrow, with scripts and without."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from network import create_app
from network.extensions import db
from tests.browser.conftest import AXE, LOCALES, PATIENCE, PUSHED_OFF, lend, watch
from tests.browser.every_page import NO_PAGES, PAGES, EveryPage
from tests.clients import Reader
from tests.databases import SQLite
from tests.processes import Server


@dataclass(frozen=True)
class Mode:
    """How pages are looked at.

    They are loaded at the first width, at which axe looks at them, and then seen at the others. Contrast
    hangs on the theme alone: it takes most of the time, so one mode of each theme looks for it.
    """

    name: str
    language: str
    theme: str
    widths: tuple[int, ...]
    scripts: bool = True
    colours: bool = True


MODES = [
    Mode("German, light, on a desk and on a phone", "de", "light", (1280, 390, 320)),
    Mode("Arabic, dark, on a phone", "ar", "dark", (390, 320)),
    Mode("German, scripts off", "de", "light", (1280,), scripts=False, colours=False),
]
# Of a page that is shown in several states: what scripts have a part in is the same in all of them.
FIRST = set({example.endpoint: example for example in reversed(PAGES)}.values())
PEOPLE = sorted({example.who for example in PAGES})


@pytest.fixture(scope="module")
def every_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EveryPage, Server]]:
    """All examples on data of their own, which are only read, and the one server that shows them."""
    folder = tmp_path_factory.mktemp("every-page")
    database = SQLite(folder)
    shared = {
        "SECRET_KEY": "only for tests",
        "DATABASE_URL": database.url,
        "INSTANCE_PATH": str(folder / "instance"),
    }
    app = create_app({**shared, "TESTING": True, "SITE_URL": "http://localhost"})
    app.test_client_class = Reader
    database.lay(app)
    database.empty(app)
    server = Server(folder, {**shared, "RATELIMIT_ENABLED": "0"})
    with app.app_context():
        made = EveryPage(app)
        server.start()
        yield made, server
        server.stop()
        db.session.remove()
        db.engine.dispose()


def test_no_page_is_forgotten(application: Flask) -> None:
    known = {example.endpoint for example in PAGES} | set(NO_PAGES)
    there = {rule.endpoint for rule in application.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert sorted(there - known) == [], "add these to tests/browser/every_page.py"
    assert sorted(known - there) == [], "listed, but not there"


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)
def test_every_page_is_open_to_everybody(
    mode: Mode,
    who: str,
    every_page: tuple[EveryPage, Server],
    shell: Browser,
    axe: Callable[..., list[str]],
) -> None:
    made, server = every_page
    made.speak(mode.language)
    wrong: list[str] = []
    with a_window(shell, server, mode, made.readers.get(who)) as (window, trouble):
        for example, path in zip(PAGES, made.paths, strict=True):
            if example.who == who and (mode.scripts or example in FIRST):
                faults = [*look_at(window, path, mode, example.status, axe), *trouble]
                wrong += [f"{example} {path}: {fault}" for fault in faults]
                trouble.clear()
    assert not wrong, f"{len(wrong)} faults:\n" + "\n".join(wrong)


@contextmanager
def a_window(
    browser: Browser, server: Server, mode: Mode, reader: Reader | None
) -> Iterator[tuple[Page, list[str]]]:
    """A window in which somebody is signed in, and what goes wrong in it without being seen."""
    trouble: list[str] = []
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": mode.widths[0], "height": 844},
        locale=LOCALES[mode.language],
        timezone_id="Europe/Berlin",
        color_scheme="dark" if mode.theme == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=mode.scripts,
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(AXE)
    lend(context, server, reader)
    window = context.new_page()
    watch(window, server, trouble)
    yield window, trouble
    context.close()


def look_at(window: Page, path: str, mode: Mode, status: int, axe: Callable[..., list[str]]) -> list[str]:
    """Open a page; say if it answers in another way, what makes it wider than a window, what axe finds."""
    window.set_viewport_size({"width": mode.widths[0], "height": 844})
    answer = window.goto(path)
    assert answer is not None
    faults = [] if answer.status == status else [f"answered with {answer.status}"]
    for width in mode.widths:
        if width != mode.widths[0]:
            window.set_viewport_size({"width": width, "height": 844})
        faults += [f"pushed off {width} px: {what}" for what in window.evaluate(PUSHED_OFF)]
        if width == mode.widths[0]:
            faults += [f"at {width} px: {what}" for what in axe(window, colours=mode.colours)]
    return faults
