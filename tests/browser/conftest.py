"""Chromium, driven as a person would: by what is written on the page."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from flask import Flask
from flask_babel import force_locale, gettext
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    expect,
    sync_playwright,
)

from tests.clients import Reader
from tests.processes import Server
from tests.world import World

CHROMIUM = (
    os.environ.get("TEST_CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)
# Chromium without windows draws the same at half the cost. Where several people have pages open at once it
# left one of them undrawn now and then, so it is for pages that are looked at alone.
SHELL = shutil.which("chromium-headless-shell") or CHROMIUM
WELL_KNOWN = 5  # places in which a text of one look has been looked at
# What Chromium would fetch or start by itself.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# What the contrast of a text hangs on is the same in many places: its colour and size, and all that lies
# behind it. Axe looks at it where it is not well known yet, since that takes longer than its other rules.
# Where scripts are off, no timer of the page ever rings, and axe waits for some. What was in order is half
# a megabyte for each page, and stays there.
RUN_AXE = """async ([colours, known, enough]) => {
  const behind = new Map([[null, ""]])
  const ground = (it) => {
    if (!behind.has(it)) {
      const own = getComputedStyle(it)
      const adds = own.backgroundColor !== "rgba(0, 0, 0, 0)" || own.backgroundImage !== "none" ||
        own.opacity !== "1" || own.position !== "static"
      const layer = adds ? [own.backgroundColor, own.backgroundImage, own.opacity, own.position].join() : ""
      behind.set(it, ground(it.parentElement) + layer)
    }
    return behind.get(it)
  }
  const number = (text) => [...text].reduce((sum, one) => (Math.imul(sum, 31) + one.charCodeAt(0)) | 0, 7)
  const counts = new Map(known), looks = []
  for (const it of colours ? document.body.querySelectorAll("*") : []) {
    const says = it.matches("input, select, textarea") ||
      [...it.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())
    if (!says || it.closest(":disabled, [aria-disabled=true], label:has(:disabled)")) continue
    const box = it.getBoundingClientRect()
    if (box.width <= 1 || box.height <= 1 || !it.checkVisibility({visibilityProperty: true})) continue
    const own = getComputedStyle(it)
    const look = number([own.color, own.fontSize, own.fontWeight, own.textShadow, ground(it)].join())
    if ((counts.get(look) ?? 0) >= enough) continue
    counts.set(look, (counts.get(look) ?? 0) + 1)
    looks.push(look)
    it.setAttribute("data-look", "")
  }
  axe.configure({rules: [{id: "color-contrast", selector: "[data-look]"}]})
  const options = {
    resultTypes: ["violations"], preload: false, rules: {"color-contrast": {enabled: looks.length > 0}},
  }
  const timer = window.setTimeout
  window.setTimeout = (go, wait, ...rest) => { Promise.resolve().then(() => go(...rest)); return 0 }
  try {
    return [(await axe.run(document, options)).violations, looks]
  } finally {
    window.setTimeout = timer
    document.querySelectorAll("[data-look]").forEach((it) => it.removeAttribute("data-look"))
  }
}"""
# Nothing if the page is not wider than the window, else what reaches furthest over its edge.
PUSHED_OFF = """() => {
  const page = document.documentElement
  if (page.scrollWidth <= page.clientWidth) return []
  const name = (it) => [it.tagName.toLowerCase(), it.id && "#" + it.id, ...it.classList].join(" ").trim()
  const over = [...document.body.querySelectorAll("*")].filter((it) => {
    const box = it.getBoundingClientRect()
    return box.width && (box.right > page.clientWidth + 1 || box.left < -1)
  })
  return [page.scrollWidth + " px: " + over.slice(0, 6).map(name).join(" > ")]
}"""
PATIENCE = 15_000  # milliseconds, for a machine that is busy with other tests
# The browser reports each 4xx answer by itself, and tests ask for some of them on purpose; on a line that is
# cut by a test something may still be on its way.
EXPECTED = ("Failed to load resource", "Data frame received after close")
LOCALES = {"de": "de-DE", "en": "en-GB", "ar": "ar"}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers, started once for each worker."""
    if not CHROMIUM:
        pytest.skip("Chromium could not be had")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser itself, started once for each worker."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def shell(playwright: Playwright) -> Iterator[Browser]:
    """The browser for pages that are looked at one after another."""
    # A page is left before it pays to compile its scripts and axe well: a seventh less of the processor.
    browser = playwright.chromium.launch(
        executable_path=SHELL, args=[*ARGUMENTS, "--js-flags=--no-opt --no-maglev"]
    )
    yield browser
    browser.close()


