"""How a text came to be: versions, what is different between them, comments on passages, suggestions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network.changes import Invalid, Refused, Stale
from network.drafts import actions, comparing, html, markdown, versions
from network.drafts.models import Draft, DraftComment
from network.extensions import db
from network.minutes import actions as minutes
from network.minutes import lines
from network.sitting import actions as sitting
from tests.clients import Ear, Reader
from tests.drafts.desk import Pen
from tests.letterbox import Letterbox
from tests.world import World, make_item, make_meeting

pytestmark = pytest.mark.both_databases  # versions are rows

Listen = Callable[..., Ear]
SignIn = Callable[..., Reader]


@pytest.fixture
def draft(world: World) -> Draft:
    """The text of an item of a running meeting of Language, written by Ben."""
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    item = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    minutes.write(world.ben, item, text="Forty people wait.\n\nThe school has room.", revision=0)
    return item.minutes.draft  # type: ignore[return-value]  # it has one since it was written


def said(draft: Draft, number: int) -> str:
    return markdown.write(versions.said_at(draft, number))


def test_a_pause_ends_a_version_and_everybody_who_wrote_is_named(
    draft: Draft, world: World, listen: Listen, clock: Any
) -> None:
    ben, anke = Pen(listen(world.ben), draft), Pen(listen(world.anke), draft)
    ben.enter()
    anke.enter()
    clock.shift(timedelta(minutes=6))
    for pen in (ben, anke, ben):
        pen.hear()
        assert pen.write("A word.")["ok"]
        clock.shift(timedelta(seconds=20))
    found = versions.of(draft)
    assert [one.number for one in found] == [4, 1]
    assert [person.name for person in found[0].people] == [world.ben.name, world.anke.name]


def test_a_version_stands_again_and_what_it_replaced_can_be_found(draft: Draft, world: World) -> None:
    minutes.write(world.anke, draft.parent.parent, text="Nobody waits.", revision=1)
    with pytest.raises(Stale):
        actions.restore(world.ben, draft, number=1, seen=1)
    with pytest.raises(Invalid):
        actions.restore(world.ben, draft, number=3, seen=2)
    with pytest.raises(Refused):
        actions.restore(world.guel, draft, number=1, seen=2)
    assert draft.number == 2
    actions.restore(world.ben, draft, number=1, seen=2)
    assert draft.parent.text == "Forty people wait.\n\nThe school has room." == said(draft, 3)
    assert said(draft, 2) == "Nobody waits." and [one.number for one in versions.of(draft)] == [3, 2, 1]


def test_a_version_is_kept_under_a_name(draft: Draft, world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    answer = ben.post(f"/drafts/{draft.id}/name", data={"name": "Before the break", "number": "1"})
    assert answer.status_code == 303
    assert "Before the break" in ben.get(f"/drafts/{draft.id}/versions").text
    answer = ben.post(f"/drafts/{draft.id}/name", data={"name": " ", "number": "1"})
    assert answer.status_code == 422 and "Please fill this in." in answer.text
    answer = ben.post(f"/drafts/{draft.id}/name", data={"name": "Later", "number": "7"})
    assert answer.status_code == 422 and "This version does not exist." in answer.text


def test_what_is_different_is_shown_word_by_word(draft: Draft, world: World, sign_in: SignIn) -> None:
    item = draft.parent.parent
    minutes.write(world.ben, item, text="Fifty people wait.\n\nThe school has room.\n\nAnd more.", revision=1)
    kinds = [one.kind for one in comparing.compare(versions.said_at(draft, 1), versions.said_now(draft))]
    assert kinds == [comparing.CHANGED, comparing.SAME, comparing.NEW]
    page = sign_in(world.guel).get(f"/drafts/{draft.id}/versions/1").text
    assert "<del>Forty</del><ins>Fifty</ins> people wait." in page and "And more." in page
    assert "Let this version stand again" not in page  # a reader's page


def test_who_wrote_what_is_known_by_the_clients(
    draft: Draft, world: World, listen: Listen, sign_in: SignIn
) -> None:
    pen = Pen(listen(world.anke), draft, client=4242)
    pen.enter()
    pen.write("By Anke.")
    answer = sign_in(world.ben).get(f"/drafts/{draft.id}/authors")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    found = answer.json
    assert found["clients"]["4242"] == world.anke.id
    assert found["people"][str(world.anke.id)] == {"name": world.anke.name, "topic": world.anke.colour}


def test_a_comment_reaches_those_who_wrote_and_is_settled(
    draft: Draft, world: World, listen: Listen, sign_in: SignIn, letters: Letterbox
) -> None:
    reader = listen(world.guel, draft.room)
    answer = listen(world.anke).do("drafts.comment", draft, text="Since when?", quote="Forty people")
    comment = db.session.get(DraftComment, answer["id"])
    assert comment.text == "Since when?" and f"draft_comment_{comment.id}" in reader.html()
    assert "Since when?" in letters.last(world.ben).text
    assert "Since when?" in sign_in(world.ben).get(f"/drafts/{draft.id}/comments").text
    sign_in(world.ben).post(f"/draft-comments/{comment.id}/resolve")
    db.session.refresh(comment)
    assert comment.resolved_by_id == world.ben.id and "Since when?" in letters.last(world.anke).text
    assert listen(world.guel).do("drafts.reopen", comment)["error"] == "forbidden"
    assert listen(world.anke).do("drafts.reopen", comment)["ok"]
    db.session.refresh(comment)
    assert comment.resolved_at is None


def test_what_is_only_suggested_is_shown_and_not_yet_said(draft: Draft, world: World, listen: Listen) -> None:
    pen = Pen(listen(world.anke), draft)
    pen.enter()
    pen.write("Perhaps this.", insertion={"by": world.anke.id, "at": "2026-12-02"})
    pen.write("Perhaps not this.", deletion={"by": world.anke.id, "at": "2026-12-02"})
    nodes = versions.said_now(draft)
    shown = html.render(nodes, {world.anke.id: world.anke.name})
    assert (
        f'<ins class="nw-proposed" title="{world.anke.name}">Perhaps this.</ins>' in shown and "<del" in shown
    )
    assert "Perhaps this." not in markdown.write(nodes) and "Perhaps not this." in markdown.write(nodes)
    # Whoever writes without the editor leaves what others suggest as it is.
    minutes.write(world.ben, draft.parent.parent, text="Only one sentence.", revision=1 + 2)
    assert "Perhaps this." in html.render(versions.said_now(draft))
    assert draft.parent.text == "Only one sentence."


def test_decisions_stand_in_the_text_as_they_are_and_only_those_of_its_room(
    draft: Draft, world: World, sign_in: SignIn
) -> None:
    item = draft.parent.parent
    decision = lines.decide(world.anke, item, text="We ask the county.")
    foreign = make_item(make_meeting(world.closed), "Secret", 1)
    db.session.commit()
    text = f"Before.\n\n[[decision {decision.id}]]\n\n[[decision {foreign.id}]]\n\nAfter."
    minutes.write(world.ben, item, text=text, revision=1)
    assert item.minutes.text == text
    page = sign_in(world.ben).get(f"/meetings/{item.parent_id}/minutes").text
    assert page.count("We ask the county.") == 1 and "Secret" not in page


@pytest.mark.parametrize(
    "text",
    [
        "Plain.",
        "Two\nlines.",
        "## Heading\n\nWith **bold**, *italic*, ~~gone~~ and [a link](https://example.org/a_b).",
        "- one\n- two\n  - below\n  1. first\n- three",
        "3. three\n4. four",
        "> Quoted\n>\n> - list",
        "| a | b |\n| --- | --- |\n| 1 | **2** |",
        "1\\. no list\n\n\\- nor this\n\n\\# nor a heading\n\n5\\*3 and a_b_c",
        "مرحبا 😀\n\n---\n\nEnde",
        "No picture\\![but a link](https://example.org/) and Yes! [another](https://example.org/)!",
    ],
)
def test_markdown_comes_back_as_it_went_in(text: str) -> None:
    written = markdown.write(markdown.parse(text))
    assert written == text
    assert html.render(markdown.parse(written)) == html.render(markdown.parse(text))
