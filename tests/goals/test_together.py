"""Several people at the same goal: what each of them typed is kept, and nobody overwrites another unseen."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.changes import Invalid, Refused
from network.dates import today
from network.drafts import erasing
from network.extensions import db
from network.goals import actions, adopting, chart, lists, measures, numbers, plans, tending, writing
from network.goals.days import split_day
from network.goals.models import Goal, GoalPlan, GoalState, ProgressReport
from network.groups import actions as groups
from network.groups.models import GroupKind
from network.home.waiting import waiting
from network.loop.ends import ends
from network.loop.models import LinkKind
from network.meetings.models import AgendaItem, ItemKind, MeetingState
from network.people.models import Role
from tests.clients import Reader
from tests.goals.makers import adopted, drafted, proposed
from tests.letterbox import Letterbox
from tests.registers.test_registers import decided
from tests.world import World, make_meeting

pytestmark = pytest.mark.both_databases  # locks

SignIn = Callable[..., Reader]


def form_of(reader: Reader, address: str) -> dict[str, Any]:
    """What a browser would send if nothing was typed into the plan's form."""
    [form] = html.fromstring(reader.get(address).text).xpath("//main//form[.//textarea[@name='milestones']]")
    return {name: value for name, value in form.form_values() if name != "csrf_token"}


def fresh(thing: Any) -> Any:
    db.session.expire_all()
    return db.session.get(type(thing), thing.id)


# Filling in the plan of a draft


def test_who_saves_the_plan_later_keeps_what_others_have_filled_in(world: World, sign_in: SignIn) -> None:
    goal = drafted(world.ben, world.language, unit="", source="")
    address = f"/goals/{goal.id}/edit"
    ben, anke = sign_in(world.ben), sign_in(world.anke)
    mine, theirs = form_of(ben, address), form_of(anke, address)
    last = (today() + timedelta(days=30)).isoformat()
    theirs |= {"unit": "people", "target": "90", "milestones": f"{theirs['milestones']}\nThanks, {last}"}
    assert anke.post(address, data=theirs).status_code == 303
    mine |= {"source": "Our lists", "milestones": f"{mine['milestones']}\nFirst course"}
    assert ben.post(address, data=mine).status_code == 303
    goal = fresh(goal)
    assert (goal.unit, goal.target, goal.source) == ("people", Decimal(90), "Our lists")
    assert [one.title for one in writing.milestones_of(goal)] == [
        "Ten schools asked",
        "Thanks",
        "First course",
    ]


def test_what_two_have_set_to_different_things_is_shown_to_the_later_one(
    world: World, sign_in: SignIn
) -> None:
    goal = drafted(world.ben, world.language)
    address = f"/goals/{goal.id}/edit"
    ben, anke = sign_in(world.ben), sign_in(world.anke)
    mine, theirs = form_of(ben, address), form_of(anke, address)
    assert anke.post(address, data=theirs | {"target": "90", "unit": "people"}).status_code == 303
    answer = ben.post(address, data=mine | {"target": "100", "source": "Our lists"})
    assert answer.status_code == 409
    assert (fresh(goal).target, goal.source) == (Decimal(90), "The schools' lists")
    page = html.fromstring(answer.text)
    [told] = page.xpath("//main//form//dl[preceding::*[contains(., 'Somebody else has changed the plan')]]")
    assert "90" in told.text_content() and "people" not in told.text_content()
    [form] = page.xpath("//main//form[.//textarea[@name='milestones']]")
    again = dict(form.form_values())
    assert (again["target"], again["source"], again["unit"]) == ("100", "Our lists", "people")
    assert ben.post(address, data=again).status_code == 303
    goal = fresh(goal)
    assert (goal.target, goal.source, goal.unit) == (Decimal(100), "Our lists", "people")


@pytest.mark.parametrize(
    "seen", ["[" * 5_000, '{"milestones": [1]}', '{"topics": {}}', "[]", '{"title": []}', "x" * 50_000]
)
def test_a_form_that_remembers_nonsense_is_taken_as_typed(world: World, sign_in: SignIn, seen: str) -> None:
    goal = drafted(world.ben, world.language)
    ben = sign_in(world.ben)
    mine = form_of(ben, f"/goals/{goal.id}/edit") | {"seen": seen, "unit": "people"}
    assert ben.post(f"/goals/{goal.id}/edit", data=mine).status_code == 303
    assert fresh(goal).unit == "people"


# Amendments


