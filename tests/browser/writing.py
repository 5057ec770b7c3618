"""A text that several people write at once: how a test types in it, reads it, and cuts the connection."""

from playwright.sync_api import Locator, Page, WebSocketRoute

from tests.processes import wait_until

SAID = """(text) => {
  const copy = text.cloneNode(true)
  copy.querySelectorAll(".ed-caret, img").forEach((passing) => passing.remove())
  return [...copy.children].map((block) => block.textContent).filter(Boolean)
}"""


def text_of(window: Page) -> Locator:
    """The text of the item that is on, where it is written."""
    return window.locator("#desk details[open] .ed-text").first


def said(window: Page) -> list[str]:
    """Its blocks, without the carets of the others."""
    blocks: list[str] = text_of(window).evaluate(SAID)
    return blocks


def wait_for(window: Page, words: str) -> None:
    """Until its text says so; the name at somebody's caret may stand in the middle of a word."""
    wait_until(lambda: any(words in block for block in said(window)), f"the text says {words!r}", within=30)


def state_of(window: Page) -> Locator:
    return window.locator("#desk details[open] .ed-foot [data-state]").first


def write(window: Page, words: str) -> None:
    """Type at the end, as a paragraph of its own."""
    text_of(window).focus()
    press(window, "Control+End Enter")
    window.keyboard.type(words)


# The browser tells the editor of the caret after a frame; where others are at work, after two.
SETTLED = """new Promise((done) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 10)))
})"""


def press(window: Page, keys: str) -> None:
    """Press keys one after the other, each when the editor knows where the caret is."""
    for key in keys.split():
        window.keyboard.press(key)
        window.evaluate(SETTLED)


class Mast:
    """The line of one window, which can be cut like that of a train in a tunnel."""

    def __init__(self, window: Page) -> None:
        self.window = window
        self.lines: list[WebSocketRoute] = []
        self.is_down = False
        window.context.route_web_socket("**/socket.io/**", self._pass_on)
        window.reload()

    def _pass_on(self, line: WebSocketRoute) -> None:
        if self.is_down:
            line.close()
            return
        line.connect_to_server()
        self.lines.append(line)

    def cut(self) -> None:
        """No connection any more."""
        self.is_down = True
        self.window.context.set_offline(True)
        for line in self.lines:
            line.close()

    def mend(self) -> None:
        """There is one again."""
        self.is_down = False
        self.window.context.set_offline(False)
