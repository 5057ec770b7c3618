"""A decision or an action stands once: where the text names it, else below it; also for who listens."""

from collections.abc import Callable

import pytest

from network.dates import today
from network.drafts import actions as drafts
from network.drafts import showing
from network.extensions import db
from network.meetings.models import AgendaItem
from network.minutes import actions, lines
from network.minutes.models import MinutesState
from network.sitting import actions as sitting
from tests.clients import Ear, Reader
from tests.drafts.desk import Pen
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]
Listen = Callable[..., Ear]
DECIDED, AGREED = "We start in January.", "Ask the schools."


@pytest.fixture
def item(world: World) -> AgendaItem:
    """The item of a running meeting of Language, with a decision and an action that its text names."""
    meeting = make_meeting(world.language, chair_id=world.anke.id, minute_taker_id=world.ben.id)
    made = make_item(meeting, "Waiting lists", 1)
    db.session.commit()
    sitting.start(world.anke, meeting)
    sitting.next_item(world.anke, meeting, expected=0)
    decision = lines.decide(world.ben, made, text=DECIDED)
    action = lines.agree(world.ben, made, text=AGREED)
    text = f"Before.\n\n[[decision {decision.id}]]\n\n[[action {action.id}]]\n\n[[decision {decision.id}]]"
    actions.write(world.ben, made, text=text, revision=0)
    return made


def below(item: AgendaItem, page: str) -> str:
    """What stands in the list of decisions below the text."""
    return page.split(f'id="{item.dom_id}_decisions"')[1].split("</ol>")[0]


def test_what_the_text_names_stands_in_it_and_nowhere_else(
    item: AgendaItem, world: World, sign_in: SignIn
) -> None:
    further = lines.decide(world.ben, item, text="And in May again.")
    decision, action, ben = item.decisions[0], item.actions[0], sign_in(world.ben)
    for address in (f"/meetings/{item.parent_id}/minutes", f"/items/{item.id}/minutes"):
        page = ben.get(address).text
        assert page.count(f'id="{decision.dom_id}"') == page.count(f'id="{action.dom_id}"') == 1
        assert further.dom_id in below(item, page) and f'id="{decision.dom_id}"' not in below(item, page)
    page = ben.get(f"/meetings/{item.parent_id}/minutes").text
    assert page.count(DECIDED) == 1 and page.count(AGREED) > 0
    sitting.close(world.anke, item.parent, expected=item.id)
    actions.circulate(world.ben, item.parent.minutes, until=today())
    page = ben.get(f"/meetings/{item.parent_id}/minutes").text
    assert page.count(DECIDED) == 1 and page.count(f'id="{decision.dom_id}"') == 1
    assert f'href="#{decision.dom_id}"' not in page


def test_whoever_listens_sees_it_move_into_the_text_and_back(
    item: AgendaItem, world: World, listen: Listen
) -> None:
    decision, ear = item.decisions[0], listen(world.olena, item.parent)
    actions.write(world.ben, item, text="Before.", revision=item.minutes.revision)
    assert decision.dom_id in below(item, ear.html())
    ear.forget()
    actions.write(world.ben, item, text=f"[[decision {decision.id}]]", revision=item.minutes.revision)
    assert decision.dom_id not in below(item, ear.html()) and ear.html().count(f'id="{decision.dom_id}"') == 1
    ear.forget()
    lines.remove_decision(world.ben, decision)
    assert f'action="remove" target="{decision.dom_id}"' in ear.html()
    ear.forget()
    lines.restore_decision(world.ben, decision)
    assert DECIDED in ear.html() and f'target="{item.dom_id}_decisions"' not in ear.html()
    assert f'target="{item.minutes.dom_id}"' in ear.html()


def test_an_open_action_in_the_text_has_an_open_box(item: AgendaItem, world: World, sign_in: SignIn) -> None:
    address, ben = f"/meetings/{item.parent_id}/minutes", sign_in(world.ben)

    def box() -> str:
        return ben.get(address).text.split(f'id="{item.actions[0].dom_id}"')[1].split("</svg>")[0]

    assert '#i-circle"' in box()
    lines.tick_off(world.ben, item.actions[0])
    assert '#i-checkbox"' in box()


def test_what_is_open_in_the_text_is_told_and_sent_only_by_who_says_so(
    item: AgendaItem, world: World, sign_in: SignIn, listen: Listen
) -> None:
    meeting, draft = item.parent, item.minutes.draft
    pen = Pen(listen(world.anke), draft)
    pen.enter()
    pen.write("Perhaps this.", insertion={"by": world.anke.id, "at": "2026-12-02"})
    drafts.comment(world.anke, draft, text="Is that right?")
    sitting.close(world.anke, meeting, expected=item.id)
    minutes, address, anke = meeting.minutes, f"/meetings/{meeting.id}/minutes/circulate", sign_in(world.anke)
    day = today().isoformat()
    refused = anke.post(address, data={"until": day})
    assert refused.status_code == 422 and "Please settle them first" in refused.text
    db.session.expire_all()
    assert minutes.state == MinutesState.WRITING and draft.open
    page = anke.get(address).text
    assert "1 open comment" in page and f"/items/{item.id}/minutes" in page
    assert anke.post(address, data={"until": day, "despite": "y"}).status_code == 303
    db.session.expire_all()
    assert minutes.state == MinutesState.CIRCULATED and "Perhaps" not in item.minutes.text
    number = draft.number
    assert "Perhaps this." in anke.get(f"/drafts/{draft.id}/versions/{number}").text


def test_readers_are_told_that_a_suggestion_is_one(
    item: AgendaItem, world: World, sign_in: SignIn, listen: Listen
) -> None:
    pen = Pen(listen(world.anke), item.minutes.draft)
    pen.enter()
    pen.write("Perhaps this.", insertion={"by": world.anke.id, "at": "2026-12-02"})
    sitting.close(world.anke, item.parent, expected=item.id)
    showing.show_now(item.minutes.draft.id)  # as a moment after somebody has typed
    db.session.expire_all()
    page = sign_in(world.olena).get(f"/meetings/{item.parent_id}/minutes").text
    assert 'class="nw-proposed" title="Suggested by Anke Krämer"' in page
    assert "proposed to insert:" in page