def adopt(world: World, plan: GoalPlan) -> None:
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")


def test_amendments_that_each_add_to_a_list_both_stand(world: World) -> None:
    goal = adopted(world)
    seen = writing.present_plan(goal)
    [first] = seen["milestones"]
    school, parish = world.school.id, world.parish.id
    one = adopting.amend(
        world.ben,
        goal,
        reason="A.",
        **{**seen, "organisations": [school], "milestones": [first, {"title": "Books", "due_on": None}]},
    )
    later = (today() + timedelta(days=3)).isoformat()
    other = adopting.amend(
        world.anke,
        goal,
        reason="B.",
        **{
            **seen,
            "organisations": [parish],
            "milestones": [{**first, "due_on": later}, {"title": "Thanks", "due_on": None}],
        },
    )
    without = adopting.amend(world.anke, goal, reason="C.", **{**seen, "milestones": []})
    adopt(world, one)
    adopt(world, other)
    goal = fresh(goal)
    assert {(step.title, plans.written(step.due_on)) for step in writing.milestones_of(goal)} == {
        ("Ten schools asked", later),
        ("Books", None),
        ("Thanks", None),
    }
    assert {one.id for one in goal.organisations} == {school, parish}
    adopt(world, without)  # takes out the one that its author saw, and no other
    assert {step.title for step in writing.milestones_of(fresh(goal))} == {"Books", "Thanks"}


