"""Nothing that people write runs: published payloads as messages, titles, names and names of files."""

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html as markup
from sqlalchemy import select

from network.changes import Invalid
from network.discussions import actions
from network.discussions.models import Message, Thread
from network.discussions.speech import html_of
from network.extensions import db
from network.files.models import File
from network.files.store import Stored, store
from network.forms import clean_line, clean_text
from network.texts import plain, render
from tests.clients import Ear, Reader
from tests.payloads import PAYLOADS
from tests.world import World

pytestmark = pytest.mark.one_database

ELEMENTS = {"p", "ul", "ol", "li", "blockquote", "a", "strong", "em", "br", "hr", "span"}
ATTRIBUTES = {"dir", "start", "href", "rel", "class", "data-controller", "data-author"}
ADDRESSES = ("http://", "https://", "mailto:")
AT_ONCE = 40


def foreign(text: str, elements: set[str] = ELEMENTS) -> Iterator[str]:
    """What stands in a piece of HTML and is not of our making."""
    if not text.strip():
        return
    for element in markup.fragment_fromstring(text, create_parent="div").iterdescendants():
        if element.tag not in elements:
            yield f"<{element.tag}>"
            continue
        for name, value in element.items():
            if name not in ATTRIBUTES or (name == "href" and not value.startswith(ADDRESSES)):
                yield f'<{element.tag} {name}="{value}">'


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_becomes_nothing_but_what_is_allowed(payload: str) -> None:
    for text in (
        payload,
        f"**{payload}**",
        f"- {payload}",
        f"> {payload}",
        f"[{payload}](https://a.example)",
    ):
        assert list(foreign(str(render(text)))) == []


def scripts_on(page: str) -> list[str]:
    """What on a whole page could run: scripts without an address of ours, handlers, addresses that act."""
    tree = markup.document_fromstring(page)
    found = [markup.tostring(script).decode() for script in tree.iter("script") if not script.get("src")]
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag in ("iframe", "object", "embed", "base", "applet", "math", "style", "frame"):
            found.append(element.tag)
        for name, value in element.items():
            address = "".join(value.split()).lower()
            acts = name in ("href", "src", "action", "formaction") and address.startswith(
                ("javascript:", "vbscript:", "data:text")
            )
            if name.startswith("on") or name == "srcdoc" or acts:
                found.append(f'<{element.tag} {name}="{value}">')
    return found


@pytest.fixture
def thread(world: World) -> Thread:
    """A discussion of Language in which all of them are said."""
    made: Thread = actions.start(world.ben, world.language, title="Payloads", text="First")
    for payload in PAYLOADS:
        actions.post(world.ben, made, text=clean_text(payload))
    return made


def test_a_thread_full_of_payloads_holds_no_script(
    world: World, thread: Thread, sign_in: Callable[..., Reader], listen: Callable[..., Ear]
) -> None:
    anke = sign_in(world.anke)
    for before in range(50, len(PAYLOADS) + 52, 50):
        assert scripts_on(anke.get(f"/threads/{thread.id}?before={before}").text) == []
    db.session.commit()
    for message in db.session.scalars(select(Message).where(Message.thread_id == thread.id)):
        assert list(foreign(str(html_of(message)))) == []
    ear = listen(world.anke, thread, thread.room.number - 100)
    (_number, html), *_more = ear.answer["changes"]
    assert scripts_on(f"<html><body>{html}</body></html>") == []


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), AT_ONCE))
def test_names_and_titles_hold_no_script(world: World, sign_in: Callable[..., Reader], first: int) -> None:
    threads = [
        actions.start(
            world.ben, world.language, title=clean_line(payload)[:200], text=clean_text(f"@{payload}")[:200]
        )
        for payload in PAYLOADS[first : first + AT_ONCE]
    ]
    anke = sign_in(world.anke)
    for number, payload in enumerate(PAYLOADS[first : first + AT_ONCE]):
        if number % 8 == 0:
            world.ben.recorded_name = clean_line(payload)[:120]
            db.session.commit()
            page: Any = anke.get(f"/threads/{threads[number].id}", inspected=False)
            assert scripts_on(page.text) == []
    for address in (
        "/discussions",
        f"/groups/{world.language.id}/discussions",
        f"/groups/{world.language.id}",
    ):
        assert scripts_on(anke.get(address, inspected=False).text) == []


def _stored(name: str) -> Stored | None:
    try:
        return store(io.BytesIO(b"a list"), name)
    except Invalid:  # a name that no longer says what the file is
        return None


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), AT_ONCE))
def test_names_of_files_hold_no_script(world: World, sign_in: Callable[..., Reader], first: int) -> None:
    names = [f"{payload}.txt" for payload in PAYLOADS[first : first + AT_ONCE]]
    thread = actions.start(world.ben, world.language, title="Files", text="First")
    for begin in range(0, len(names), actions.MOST_FILES):
        some = names[begin : begin + actions.MOST_FILES]
        kept = [taken for name in some if (taken := _stored(name))]
        actions.post(world.ben, thread, text="Here they are", uploads=kept)
    anke = sign_in(world.anke)
    assert scripts_on(anke.get(f"/threads/{thread.id}", inspected=False).text) == []
    for file in db.session.scalars(select(File)):
        answer = anke.get(f"/files/{file.id}/{quote(file.name, safe='')}", inspected=False)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "text/plain"


def test_a_letters_text_holds_no_markup_that_acts() -> None:
    for payload in PAYLOADS:
        assert "\x00" not in plain(payload)
        assert list(foreign(str(render(plain(payload))))) == []
