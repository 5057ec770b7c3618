"""Whatever is sent to a draft, it is refused or harmless, and the document stays whole."""

import logging
import random
import re
import time
from collections.abc import Callable

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from network.drafts import html, markdown, showing, tree
from network.drafts.models import Draft, DraftUpdate
from network.drafts.wire import Unreadable, read
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes import actions
from network.sitting import actions as sitting
from tests.clients import Ear
from tests.drafts.desk import Pen
from tests.world import World, make_item, make_meeting

Listen = Callable[..., Ear]


@pytest.fixture
def draft(world: World) -> Draft:
    """The text of an item of a running meeting of Language."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    item: AgendaItem = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    actions.write(world.ben, item, text="Forty people wait.", revision=0)
    return item.minutes.draft  # type: ignore[return-value]  # it has one since it was written


def rows_of(draft: Draft) -> int:
    return int(db.session.query(DraftUpdate).filter_by(draft_id=draft.id).count())


def nested(levels: int) -> bytes:
    """An update with elements in elements."""
    document: Doc[object] = Doc(client_id=7)
    place = document.get("default", type=XmlFragment)
    with document.transaction():
        for _level in range(levels):
            place = place.children.append(XmlElement("blockquote"))
        place.children.append(XmlText("at the bottom"))
    return document.get_update()


@pytest.mark.one_database
def test_mutated_and_truncated_updates_leave_the_document_whole(
    draft: Draft, world: World, listen: Listen, caplog: pytest.LogCaptureFixture
) -> None:
    pen, dice = Pen(listen(world.ben), draft), random.Random(4)
    pen.enter()
    refused = 0
    with caplog.at_level(logging.WARNING):
        for number in range(400):
            before = pen.document.get_state()
            pen.fragment.children.append(XmlElement("paragraph")).children.append(XmlText(f"Geheim {number}"))
            update = bytearray(pen.document.get_update(before))
            if number % 2:
                update = update[: dice.randrange(len(update))]
            else:
                for _sign in range(3):
                    update[dice.randrange(len(update))] = dice.randrange(256)
            refused += not pen.send(bytes(update))["ok"]
            pen = Pen(pen.ear, draft)
            pen.enter()
    assert refused > 350 and "Geheim" not in caplog.text
    showing.show_now(draft.id)
    pen.write("Still in order.")
    fresh = Pen(listen(world.anke), draft)
    fresh.enter()
    assert "Forty people wait." in str(fresh) and "Still in order." in str(fresh)


def test_what_is_too_large_or_too_deep_is_refused(draft: Draft, world: World, listen: Listen) -> None:
    pen = Pen(listen(world.ben), draft)
    pen.enter()
    assert pen.write("x" * 10_000_000)["error"] == "too_large"
    assert Pen(pen.ear, draft).send(nested(10_000))["error"] == "invalid"
    deep: Doc[object] = Doc(client_id=9)
    place = deep.get("default", type=XmlFragment)
    answers = []
    for _level in range(150):  # one level each time
        before = deep.get_state()
        place = place.children.append(XmlElement("blockquote"))
        answers.append(pen.send(deep.get_update(before))["ok"])
    assert answers[:50] == [True] * 50 and answers[-1] is False
    fresh = Pen(listen(world.anke), draft)
    fresh.enter()
    assert "Forty people wait." in str(fresh) and fresh.write("And more.")["ok"]


def test_a_document_has_an_end(draft: Draft, world: World, listen: Listen) -> None:
    pen = Pen(listen(world.ben), draft)
    pen.enter()
    answers = [pen.write("x" * 900_000) for _part in range(6)]
    assert [answer["ok"] for answer in answers] == [True] * 5 + [False]
    assert answers[-1]["error"] == "too_large" and rows_of(draft) == 6


def test_nobody_writes_in_the_name_of_another(draft: Draft, world: World, listen: Listen) -> None:
    ben, anke = Pen(listen(world.ben), draft, client=1001), Pen(listen(world.anke), draft)
    ben.enter()
    ben.write("This is mine.")
    anke.enter()
    forged = Pen(anke.ear, draft, client=1001)
    forged.document.apply_update(ben.document.get_update())
    assert forged.write("And this is his?")["error"] == "invalid"
    assert ben.write("So is this.")["ok"]


def test_what_has_a_gap_is_asked_for_again(draft: Draft, world: World, listen: Listen) -> None:
    pen = Pen(listen(world.ben), draft)
    pen.enter()
    before = pen.document.get_state()
    pen.fragment.children.append(XmlElement("paragraph"))
    missed = pen.document.get_state()
    pen.fragment.children.append(XmlElement("paragraph"))
    assert pen.send(pen.document.get_update(missed))["error"] == "stale"
    assert pen.send(pen.document.get_update(before))["ok"]


@pytest.mark.parametrize("draft_id", [0, -1, 999_999, "1", None, [1], {"a": 1}, 1.5, True])
def test_a_draft_that_is_none_does_not_exist(world: World, listen: Listen, draft_id: object) -> None:
    ear = listen(world.ben)
    assert ear.send("draft.enter", {"draft": draft_id, "vector": "AA=="})["error"] == "not_found"
    assert ear.send("draft.update", {"draft": draft_id, "update": "AAA="})["error"] == "not_found"


def test_the_draft_of_another_group_does_not_exist(draft: Draft, world: World, listen: Listen) -> None:
    outsider = Pen(listen(None), draft)
    assert outsider.enter()["error"] == "not_found"
    assert outsider.write("Hello?")["error"] == "not_found"
    assert rows_of(draft) == 1


@pytest.mark.parametrize("sent", [None, [], "x", {"draft": 1}, {"vector": "AA=="}, {"draft": 1, "vector": 7}])
def test_events_that_are_none_are_answered(world: World, listen: Listen, sent: object) -> None:
    ear = listen(world.ben)
    for event in ("draft.enter", "draft.update"):
        assert ear.send(event, sent)["ok"] is False
    ear.send("draft.caret", sent)


def test_a_caret_says_who_it_is_whatever_it_claims(draft: Draft, world: World, listen: Listen) -> None:
    ben, anke = Pen(listen(world.ben), draft), Pen(listen(world.anke), draft)
    ben.enter()
    anke.enter()
    state = b'{"user":{"name":"The Office","id":1},"cursor":null}'
    ben.caret(5, 1, state)
    (heard,) = anke.carets()
    assert world.ben.name.encode() in heard and b"The Office" not in heard
    anke.caret(5, 9, b"null")  # the caret of somebody else
    assert ben.carets() == []
    late = Pen(listen(world.anke), draft)
    late.enter()
    assert world.ben.name.encode() in late.carets()[0]
    ben.ear.leave()
    assert b"null" in anke.carets()[-1]


def hostile() -> tuple[Doc[object], XmlFragment]:
    document: Doc[object] = Doc(client_id=3)
    fragment = document.get("default", type=XmlFragment)
    with document.transaction():
        script = fragment.children.append(XmlElement("script", {"src": "https://evil.example/x.js"}))
        script.children.append(XmlText("alert(1)"))
        image = fragment.children.append(XmlElement("image", {"onerror": "alert(1)", "src": "x"}))
        image.children.append(XmlText("<img src=x onerror=alert(1)>"))
        words = fragment.children.append(XmlElement("paragraph", {"style": "x", "onclick": "y()"}))
        text = words.children.append(XmlText())
        for address in (
            "javascript:alert(1)",
            " javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            '/"onmouseover="alert(1)',
        ):
            text.insert(len(text), f"[{address}]", {"link": {"href": address, "onclick": "alert(1)"}})
        text.insert(len(text), "</p><script>", {"unknown": {"a": "b"}, "bold": {}})
        text.insert(len(text), "end", {"comment--aaaaaaaa": {"id": '"><script>'}, "insertion": {"by": "<b>"}})
        fragment.children.append(XmlElement("decisionLine", {"id": "1 onclick=x"}))
        fragment.children.append(XmlElement("heading", {"level": 1})).children.append(XmlText("Title"))
        fragment.children.append(XmlElement("tableCell")).children.append(XmlText("loose cell"))
        odd = fragment.children.append(XmlElement("bulletList"))
        odd.children.append(XmlElement("heading", {"level": 2})).children.append(XmlText("in a list"))
        fragment.children.append(XmlText("text without a paragraph"))
    return document, fragment


def test_hostile_documents_are_shown_harmlessly_and_lose_no_word() -> None:
    _document, fragment = hostile()
    shown = str(html.render(tree.read(fragment)))
    tags = set(re.findall(r"<\s*([a-z0-9]+)", shown))
    assert tags <= {"p", "strong", "ul", "li", "h3", "h4", "ins", "a"}, tags
    assert "script:" not in shown.replace("[javascript:", "").replace("[ javascript:", "").replace(
        "[java\nscript:", ""
    )
    for word in ("alert(1)", "Title", "loose cell", "in a list", "text without a paragraph", "end"):
        assert word in shown
    assert "onclick" not in shown and "evil.example/x.js" not in shown
    assert 'href="//' not in shown and 'href="/\\' not in shown


def test_deep_documents_are_shown_flat_and_fast() -> None:
    document: Doc[object] = Doc()
    document.apply_update(nested(10_000))
    began = time.process_time()
    nodes = tree.read(document.get("default", type=XmlFragment))
    shown = html.render(nodes)
    assert time.process_time() - began < 5 and shown.count("<blockquote") < 25 and "at the bottom" in shown
    assert "at the bottom" in markdown.write(nodes)


@pytest.mark.parametrize("value", [b"u\x01" * 200_000, b"v\x01\x01a" * 100_000])
def test_values_in_values_are_refused_before_the_library_reads_them(value: bytes) -> None:
    with pytest.raises(Unreadable):
        read(b"\x01\x01\x05\x00\x28\x01\x07default\x01a\x01" + value)