@pytest.fixture
def site(world: World, servers: Callable[..., list[Server]]) -> Server:
    """One server process on the data of the test, which knows everybody in `world`."""
    return servers(1)[0]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`page(server, "/groups", reader=sign_in(anke), width=390, language="ar", theme="dark", scripts=False)`.

    A window of its own each time; `reader` lends its sign-in. A console error, a script error, a refused
    policy or a request to another host fails the test when it ends.
    """
    trouble: list[str] = []
    with ExitStack() as windows:

        def open_page(
            server: Server,
            path: str = "/",
            *,
            reader: Reader | None = None,
            width: int = 1280,
            height: int = 0,
            language: str = "de",
            theme: str = "light",
            scripts: bool = True,
        ) -> Page:
            context = chromium.new_context(
                base_url=server.url,
                viewport={"width": width, "height": height or (844 if width < 600 else 900)},
                locale=LOCALES[language],
                timezone_id="Europe/Berlin",
                color_scheme="dark" if theme == "dark" else "light",
                reduced_motion="reduce",
                java_script_enabled=scripts,
                has_touch=width < 600,
            )
            windows.callback(context.close)
            context.set_default_timeout(PATIENCE)
            lend(context, server, reader)
            window = context.new_page()
            watch(window, server, trouble)
            if scripts:
                wait_for_scripts(window)
            window.goto(path)
            return window

        yield open_page
    assert not trouble, "in the browser: " + "; ".join(trouble)


def lend(context: BrowserContext, server: Server, reader: Reader | None) -> None:
    """Give a window the session of a signed-in reader."""
    for cookie in reader._cookies.values() if reader is not None else ():
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server.url}])


def watch(window: Page, server: Server, trouble: list[str]) -> None:
    """Note what goes wrong in a window without a person seeing it."""

    def told(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in EXPECTED):
            trouble.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(
            (server.url, server.url.replace("http", "ws"), "data:", "about:", "blob:")
        ):
            trouble.append(f"a request to {request.url}")

    def failed(error: Error) -> None:
        # Turbo says so of a frame whose page was left while its answer came.
        if error.name != "AbortError":
            trouble.append(f"{error} on {window.url}: {error.stack}")

    window.on("console", told)
    window.on("pageerror", failed)
    window.on("request", asked)


def ready(window: Page) -> None:
    """Wait until the scripts that the page needs are there: no person is faster than that."""
    if window.locator("script[src*='/static/app']").count():
        window.locator("html[data-script='ready']").wait_for(state="attached")


def wait_for_scripts(window: Page) -> None:
    """Let a window be ready whenever it was opened or loaded anew."""
    for name in ("goto", "reload"):

        def load(*given: Any, _load: Callable[..., Any] = getattr(window, name), **how: Any) -> Any:
            answer = _load(*given, **how)
            ready(window)
            return answer

        setattr(window, name, load)


@pytest.fixture
def sign_in_by_page(page: Callable[..., Page]) -> Callable[..., Page]:
    """`sign_in_by_page(site, email, password, width=390, ...)`: through the form, as a person does."""

    def sign_in(server: Server, email: str, password: str, **how: Any) -> Page:
        window = page(server, "/sign-in", **how)
        window.fill("[name=email]", email)
        window.fill("[name=password]", password)
        window.press("[name=password]", "Enter")
        window.wait_for_url(lambda url: "/sign-in" not in url)
        if how.get("scripts", True):
            ready(window)
        return window

    return sign_in


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """`assert axe(window) == []`: what axe-core finds (WCAG 2.0 to 2.2, A and AA, and best practice).

    `axe(window, colours=False)` leaves out contrast. Windows that see many pages read `AXE` once, with
    `add_init_script`, rather than for each page.
    """
    looks: Counter[int] = Counter()

    def check(window: Page, *, colours: bool = True) -> list[str]:
        if not window.evaluate("() => 'axe' in window"):
            window.evaluate(AXE)
        known = [[look, count] for look, count in looks.items() if count >= WELL_KNOWN]
        found, seen = window.evaluate(RUN_AXE, [colours, known, WELL_KNOWN])
        looks.update(seen)
        return [
            f"{rule['id']}: {rule['help']}: "
            + ", ".join(str(node["target"][-1]) for node in rule["nodes"][:5])
            for rule in found
        ]

    return check


@pytest.fixture
def words(app: Flask) -> Callable[..., str]:
    """`words("de", "Next item")`: how the interface says it in a language."""

    def said(language: str, text: str, **named: object) -> str:
        with app.test_request_context(), force_locale(language):
            return str(gettext(text, **named))

    return said