def test_an_amendment_leaves_alone_what_was_adopted_while_it_was_written(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    ben = sign_in(world.ben)
    mine = form_of(ben, f"/goals/{goal.id}/amend")
    wanted = {**writing.present_plan(goal), "target": "90"}
    adopt(world, adopting.amend(world.anke, goal, reason="A.", **wanted))
    mine |= {"title": "More sponsors", "reason": "It says more."}
    assert ben.post(f"/goals/{goal.id}/amend", data=mine).status_code == 303
    newest = db.session.scalars(db.select(GoalPlan).order_by(GoalPlan.id.desc())).first()
    assert newest is not None and newest.changes == {"title": "More sponsors"}


def test_nothing_minus_nothing_is_nothing() -> None:
    assert plans.written(Decimal("-0")) == "0" == plans.written(Decimal("0.00"))


# Removed


def test_nothing_is_done_any_more_with_a_draft_that_was_removed(world: World) -> None:
    goal = drafted(world.ben, world.language)
    actions.remove_goal(world.anke, goal)
    for deed, facts in (
        (actions.propose_goal, {}),
        (actions.change_goal, {"title": "Mine"}),
        (actions.remove_goal, {}),
        (tending.report, {"value": Decimal(1), "on": today()}),
    ):
        with pytest.raises(Refused):
            deed(world.ben, goal, **facts)
    goal = fresh(goal)
    assert (goal.state, goal.title) == (GoalState.DRAFT, "80 reading sponsors")
    actions.restore_goal(world.ben, goal)
    assert fresh(goal).removed_at is None
    assert isinstance(goal, Goal)


# What the Office says, and what comes next


def waits(reader: Reader) -> str:
    """What the card of somebody's area says of plans, under the bell."""
    found = html.fromstring(reader.get("/my").text).xpath("//section[@aria-labelledby='plans']")
    return " ".join(found[0].text_content().split()) if found else ""


def test_whose_turn_it_is_with_a_plan_stands_under_the_bell_without_any_letter(
    world: World, sign_in: SignIn
) -> None:
    plan = proposed(world.ben, world.language)
    readers = {one: sign_in(one) for one in (world.ben, world.anke, world.olaf, world.mo, world.guel)}

    def whose() -> set[str]:
        return {person.name for person, reader in readers.items() if waits(reader)}

    assert whose() == {world.olaf.name} and waiting(world.olaf) == 1
    text = writing.texts_of(plan.parent)["statement"]
    adopting.consent(world.olaf, plan, said="rework", remark="Who counts?")
    assert whose() == {world.ben.name}
    actions.write_text(world.anke, text, words="Children read.", revision=0)
    assert whose() == {world.ben.name, world.anke.name}
    assert "asks you to rework it" in waits(readers[world.anke])
    again = actions.propose_goal(world.ben, fresh(plan).parent)
    assert whose() == {world.olaf.name}
    adopting.consent(world.olaf, again, said="given")
    assert whose() == {world.anke.name}, "she leads the group"
    adopting.adopt(world.anke, again, procedure="By e-mail.")
    assert whose() == set()


def test_an_amendment_that_is_sent_back_waits_for_its_writer_and_the_leads_whatever_comes_later(
    world: World, sign_in: SignIn
) -> None:
    goal = drafted(world.mo, world.closed)
    actions.write_text(world.olaf, writing.texts_of(goal)["reasons"], words="Many ask.", revision=0)
    plan = actions.propose_goal(world.mo, goal)
    adopting.consent(world.olaf, plan, said="given")
    goal = adopting.adopt(world.nina, plan, procedure="By e-mail.").parent
    readers = {one: sign_in(one) for one in (world.mo, world.nina, world.olaf)}

    def amended(who: Any, title: str) -> GoalPlan:
        wanted = {**writing.present_plan(goal), "title": title}
        made: GoalPlan = adopting.amend(who, goal, reason="It takes longer.", **wanted)
        return made

    back = amended(world.mo, "A better title")
    adopting.consent(world.olaf, back, said="rework", remark="Why?")
    for _time in range(2):
        waiting_for = {one for one, reader in readers.items() if "asks you to rework" in waits(reader)}
        assert waiting_for == {world.mo, world.nina}, "Olaf wrote in the draft, and not in this"
        adopting.take_back(world.mo, amended(world.mo, "Another title"))
    amended(world.mo, "The best title")
    assert "asks you to rework" not in waits(readers[world.mo])


def test_of_a_draft_of_a_closed_group_nothing_waits_for_whoever_has_left_it(
    world: World, sign_in: SignIn
) -> None:
    world.closed.kind = GroupKind.COORDINATION
    world.mo.role = Role.COORDINATION
    db.session.commit()
    goal = drafted(world.mo, world.closed, "A secret goal")
    adopting.consent(world.olaf, actions.propose_goal(world.mo, goal), said="rework", remark="Why?")
    mo = sign_in(world.mo)
    assert goal.title in waits(mo)
    [place] = [one for one in world.mo.memberships if one.group_id == world.closed.id]
    groups.leave(world.mo, place)
    assert mo.get(f"/goals/{goal.id}").status_code == 404
    assert waits(mo) == "" and waiting(fresh(world.mo)) == 0


def test_what_is_to_be_reworked_is_read_by_all_who_draft_until_it_is_proposed_again(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    goal = drafted(world.olaf, world.language)
    actions.write_text(world.ben, writing.texts_of(goal)["reasons"], words="Many ask.", revision=0)
    plan = actions.propose_goal(world.olaf, goal)
    adopting.consent(world.olaf, plan, said="rework", remark="Who counts?")
    for person in (world.ben, world.anke):
        assert "Who counts?" in letters.last(person).text
    ben = sign_in(world.ben)
    assert "Who counts?" in ben.get(f"/goals/{goal.id}").text
    assert "Who counts?" not in sign_in(world.olena).get(f"/goals/{goal.id}").text
    actions.change_goal(world.ben, fresh(goal), source="The schools")
    history = (
        html.fromstring(ben.get(f"/goals/{goal.id}/history").text)
        .xpath("//*[@id='history']")[0]
        .text_content()
    )
    assert "Who counts?" in history and "Where do the numbers come from?" in history
    actions.propose_goal(world.ben, fresh(goal))
    assert "Who counts?" not in ben.get(f"/goals/{goal.id}").text


def test_what_one_has_said_of_a_milestone_or_of_the_health_is_not_overwritten_unseen(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    [milestone] = writing.milestones_of(goal)
    anke, olaf = sign_in(world.anke), sign_in(world.olaf)
    for page, one, other in (
        (
            f"/milestones/{milestone.id}/reach",
            {"reached_on": f"{today()}", "evidence": "Ten letters came."},
            {"reached_on": f"{today() - timedelta(days=1)}", "evidence": ""},
        ),
        (
            f"/goals/{goal.id}/health",
            {"health": "at_risk", "reason": "Two schools left."},
            {"health": "on_track", "reason": "Three schools came."},
        ),
    ):
        [seen] = html.fromstring(olaf.get(page).text).xpath("//input[@name='seen']/@value")
        assert anke.post(page, data=one).status_code == 303
        for unseen in ({"seen": seen}, {}):
            answer = olaf.post(page, data={**other, **unseen})
            assert answer.status_code == 409
            shown = html.fromstring(answer.text)
            assert list(one.values())[1] in shown.text_content()
            assert other.get("reason", "") in answer.text
        [seen] = shown.xpath("//input[@name='seen']/@value")
        assert olaf.post(page, data={**other, "seen": seen}).status_code == 303
    assert milestone.evidence == "" and goal.health_reason == "Three schools came."


def test_what_was_typed_when_a_goal_ended_meanwhile_comes_back_with_what_happened(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    report = tending.report(world.ben, goal, value=Decimal(30), on=today(), note="First")
    anke, olaf, ben = sign_in(world.anke), sign_in(world.olaf), sign_in(world.ben)
    ended = {"state": "missed", "reason": "The schools have no rooms."}
    for _time in range(2):  # the same sent twice is the same
        assert anke.post(f"/goals/{goal.id}/end", data=ended).status_code == 303
    typed = {"note": "We found a hall.", "reason": "It was dropped by us.", "health": "at_risk"}
    typed |= {"value": "40", "on": f"{today()}", "state": "dropped", "evidence": "We found a hall."}
    [milestone] = writing.milestones_of(goal)
    for who, page in (
        (ben, f"/goals/{goal.id}/report"),
        (ben, f"/progress-reports/{report.id}/correct"),
        (ben, f"/milestones/{milestone.id}/reach"),
        (olaf, f"/goals/{goal.id}/end"),
        (olaf, f"/goals/{goal.id}/health"),
        (olaf, f"/goals/{goal.id}/review"),
    ):
        answer = who.post(page, data=typed)
        assert answer.status_code == 409, page
        assert ended["reason"] in answer.text and "Meanwhile" in answer.text
        assert typed["note"] in answer.text or typed["reason"] in answer.text
        assert who.get(page).status_code == 403
    assert sign_in(world.olena).post(f"/goals/{goal.id}/report", data=typed).status_code == 403
    assert (goal.state, goal.ended_reason) == ("missed", ended["reason"])
    assert db.session.scalars(select(ProgressReport.note)).all() == ["First"]


def test_that_nobody_looks_after_a_goal_is_said_and_not_left_out(world: World, sign_in: SignIn) -> None:
    goal = adopted(world, owner_id=world.ben.id)
    anke = sign_in(world.anke)
    assert anke.post(f"/goals/{goal.id}/owner", data={}).status_code == 422
    assert goal.owner_id == world.ben.id
    assert anke.post(f"/goals/{goal.id}/owner", data={"owner_id": ""}).status_code == 303
    assert goal.owner_id is None


def test_who_leads_reads_what_comes_next_and_puts_the_goal_on_an_agenda_with_one_click(
    world: World, sign_in: SignIn, statements: Any
) -> None:
    meeting = make_meeting(world.language, "December meeting", state=MeetingState.ANNOUNCED)
    plan = proposed(world.ben, world.language)
    address = f"/goals/{plan.goal_id}"
    anke, ben, olaf = sign_in(world.anke), sign_in(world.ben), sign_in(world.olaf)
    assert "What comes next: the Coordination Office" in ben.get(address).text
    short = html.fromstring(olaf.get(f"/goal-plans/{plan.id}/consent").text).xpath("//*[@id='in-short']")[0]
    assert plan.label in short.text_content() and "The schools' lists" in short.text_content()
    adopting.consent(world.olaf, plan, said="given")
    assert "Put it on the agenda" not in ben.get(address).text
    assert ben.post(f"{address}/agenda", data={"meeting_id": meeting.id}).status_code == 403
    page = html.fromstring(anke.get(address).text)
    assert "you record here by what it was adopted" in page.text_content()
    [button] = page.xpath("//button[@name='meeting_id']")
    for _twice in range(2):
        assert (
            anke.post(button.get("formaction"), data={"meeting_id": button.get("value")}).status_code == 303
        )
    [item] = db.session.scalars(db.select(AgendaItem).where(AgendaItem.kind == ItemKind.DECISION))
    assert plan.label in item.title and item.parent_id == meeting.id
    assert [end.link.kind for end in ends(world.anke, fresh(plan.parent))] == [LinkKind.DISCUSSED_IN]
    assert f"/t/{item.id}" in anke.get(address).text
    for page in (address, f"/goal-plans/{plan.id}/adopt", f"/goal-plans/{plan.id}"):
        anke.get(page)
        with statements() as sent:
            assert anke.get(page).status_code == 200
        assert len(sent) <= 8, f"{page}: {sent}"
    foreign = make_meeting(world.housing, state=MeetingState.ANNOUNCED)
    assert olaf.post(f"{address}/agenda", data={"meeting_id": foreign.id}).status_code == 404


def test_the_decisions_that_are_offered_are_the_groups_the_newest_first(
    world: World, sign_in: SignIn
) -> None:
    world.housing.kind = GroupKind.COORDINATION
    db.session.commit()
    decided(world, "For all.", of=world.housing, chair=world.olaf)
    decided(world, "We read.")
    decided(world, "We adopt the goal.")
    plan = proposed(world.ben, world.language)
    adopting.consent(world.olaf, plan, said="given")
    page = html.fromstring(sign_in(world.anke).get(f"/goal-plans/{plan.id}/adopt").text)
    offered = [one.text_content() for one in page.xpath("//select[@name='decision_id']/option")]
    assert [one.split(": ")[-1] for one in offered[1:]] == ["We adopt the goal.", "We read."]
    assert plan.label in page.xpath("//*[@id='in-short']")[0].text_content()
    with pytest.raises(Invalid):
        adopting.adopt(world.anke, plan, procedure="By e-mail.", adopted_on=today() - timedelta(days=400))


# Goals of the network


def test_goals_that_serve_one_amount_to_the_same_on_its_page_and_in_the_report(
    world: World, sign_in: SignIn
) -> None:
    world.housing.kind = GroupKind.COORDINATION
    db.session.commit()
    top = adopted(world, world.housing, "Nobody waits")
    told = adopted(world, title="Sponsors", serves_id=top.id)
    gone = adopted(world, title="Rooms", serves_id=top.id, weight=3)
    for goal, value in ((told, 50), (gone, 20)):
        tending.report(world.ben, goal, value=Decimal(value), on=today())
    tending.end(world.anke, fresh(gone), state="dropped", reason="No rooms.")
    ben = sign_in(world.ben)
    for address in (f"/goals/{top.id}", "/goals/report"):
        assert "50%" in ben.get(address).text.replace("\u00a0", "").replace(" ", "")
        assert "Rooms" in ben.get(address).text


# What was found out about, or is to be forgotten


def test_an_amendment_of_a_goal_that_has_ended_is_not_adopted_any_more(world: World) -> None:
    goal = adopted(world)
    plan = adopting.amend(world.ben, goal, reason="A.", **{**writing.present_plan(goal), "target": "90"})
    adopting.consent(world.olaf, plan, said="given")
    tending.end(world.anke, goal, state="missed", reason="No rooms.")
    for deed, facts in (
        (adopting.consent, {"said": "remark", "remark": "So."}),
        (adopting.adopt, {"procedure": "E."}),
    ):
        with pytest.raises(Refused):
            deed(world.olaf, fresh(plan), **facts)
    assert fresh(goal).target == Decimal(80)
    assert list(db.session.scalars(lists.plans_to_judge())) == []


def test_a_milestone_that_is_called_otherwise_stays_reached_and_keeps_what_shows_it(world: World) -> None:
    goal = adopted(world)
    [first] = writing.milestones_of(goal)
    tending.reach(world.ben, first, reached_on=today(), evidence="Ten letters.")
    steps = [
        {"title": "All schools asked", "due_on": plans.written(first.due_on)},
        {"title": "Books", "due_on": None},
    ]
    adopt(
        world,
        adopting.amend(world.ben, goal, reason="A.", **{**writing.present_plan(goal), "milestones": steps}),
    )
    [asked, _books] = writing.milestones_of(fresh(goal))
    assert (asked.title, asked.reached_on, asked.evidence) == ("All schools asked", today(), "Ten letters.")
    tending.reopen_milestone(world.ben, asked)
    assert (fresh(asked).reached_on, asked.evidence) == (None, "Ten letters.")


def test_what_is_erased_of_a_goals_text_is_in_no_plan_either(world: World, sign_in: SignIn) -> None:
    goal = drafted(world.ben, world.language)
    text = writing.texts_of(goal)["reasons"]
    actions.write_text(world.ben, text, words="Her secret.", revision=0)
    adopt(world, actions.propose_goal(world.ben, goal))
    waiting = adopting.amend(
        world.ben, fresh(goal), reason="A.", **{**writing.present_plan(goal), "reasons": "Her secret, again."}
    )
    draft = fresh(text).draft
    erasing.erase(world.olaf, draft, reason="A client.", everything=True)
    for plan in db.session.scalars(db.select(GoalPlan).where(GoalPlan.goal_id == goal.id)):
        assert "secret" not in f"{plan.changes} {plan.before} {plan.content}"
    assert fresh(waiting).changes == {}
    assert "secret" not in sign_in(world.ben).get(f"/goal-plans/{waiting.id}").text


@pytest.mark.parametrize(
    ("said", "title", "day"),
    [
        ("First course, März 2027", "First course", "2027-03-31"),
        ("Kurs bis 31. März 2027", "Kurs", "2027-03-31"),
        ("Course by 5 Mar 2027", "Course", "2027-03-05"),
        ("Course (3/2027)", "Course", "2027-03-31"),
        ("دورة، ٣١ مارس ٢٠٢٧", "دورة", "2027-03-31"),
        ("Kurs, 31.03.27", "Kurs", "2027-03-31"),
        ("10 von 20 Schulen gefragt", "10 von 20 Schulen gefragt", None),
        ("Konzept 2030", "Konzept 2030", None),
    ],
)
def test_the_day_of_a_milestone_is_read_as_people_write_it(said: str, title: str, day: str | None) -> None:
    assert split_day(said) == (title, date.fromisoformat(day) if day else None)


def test_a_line_that_speaks_of_a_time_and_names_no_day_is_told_of(world: World, sign_in: SignIn) -> None:
    goal, ben = drafted(world.ben, world.language), sign_in(world.ben)
    page = f"/goals/{goal.id}/edit"
    facts = form_of(ben, page)
    facts["milestones"] = "Rooms found, sometime in spring\nTables, chairs\nSchools asked, March 2027"
    told = ben.post(page, data=facts, follow_redirects=True).text
    assert "No day was found here: Rooms found, sometime in spring." in told
    assert [one.title for one in writing.milestones_of(goal)][0] == "Schools asked"
    facts = {**form_of(ben, page), "milestones": "Tables, chairs"}
    assert "No day was found" not in ben.post(page, data=facts, follow_redirects=True).text


@pytest.mark.parametrize("said", ["Kurs, März", "Kurs, 31.2.2027", "Kurs am 31.3.", "Kurs, 13/2027"])
def test_what_looks_like_a_day_and_is_none_is_said(said: str) -> None:
    with pytest.raises(ValueError):
        split_day(said)


def test_a_report_is_sent_with_what_shows_it_and_a_slip_is_asked_about(world: World, sign_in: SignIn) -> None:
    goal = adopted(world)
    ben = sign_in(world.ben)
    assert "Adopted on" in ben.get(f"/goals/{goal.id}").text
    form = ben.get(f"/goals/{goal.id}/report").text
    assert "At the beginning" in form and "Send the progress report" in form
    letter = (io.BytesIO(b"Ten schools"), "letter.txt")
    facts = {"value": "800 sponsors", "on": f"{today()}", "files": [letter], "key": "report-one"}
    assert ben.post(f"/goals/{goal.id}/report", data=facts).status_code == 303
    page = ben.get(f"/goals/{goal.id}")
    [row] = html.fromstring(page.text).xpath("//*[@id='reports-table']//tbody/tr")
    assert "letter.txt" in row.text_content() and "50" in row.text_content()
    assert "if that is a slip" in page.text
    wrong = (io.BytesIO(b"MZ"), "letter.exe")
    facts = {"value": "50", "on": f"{today()}", "files": [wrong], "key": "report-two"}
    assert ben.post(f"/goals/{goal.id}/report", data=facts).status_code == 422
    assert fresh(goal).last_value == Decimal(800)


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0, 3], [0, 1, 2, 3]),
        ([20, 80, Decimal("52.5")], [20, 30, 40, 50, 60, 70, 80]),
        ([5, 5], [4, 5, 6]),
        ([0, 1], [0, 1]),
    ],
)
def test_the_axis_of_a_chart_bears_round_values_and_the_target(values: list[Any], labels: list[int]) -> None:
    assert chart.ticks(values) == labels


def test_months_below_a_chart_stand_at_even_distances() -> None:
    drawn = chart.draw(
        measures.Line(0, date(2026, 11, 23), 3, date(2027, 6, 30)),
        [measures.Reading(date(2027, 1, 2), 1)],
        "t",
    )
    months = html.fromstring(drawn).xpath("//*[contains(@class, 'axis x')]//text/text()")
    assert months == ["12/2026", "2/2027", "4/2027", "6/2027"]


def test_what_is_not_quite_reached_is_never_a_hundred_per_cent() -> None:
    assert [numbers.whole_per_cent(Fraction(n, 1000)) for n in (499, 505, 999, 1000)] == [50, 50, 99, 100]
