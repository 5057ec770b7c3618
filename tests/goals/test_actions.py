"""What can be done to goals, plans and reports, and what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from network.agenda.carry_over import candidates, carry_over
from network.changes import Change, Invalid, Refused, Stale
from network.dates import today
from network.extensions import db
from network.goals import actions, adopting, agenda, jobs, lists, plans, tending, writing
from network.goals.measures import Health
from network.goals.models import HEALTH_LABELS, Goal, GoalPlan, GoalState, PlanState, ReportCorrection
from network.groups.models import GroupKind
from network.jobs import run_pending
from network.loop.ends import ends
from network.loop.models import BACK, Link, LinkKind
from network.meetings.models import MeetingState
from network.people import export, leaving
from network.texts import render
from tests.goals.makers import adopted, drafted, proposed
from tests.letterbox import Letterbox
from tests.needs.makers import confirmed, topic
from tests.registers.test_registers import decided
from tests.world import World, make_meeting


def reviews_due(meeting: Any) -> list[Any]:
    return [one for one in candidates(meeting) if one.key.startswith("goal:")]


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


def fresh(thing: Any) -> Any:
    db.session.expire_all()
    return db.session.get(type(thing), thing.id)


# Drafting


def test_members_write_a_draft_and_nobody_once_it_is_proposed(world: World) -> None:
    goal = drafted(world.ben, world.language)
    text = writing.texts_of(goal)["statement"]
    actions.write_text(world.anke, text, words="Children read.", revision=0)
    with pytest.raises(Stale):
        actions.write_text(world.ben, text, words="Something else.", revision=0)
    before = changes()
    for nobody in (world.guel, world.olena, world.lev):
        with pytest.raises(Refused):
            actions.change_goal(nobody, goal, title="Mine")
    assert changes() == before and fresh(goal).title == "80 reading sponsors"
    plan = actions.propose_goal(world.ben, goal)
    assert plan.changes["statement"] == "Children read."
    with pytest.raises(Refused):
        actions.write_text(world.ben, text, words="Later.", revision=text.revision)
    with pytest.raises(Refused):
        actions.change_goal(world.ben, goal, title="Later")


def test_a_draft_that_was_removed_can_be_brought_back(world: World) -> None:
    goal = drafted(world.ben, world.language)
    actions.remove_goal(world.ben, goal)
    assert lists.goals_of(world.language) == []
    actions.restore_goal(world.ben, goal)
    assert lists.goals_of(world.language) == [goal]


def test_what_does_not_exist_or_cannot_be_is_refused(world: World) -> None:
    goal = drafted(world.ben, world.language)
    other = drafted(world.ben, world.language, "Another one")
    before = changes()
    for wrong in (
        {"owner_id": world.olena.id},
        {"owner_id": 2**30},
        {"organisations": [world.school.id, 2**30]},
        {"topics": [2**30]},
        {"serves_id": other.id},
        {"target_on": today() - timedelta(days=400)},
        {"milestones": [(f"Step {number}", None) for number in range(31)]},
    ):
        with pytest.raises(Invalid):
            actions.change_goal(world.ben, goal, **wrong)
    assert changes() == before


def test_milestones_that_keep_their_name_keep_what_was_reached(world: World) -> None:
    goal = adopted(world)
    [first] = writing.milestones_of(goal)
    tending.reach(world.ben, first, reached_on=today(), evidence="Ten letters.")
    wanted = writing.present_plan(goal)
    wanted["milestones"] = [
        {"title": "ten schools asked", "due_on": None},
        {"title": "Thanks to all", "due_on": None},
    ]
    plan = adopting.amend(world.ben, goal, reason="More steps.", **wanted)
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="At once.")
    assert {one.title: one.reached_on for one in writing.milestones_of(goal)} == {
        "ten schools asked": today(),
        "Thanks to all": None,
    }


# Consent and adoption


def test_nothing_is_adopted_without_the_offices_consent(world: World) -> None:
    plan = proposed(world.ben, world.language)
    before = changes()
    for who in (world.anke, world.olaf, world.ben):
        with pytest.raises(Refused):
            adopting.adopt(who, plan, procedure="By e-mail.")
    with pytest.raises(Refused):
        adopting.consent(world.anke, plan, said="given")
    assert changes() == before and fresh(plan).parent.state == GoalState.PROPOSED


def test_who_is_asked_to_rework_reads_why_and_proposes_anew(world: World, letters: Letterbox) -> None:
    plan = proposed(world.ben, world.language)
    assert "Please look at the goal" in letters.last(world.olaf).subject
    adopting.consent(world.olaf, plan, said="rework", remark="Who counts?")
    assert "Who counts?" in letters.last(world.ben).text
    goal = fresh(plan.parent)
    assert goal.state == GoalState.DRAFT and fresh(plan).state == PlanState.SENT_BACK
    actions.change_goal(world.ben, goal, source="The schools")
    again = actions.propose_goal(world.ben, goal)
    adopting.consent(world.olaf, again, said="remark", remark="Good.")
    adopting.adopt(world.anke, again, procedure="By e-mail.")
    assert fresh(goal).state == GoalState.ADOPTED


def test_a_decision_adopts_and_both_sides_show_it(world: World) -> None:
    plan = proposed(world.ben, world.language)
    adopting.consent(world.olaf, plan, said="given")
    [decision, foreign] = [
        decided(world, "We adopt the goal.")[0],
        decided(world, "Something else.", of=world.closed, chair=world.nina)[0],
    ]
    with pytest.raises(Invalid):
        adopting.adopt(world.anke, plan)
    with pytest.raises(Invalid):
        adopting.adopt(world.anke, plan, decision_id=foreign.id)
    adopting.adopt(world.anke, plan, decision_id=decision.id)
    goal = plan.parent
    [there], [back] = ends(world.ben, goal), ends(world.ben, decision)
    assert (there.title, there.words) == (f"{decision.label}: We adopt the goal.", LinkKind.ADOPTED_BY.label)
    assert (back.title, back.words) == (goal.title, BACK[LinkKind.ADOPTED_BY])
    assert plan.number == 1 and plan.content == plan.changes


def test_whoever_proposed_a_goal_takes_it_back(world: World) -> None:
    plan = proposed(world.ben, world.language)
    with pytest.raises(Refused):
        adopting.take_back(world.guel, plan)
    adopting.take_back(world.ben, plan)
    assert fresh(plan.parent).state == GoalState.DRAFT
    with pytest.raises(Refused):
        adopting.consent(world.olaf, plan, said="given")


# Amendments


def amended(world: World, who: Any, goal: Goal, **changed: Any) -> GoalPlan:
    wanted = {**writing.present_plan(goal), **changed}
    plan: GoalPlan = adopting.amend(who, goal, reason="It takes longer.", **wanted)
    return plan


def test_two_who_amend_at_once_both_stand(world: World) -> None:
    goal = adopted(world)
    seen = writing.present_plan(goal)  # both have opened the form now
    later = (today() + timedelta(days=90)).isoformat()
    one = adopting.amend(world.ben, goal, reason="Longer.", **{**seen, "target_on": later})
    other = adopting.amend(
        world.anke, goal, reason="More.", **{**seen, "target": "90", "title": "90 sponsors"}
    )
    for plan in (one, other):
        adopting.consent(world.olaf, plan, said="given")
        adopting.adopt(world.anke, plan, procedure="By e-mail.")
    goal = fresh(goal)
    assert (goal.target, goal.title, goal.target_on.isoformat()) == (Decimal(90), "90 sponsors", later)
    assert [one.number, other.number] == [2, 3]
    charter = db.session.scalars(select(GoalPlan).where(GoalPlan.number == 1)).one()
    assert charter.content is not None
    assert charter.content["target"] == "80" and charter.content["title"] == "80 reading sponsors"


def test_an_amendment_tells_where_the_plan_has_moved_on(world: World) -> None:
    goal = adopted(world)
    one, other = amended(world, world.ben, goal, target="90"), amended(world, world.anke, goal, target="100")
    adopting.consent(world.olaf, one, said="given")
    adopting.adopt(world.anke, one, procedure="By e-mail.")
    [difference] = plans.differences(other.changes, other.before, writing.present_plan(goal))
    assert (difference.before, difference.after, difference.moved_on) == ("90", "100", True)


def test_an_amendment_that_changes_nothing_is_none(world: World) -> None:
    goal = adopted(world)
    with pytest.raises(Invalid):
        adopting.amend(world.ben, goal, reason="Just so.", **writing.present_plan(goal))
    with pytest.raises(Refused):
        amended(world, world.guel, goal, target="90")


def test_an_amendment_of_the_texts_goes_into_them(world: World) -> None:
    goal = adopted(world)
    plan = amended(world, world.ben, goal, statement="Children **read** each week.")
    assert writing.texts_of(goal)["statement"].text == ""
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")
    assert writing.texts_of(goal)["statement"].text == "Children **read** each week."


# Reports


def test_a_correction_leaves_a_trace_and_the_goal_knows_the_newest_value(world: World) -> None:
    goal = adopted(world)
    assert goal.health == Health.NO_NEWS and goal.progress is None
    tending.report(world.ben, goal, value=Decimal(40), on=today() - timedelta(days=20))
    last = tending.report(world.ben, goal, value=Decimal("52.5"), on=today(), note="Six more.")
    tending.report(
        world.ben, goal, value=Decimal(70), on=today() - timedelta(days=300)
    )  # before the beginning
    goal = fresh(goal)
    assert (goal.last_value, goal.value_before, goal.health) == (
        Decimal("52.5"),
        Decimal(40),
        Health.ON_TRACK,
    )
    with pytest.raises(Refused):
        tending.correct(world.guel, last, value=Decimal(30), on=today(), reason="No.")
    tending.correct(
        world.anke, last, value=Decimal(30), on=today(), note="Six more.", reason="Counted twice."
    )
    goal = fresh(goal)
    assert (goal.last_value, goal.health) == (Decimal(30), Health.OFF_TRACK)
    [kept] = db.session.scalars(select(ReportCorrection))
    assert (kept.value, kept.reason) == (Decimal("52.5"), "Counted twice.")
    tending.withdraw(world.ben, last, reason="Another school.")
    assert fresh(goal).last_value == Decimal(40)
    with pytest.raises(Refused):
        tending.correct(world.ben, last, value=Decimal(1), on=today(), reason="Again.")


NOTHING_TO_COUNT: dict[str, Any] = {
    "indicator": "",
    "unit": "",
    "baseline": None,
    "baseline_on": None,
    "target": None,
    "target_on": None,
}


def test_where_nothing_is_counted_words_are_enough_and_elsewhere_they_are_not(
    world: World, clock: Any
) -> None:
    goal, counted = adopted(world, title="A place to meet", **NOTHING_TO_COUNT), adopted(world)
    before = changes()
    for wrong, facts in ((goal, {"note": ""}), (counted, {"note": "Six more."})):
        with pytest.raises(Invalid):
            tending.report(world.ben, wrong, on=today(), **facts)
    assert changes() == before and fresh(goal).last_on is None
    said = tending.report(world.ben, goal, on=today(), note="The parish lends us its hall.")
    goal = fresh(goal)
    assert (goal.last_on, goal.last_value, goal.progress, goal.is_judged) == (today(), None, None, False)
    with pytest.raises(Invalid):
        tending.correct(world.ben, said, on=today(), reason="Not yet.")
    tending.correct(world.ben, said, on=today(), note="It will in May.", reason="Not yet.")
    tending.withdraw(world.ben, said, reason="Nor in May.")
    assert fresh(goal).last_on is None
    tending.report(world.ben, goal, on=today(), note="We meet in the library.")
    clock.shift(timedelta(days=100))
    assert fresh(goal).is_judged and goal.health == Health.NO_NEWS


def test_nobody_reports_what_is_still_to_come(world: World) -> None:
    goal = adopted(world)
    before = changes()
    with pytest.raises(Invalid):
        tending.report(world.ben, goal, value=Decimal(1), on=today() + timedelta(days=1))
    with pytest.raises(Refused):
        tending.report(world.olena, goal, value=Decimal(1), on=today())
    assert changes() == before


def test_the_owner_may_say_how_it_does_and_take_that_back(world: World) -> None:
    goal = adopted(world, owner_id=world.ben.id)
    tending.report(world.ben, goal, value=Decimal(60), on=today())
    tending.say_health(world.ben, goal, health="at_risk", reason="Rooms are missing.")
    assert (fresh(goal).health, goal.computed_health) == (Health.AT_RISK, Health.ON_TRACK)
    with pytest.raises(Refused):
        tending.say_health(world.guel, goal, health="on_track", reason="Fine.")
    tending.compute_health(world.ben, goal)
    assert fresh(goal).health == Health.ON_TRACK


# Reviews, reminders, the end


def test_a_review_is_offered_for_the_agenda_and_the_owner_is_reminded_once(
    world: World, clock: Any, letters: Letterbox
) -> None:
    goal = adopted(world, owner_id=world.ben.id)
    meeting = make_meeting(world.language, state=MeetingState.DRAFT)
    assert list(reviews_due(meeting)) == []
    clock.shift(timedelta(days=86))
    jobs.remind_of_reviews()
    jobs.remind_of_reviews()
    assert [letter.subject for letter in letters.to(world.ben)] == [
        "The goal “80 reading sponsors” is due for review"
    ]
    clock.shift(timedelta(days=10))
    late = make_meeting(world.language, "February meeting", state=MeetingState.DRAFT)
    [candidate] = reviews_due(late)
    assert f'<a href="http://localhost/goals/{goal.id}"' in render(candidate.text)
    tending.review(world.anke, fresh(goal), note="We go on.")
    assert list(reviews_due(late)) == []


def test_an_item_that_reviews_a_goal_is_linked_with_it(world: World, clock: Any) -> None:
    from_now = adopted(world)
    clock.shift(timedelta(days=96))
    meeting = make_meeting(world.language, "February meeting", state=MeetingState.DRAFT)
    [candidate] = reviews_due(meeting)
    carry_over(world.anke, meeting, keys=[candidate.key])
    assert ends(world.ben, fresh(from_now)) == []  # who does not plan the meeting sees no draft of it
    [end] = ends(world.anke, fresh(from_now))
    assert end.link.kind == LinkKind.DISCUSSED_IN and "80 reading sponsors" in end.title
    assert db.session.scalar(select(func.count()).select_from(Link)) == 1


def test_a_goal_is_wished_for_on_an_agenda_once_by_a_link_that_leads_to_it(world: World) -> None:
    goal = adopted(world)
    wish = agenda.put_forward(world.ben, goal.parent, goal=goal)
    assert f'<a href="http://localhost/goals/{goal.id}"' in render(wish.text)
    assert agenda.put_forward(world.anke, goal.parent, goal=goal) is wish


def test_a_goal_ends_once_and_is_superseded_by_one_of_its_group(world: World) -> None:
    goal, later = adopted(world), adopted(world, title="120 sponsors")
    foreign = adopted(world, world.housing, "Homes")
    for wrong in (goal.id, foreign.id, None):
        with pytest.raises(Invalid):
            tending.end(world.anke, goal, state="superseded", reason="Larger.", by_id=wrong)
    tending.end(world.anke, goal, state="superseded", reason="Larger.", by_id=later.id)
    with pytest.raises(Refused):
        tending.end(world.anke, goal, state="achieved", reason="After all.")
    with pytest.raises(Refused):
        tending.report(world.ben, goal, value=Decimal(50), on=today())


def test_a_goal_of_the_network_names_those_without_news(world: World) -> None:
    world.housing.kind = GroupKind.COORDINATION
    db.session.commit()
    top = adopted(world, world.housing, "Nobody waits")
    told = adopted(world, title="Sponsors", serves_id=top.id, weight=3)
    adopted(world, title="Rooms", serves_id=top.id, weight=1)
    tending.report(world.ben, told, value=Decimal(50), on=today())
    found = lists.around(world.ben, fresh(top)).roll_up
    assert found.progress == fresh(told).progress and found.without_news == ("Rooms",)


NUMBERS = ("baseline", "baseline_on", "target", "target_on")
WORDS: dict[str, Any] = {"indicator": "", "unit": "", **dict.fromkeys(NUMBERS)}


def test_what_is_told_in_words_is_not_without_news_in_what_it_serves(world: World) -> None:
    world.housing.kind = GroupKind.COORDINATION
    db.session.commit()
    top = adopted(world, world.housing, "Nobody waits")
    told = adopted(world, title="Trust", serves_id=top.id, **WORDS)
    tending.report(world.ben, told, on=today(), note="They greet each other.")
    found = lists.around(world.ben, fresh(top)).roll_up
    assert (found.progress, found.without_news, found.in_words) == (None, (), ("Trust",))


def test_an_amendment_from_words_to_numbers_and_back_keeps_the_news_and_no_number_of_before(
    world: World,
) -> None:
    goal = adopted(world, **WORDS)
    tending.report(world.ben, goal, on=today() - timedelta(days=3), note="They greet each other.")
    day = today().isoformat()
    counted = {"indicator": "Greetings", "baseline": "0", "baseline_on": day, "target": "9"}
    for changes in ({**counted, "target_on": (today() + timedelta(days=90)).isoformat()}, WORDS):
        plan = amended(world, world.anke, fresh(goal), **changes)
        adopting.consent(world.olaf, plan, said="given")
        adopting.adopt(world.anke, plan, procedure="By e-mail.")
        now_ = fresh(goal)
        assert now_.last_on == today() - timedelta(days=3) and now_.last_value is None
        assert str(now_.health_label) != str(HEALTH_LABELS[Health.NO_NEWS])
    counts = adopted(world, title="Sponsors")
    tending.report(world.ben, counts, value=Decimal(50), on=today())
    plan = amended(world, world.anke, fresh(counts), **WORDS)
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")
    assert (fresh(counts).last_value, fresh(counts).last_on) == (None, today())


def test_the_same_goals_are_quiet_by_statement_and_by_property(world: World, clock: Any) -> None:
    names = {}
    for title, value in (("Told", 50), ("Reached", 80), ("Silent", None)):
        goal = adopted(world, title=title)
        if value is not None:
            tending.report(world.ben, goal, value=Decimal(value), on=today())
        names[goal.id] = goal
    for days in (0, 50, 45):
        clock.shift(timedelta(days=days))
        db.session.expire_all()
        said = set(db.session.scalars(lists.quiet_goals()))
        assert said == {id for id, goal in names.items() if fresh(goal).is_quiet}
    assert {names[id].title for id in said} == {"Told", "Silent"}


def test_a_goal_that_is_made_from_something_serves_it(world: World) -> None:
    [decision] = decided(world, "Somebody should read with the children.")
    [secret] = decided(world, "Secretly.", of=world.closed, chair=world.nina)
    goal = actions.draft_goal(world.ben, world.language, title="Sponsors", origin_id=decision.id)
    assert [(end.title, end.link.kind) for end in ends(world.ben, goal)] == [
        (f"{decision.label}: Somebody should read with the children.", LinkKind.SERVES)
    ]
    for nothing in (secret.id, 2**30):
        actions.draft_goal(world.ben, world.language, title="Sponsors", origin_id=nothing)
    assert db.session.scalar(select(func.count()).select_from(Link)) == 1


def test_a_goal_that_is_made_from_a_need_is_about_what_the_need_is_about(world: World) -> None:
    world.language.topics = [topic("language")]
    db.session.commit()
    need = confirmed(world, topic_id=topic("housing").id)
    goal = actions.draft_goal(world.ben, world.language, title="Homes", origin_id=need.id)
    assert [one.slug for one in goal.topics] == ["housing"]


def test_whoever_has_left_the_network_looks_after_no_goal(world: World) -> None:
    goal = adopted(world, owner_id=world.ben.id)
    tending.report(world.ben, goal, value=Decimal(50), on=today(), note="Six more.")
    data = export.gather(world.ben)
    assert data["goals"][0]["title"] == goal.title and data["progress_reports"][0]["value"] == "50"
    leaving.erase(world.olaf, world.ben, reason="asked by letter")
    run_pending()
    assert fresh(goal).owner_id is None
