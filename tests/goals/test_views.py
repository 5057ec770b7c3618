"""The pages of goals: who sees what of them, what they cost, and what is entered in their forms."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.approval import actions as approval
from network.approval import publishing
from network.dates import today
from network.discussions import actions as talking
from network.discussions.models import Thread
from network.extensions import db
from network.goals import actions, adopting, tending, writing
from network.goals.models import Goal, GoalPlan, ProgressReport
from network.goals.numbers import read_number
from network.groups.models import GroupKind, Visibility
from network.loop.actions import link
from network.needs import actions as needs
from network.notices.counts import how_many_unread
from network.notices.models import Notice
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.goals.makers import adopted, drafted, proposed
from tests.needs.makers import confirmed
from tests.registers.test_registers import decided
from tests.world import World, make_group, own

SignIn = Callable[..., Reader]


@pytest.mark.parametrize(
    ("said", "locale", "number"),
    [
        ("12", "de", "12"),
        ("3,5", "de", "3.5"),
        ("3.5", "de", "3.5"),
        ("1.200", "de", "1200"),
        ("1,200", "en", "1200"),
        ("1.200,5", "de", "1200.5"),
        ("1,200.5", "en", "1200.5"),
        ("-4", "ar", "-4"),
        ("\u22124", "de", "-4"),
        ("1 200", "de", "1200"),
        ("0,0001", "de", "0.0001"),
        ("0.500", "de", "0.5"),
        ("0,125", "en", "0.125"),
        ("٣٫٥", "ar", "3.5"),
        ("۱۲", "ar", "12"),
    ],
)
def test_numbers_are_read_as_people_write_them(said: str, locale: str, number: str) -> None:
    assert read_number(said, locale) == Decimal(number)


@pytest.mark.parametrize(
    "said", ["", "many", "1e3", "²", "1,2,3x", "0,00001", "1.2,3.4", "9" * 20, "nan", "--1", "9" * 5000]
)
def test_what_is_no_number_is_refused(said: str) -> None:
    with pytest.raises(ValueError):
        read_number(said, "de")


def test_a_number_is_read_by_the_language_in_which_its_form_was_drawn(world: World, sign_in: SignIn) -> None:
    goal, ben = adopted(world), sign_in(world.ben)
    form = html.fromstring(ben.get(f"/goals/{goal.id}/report").text).xpath("//main//form")[0]
    assert form.fields["written_in"] == "en"
    for language, value in (("de", Decimal("12.125")), ("en", Decimal(12125)), ("../x", Decimal(12125))):
        facts = {"value": "12,125", "on": f"{today()}", "written_in": language}
        assert ben.post(f"/goals/{goal.id}/report", data=facts).status_code == 303
        newest = select(ProgressReport.value).order_by(ProgressReport.id.desc())
        assert db.session.scalars(newest).first() == value
    facts = {"value": "12,12,5", "on": f"{today()}", "written_in": "de"}
    again = ben.post(f"/goals/{goal.id}/report", data=facts)
    form = html.fromstring(again.text).xpath("//main//form")[0]
    assert (again.status_code, form.fields["value"], form.fields["written_in"]) == (422, "12,12,5", "de")


# Who sees what


def test_the_public_sees_adopted_goals_as_the_group_allows(
    world: World, sign_in: SignIn, client: Reader
) -> None:
    world.language.visibility = Visibility.PUBLIC
    db.session.commit()
    goal = adopted(world, owner_id=world.ben.id)
    report = tending.report(world.ben, goal, value=Decimal(50), on=today(), note="Not for everybody.")
    assert client.get(f"/goals/{goal.id}").status_code == 404
    assert goal.title not in client.get("/goals/public").text
    tending.publish(world.anke, goal, public=True)
    page = client.get(f"/goals/{goal.id}").text
    assert goal.title in page and 'role="img"' in page and "50" in page
    for hidden in (world.ben.name, report.note, "Report progress"):
        assert hidden not in page
    for address in ("/goals/public", f"/groups/{world.language.id}", f"/groups/{world.language.id}/goals"):
        assert goal.title in client.get(address).text
    assert f'href="/groups/{world.language.id}/goals"' in client.get(f"/groups/{world.language.id}").text
    world.language.visibility = Visibility.CLOSED
    db.session.commit()
    assert client.get(f"/goals/{goal.id}").status_code == 404
    assert goal.title not in sign_in(world.olena).get("/goals/public").text


def test_a_visitor_reads_why_a_goal_needs_help_and_by_what_it_was_adopted(
    world: World, client: Reader
) -> None:
    world.language.visibility = Visibility.PUBLIC
    db.session.commit()
    [decision] = decided(world, "Sponsors for all schools.")
    plan = proposed(world.ben, world.language)
    adopting.consent(world.olaf, plan, said="given")
    goal = adopting.adopt(world.anke, plan, decision_id=decision.id).parent
    tending.publish(world.anke, goal, public=True)
    tending.report(world.ben, goal, value=Decimal(40), on=today(), note="Two have left.")
    english = {"Accept-Language": "en"}
    page = client.get(f"/goals/{goal.id}", headers=english).text
    assert "Needs help" in page and "behind the planned line, by more than a tenth of the way" in page
    assert decision.citation in page and f"/decisions/{decision.id}" not in page
    assert "How is this computed?" in page
    tending.say_health(world.anke, goal, health="off_track", reason="Two have left.")
    page = client.get(f"/goals/{goal.id}", headers=english).text
    assert "Whoever looks after the goal judges it so." in page and "Two have left." not in page


@pytest.mark.parametrize("internal", [False, True])
def test_a_visitor_is_led_to_the_decision_only_where_its_minutes_are_published_with_it(
    world: World, client: Reader, statements: Any, internal: bool
) -> None:
    world.language.visibility = Visibility.PUBLIC
    meeting = hold(world.language, world.anke, world.ben)
    meeting.agenda[0].internal = internal
    db.session.commit()
    [decision] = meeting.agenda[0].decisions
    minutes = approval.approve(world.anke, send(meeting.minutes, world.ben), result="by consensus")
    plan = proposed(world.ben, world.language)
    adopting.consent(world.olaf, plan, said="given")
    goal = adopting.adopt(world.anke, plan, decision_id=decision.id).parent
    tending.publish(world.anke, goal, public=True)

    def ways() -> list[str]:
        with statements() as sent:
            page = client.get(f"/goals/{goal.id}").text
        assert len(sent) <= 8, sent
        assert decision.citation in page
        found = html.fromstring(page).xpath("//a[contains(., $said)]/@href", said=decision.citation)
        return [str(one) for one in found]

    assert ways() == []
    publishing.publish(world.anke, minutes, audience="network", version=1)
    assert ways() == []
    publishing.publish(world.anke, minutes, audience="public", version=1)
    place = f"/minutes/{minutes.id}#{decision.dom_id}"
    assert ways() == ([] if internal else [place])
    read = html.fromstring(client.get(f"/minutes/{minutes.id}").text)
    assert len(read.xpath("//*[@id=$id]", id=decision.dom_id)) == (0 if internal else 1)
    publishing.withdraw(world.olaf, minutes, reason="Not yet.")
    assert ways() == []


def test_whoever_reads_a_goal_and_may_not_write_about_it_finds_what_was_said_of_it(
    world: World, sign_in: SignIn, statements: Any
) -> None:
    goal = adopted(world)
    olena, ben, page = sign_in(world.olena), sign_in(world.ben), f"/goals/{goal.id}"
    assert "discussion" not in further(olena.get(page).text), "there is none yet"
    message = talking.talk_about(world.ben, goal, text="Is a hundred enough?")
    with statements() as sent:
        shown = olena.get(page).text
    assert len(sent) <= 8, sent
    assert "Read the discussion" in further(shown) and "Discuss the goal" not in further(shown)
    [way] = html.fromstring(shown).xpath("//*[@id='further']//a[contains(., 'Read the discussion')]/@href")
    assert way == f"/threads/{message.thread_id}" and "Is a hundred enough?" in olena.get(way).text
    assert "Discuss the goal" in further(ben.get(page).text)
    assert "Read the discussion" not in further(ben.get(page).text)


def further(page: str) -> str:
    """What the card of further ways says."""
    return " ".join(one.text_content() for one in html.fromstring(page).xpath("//*[@id='further']"))


def test_goals_of_a_closed_group_stay_there_and_those_of_the_network_do_not(
    world: World, sign_in: SignIn
) -> None:
    secret = adopted(world, world.closed, "A secret goal")
    world.closed.kind = GroupKind.COORDINATION
    db.session.commit()
    assert secret.title in sign_in(world.olena).get("/goals").text
    world.closed.kind = GroupKind.WORKING
    db.session.commit()
    for address in ("/goals?state=all", "/goals.csv?state=all", "/goals/report"):
        assert secret.title not in sign_in(world.olena).get(address).text
        assert secret.title in sign_in(world.mo).get(address).text


def test_what_a_closed_group_decided_is_not_read_on_the_goal_of_the_network_that_it_adopted(
    world: World, sign_in: SignIn, statements: Callable[..., Any]
) -> None:
    world.closed.kind = GroupKind.COORDINATION
    [secret] = decided(world, "Secretly.", of=world.closed, chair=world.nina)
    secret.number = None  # as while the meeting runs
    db.session.commit()
    plan = proposed(world.olaf, world.closed, "A goal of the network")
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.olaf, plan, decision_id=secret.id)
    inside, outside = sign_in(world.mo), sign_in(world.olena)
    for page in (f"/goals/{plan.goal_id}", f"/goal-plans/{plan.id}"):
        assert "Secretly." in inside.get(page).text
        outside.get(page)
        with statements() as sent:
            read = outside.get(page).text
        assert "A goal of the network" in read and "Secretly." not in read
        assert len(sent) <= 8, sent


def test_a_link_to_what_one_may_not_see_is_not_shown_and_a_removed_thing_leaves_a_trace(
    world: World, sign_in: SignIn
) -> None:
    goal, draft = adopted(world), drafted(world.ben, world.language, "A draft to go")
    [secret] = decided(world, "Secretly.", of=world.closed, chair=world.nina)
    link(world.ben, goal, to_id=draft.id, kind="follows_from")
    link(world.olaf, goal, to_id=secret.id, kind="follows_from")
    ben, olaf = sign_in(world.ben), sign_in(world.olaf)
    assert "A draft to go" in ben.get(f"/goals/{goal.id}").text
    assert secret.citation in olaf.get(f"/goals/{goal.id}").text
    assert secret.citation not in ben.get(f"/goals/{goal.id}").text
    assert goal.title in ben.get(f"/goals/{draft.id}").text
    actions.remove_goal(world.ben, draft)
    page = html.fromstring(ben.get(f"/goals/{goal.id}").text)
    [trace] = page.xpath("//*[@id='links']//s")
    assert trace.text_content() == "A draft to go" and "removed on" in trace.getparent().text_content()


def test_links_are_made_by_an_address_and_taken_off(world: World, sign_in: SignIn) -> None:
    goal, [decision] = adopted(world), decided(world, "Rooms first.")
    ben = sign_in(world.ben)
    facts = {"kind": "follows_from", "to": f"http://localhost/decisions/{decision.id}"}
    assert ben.post(f"/things/{goal.id}/link", data=facts).status_code == 303
    shown = html.fromstring(ben.get(f"/decisions/{decision.id}").text).xpath("//*[@id='links']")[0]
    assert goal.title in shown.text_content()
    meeting = decision.parent.parent
    place = f"/meetings/{meeting.id}/minutes#decision_{decision.id}-1"
    facts = {"kind": "discussed_in", "to": f"http://localhost{place}"}
    assert ben.post(f"/things/{goal.id}/link", data=facts).status_code == 303
    assert f'href="{place}"' in ben.get(f"/goals/{goal.id}").text
    minutes = html.fromstring(ben.get(f"/meetings/{meeting.id}/minutes").text).xpath("//*[@id='links']")[0]
    assert goal.title in minutes.text_content()
    for wrong in ("/nowhere", "https://elsewhere.example/goals/1", f"/goals/{goal.id}", "/goals/99999999"):
        assert ben.post(f"/things/{goal.id}/link", data={"kind": "serves", "to": wrong}).status_code == 422
    page = html.fromstring(ben.get(f"/goals/{goal.id}").text)
    button = page.xpath("//*[@id='links']//button/@formaction")[-1]
    assert ben.post(button).status_code == 303
    assert decision.citation not in ben.get(f"/goals/{goal.id}").text


def test_what_was_adopted_a_moment_ago_is_not_without_news(world: World, sign_in: SignIn, clock: Any) -> None:
    goal = adopted(world, baseline_on=today() - timedelta(days=400))
    ben, office = sign_in(world.ben), sign_in(world.olaf)
    assert goal.health == "no_news" and goal.progress is None, "the figure stays as the law has it"
    for address in ("/goals", "/goals?health=unjudged", f"/groups/{world.language.id}/goals"):
        page = html.fromstring(ben.get(address).text).xpath("//main")[0].text_content()
        assert goal.title in page and "first report by" in page, address
    assert "First report by" in ben.get(f"/goals/{goal.id}").text
    assert goal.title not in ben.get("/goals?health=no_news").text
    assert goal.title not in office.get("/office/").text
    clock.shift(timedelta(days=100))
    assert goal.title in sign_in(world.ben).get("/goals?health=no_news").text
    assert goal.title in sign_in(world.olaf).get("/office/").text


def test_a_draft_is_talked_about_in_comments_which_stay_in_the_group(world: World, sign_in: SignIn) -> None:
    world.closed.kind = GroupKind.COORDINATION
    db.session.commit()
    draft = drafted(world.mo, world.closed)
    mo, olena = sign_in(world.mo), sign_in(world.olena)
    page = mo.get(f"/goals/{draft.id}").text
    assert "Discuss the goal" not in page and "in comments on its words" in page
    said = {"text": "Between us: the town hall is against it."}
    assert mo.post(f"/things/{draft.id}/discussion", data=said).status_code == 403
    assert db.session.scalar(select(Thread)) is None
    text = writing.texts_of(draft)["statement"]
    comments = f"/drafts/{text.draft.id}/comments"
    assert mo.post(comments, data=said).status_code == 303
    actions.propose_goal(world.mo, draft)
    assert olena.get(f"/goals/{draft.id}").status_code == 200
    assert said["text"] in mo.get(comments).text
    for kept in (comments, f"/drafts/{text.draft.id}/versions", f"/goal-texts/{text.id}"):
        assert olena.get(kept).status_code == 404
    assert mo.post(f"/things/{draft.id}/discussion", data={"text": "Now for all."}).status_code == 303
    shown = olena.get(f"/things/{draft.id}/discussion", follow_redirects=True).text
    assert "Now for all." in shown and said["text"] not in shown


def test_what_was_said_about_a_goal_that_is_removed_counts_nowhere(world: World, sign_in: SignIn) -> None:
    plan = proposed(world.ben, world.language)
    goal, guel = plan.parent, sign_in(world.guel)
    message = talking.talk_about(world.ben, goal, text="Is a hundred enough, Gül?")
    db.session.add(Notice(person_id=world.guel.id, message_id=message.id, why="mention"))
    db.session.commit()
    assert how_many_unread(world.guel) == 1
    adopting.take_back(world.ben, plan)
    actions.remove_goal(world.ben, goal)
    assert guel.get(f"/things/{goal.id}/discussion").status_code == 404
    assert guel.get(f"/threads/{message.thread_id}").status_code == 404
    assert how_many_unread(world.guel) == 0


def test_a_goal_of_which_nothing_is_counted_says_so_and_is_reported_on_in_words(
    world: World, sign_in: SignIn
) -> None:
    begun = actions.draft_goal(world.ben, world.language, title="A place to meet")
    ben = sign_in(world.ben)
    assert "Nothing to be counted is named yet" in ben.get(f"/goals/{begun.id}").text
    assert ben.post(f"/goals/{begun.id}/propose").status_code == 303
    plan = db.session.scalars(select(GoalPlan)).one()
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")
    assert 'name="value"' not in ben.get(f"/goals/{begun.id}/report").text
    facts = {"on": f"{today()}", "note": ""}
    assert ben.post(f"/goals/{begun.id}/report", data=facts).status_code == 422
    facts["note"] = "The parish lends us its hall."
    assert ben.post(f"/goals/{begun.id}/report", data=facts).status_code == 303
    page = ben.get(f"/goals/{begun.id}").text
    assert facts["note"] in page and "No news" not in page and "Told in words" in page


def test_a_goal_is_achieved_against_its_reports_only_on_purpose_and_leads_to_its_need(
    world: World, sign_in: SignIn
) -> None:
    need = confirmed(world)
    goal, [decision] = adopted(world), decided(world, "All were counted.")
    link(world.olaf, goal, to_id=need.id, kind="serves")
    anke, olaf = sign_in(world.anke), sign_in(world.olaf)
    assert need.title in anke.get(f"/goals/{goal.id}/end").text
    words = {"state": "achieved", "reason": "Counted by hand.", "page": f"/decisions/{decision.id}"}
    answer = anke.post(f"/goals/{goal.id}/end", data=words)
    assert answer.status_code == 422 and "Ten schools asked" in answer.text
    assert all(word in answer.text for word in ("Counted by hand.", words["page"]))
    db.session.expire_all()
    assert goal.state == "adopted"
    assert anke.post(f"/goals/{goal.id}/end", data={**words, "sure": "y"}).status_code == 303
    page = anke.get(f"/goals/{goal.id}").text
    assert "Is the need met now?" in page and decision.citation in page
    assert f"/needs/{need.id}/meet" not in page
    step = f"/needs/{need.id}/meet?by=/goals/{goal.id}"
    assert step in olaf.get(f"/goals/{goal.id}").text
    assert f'value="/goals/{goal.id}"' in olaf.get(step).text
    needs.meet(world.olaf, need, words="They read now.")
    assert "Is the need met now?" not in olaf.get(f"/goals/{goal.id}").text


def test_a_report_is_shown_by_what_it_is_linked_with(world: World, sign_in: SignIn) -> None:
    goal, [decision] = adopted(world), decided(world, "The schools have counted.")
    report = tending.report(world.ben, goal, value=Decimal(50), on=today())
    facts = {"kind": "evidence", "to": f"/decisions/{decision.id}"}
    assert sign_in(world.guel).post(f"/things/{report.id}/link", data=facts).status_code == 403
    ben = sign_in(world.ben)
    answer = ben.post(f"/things/{report.id}/link", data=facts)
    assert answer.headers["Location"].endswith(f"/t/{report.id}")
    assert ben.get(f"/t/{report.id}").headers["Location"].endswith(f"/goals/{goal.id}#{report.dom_id}")
    [row] = html.fromstring(ben.get(f"/goals/{goal.id}").text).xpath(f"//tr[@id='{report.dom_id}']")
    assert decision.citation in row.text_content()
    back = html.fromstring(ben.get(f"/decisions/{decision.id}").text).xpath("//*[@id='links']//a/@href")
    assert f"/t/{report.id}" in back


def test_a_plan_shows_the_charter_beside_the_present_and_an_amendment_as_a_difference(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    wanted = {**writing.present_plan(goal), "target": "90"}
    plan = adopting.amend(world.ben, goal, reason="More schools.", **wanted)
    ben = sign_in(world.ben)
    page = html.fromstring(ben.get(f"/goal-plans/{plan.id}").text)
    assert [cell.text_content() for cell in page.xpath("//del | //ins")] == ["80", "90"]
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, procedure="By e-mail.")
    [charter] = db.session.scalars(db.select(GoalPlan).where(GoalPlan.is_first))
    rows = html.fromstring(ben.get(f"/goal-plans/{charter.id}").text).xpath("//tr[contains(., '80')]")
    assert any("90" in row.text_content() for row in rows)


def test_two_who_write_without_the_editor_lose_nothing(world: World, sign_in: SignIn) -> None:
    goal = drafted(world.ben, world.language)
    text = writing.texts_of(goal)["reasons"]
    ben, anke = sign_in(world.ben), sign_in(world.anke)
    assert anke.post(f"/goal-texts/{text.id}", data={"words": "Theirs.", "revision": 0}).status_code == 303
    answer = ben.post(f"/goal-texts/{text.id}", data={"words": "Mine.", "revision": 0})
    assert answer.status_code == 409 and "Theirs." in answer.text and "Mine." in answer.text


def test_the_table_holds_no_formula_and_all_numbers(world: World, sign_in: SignIn) -> None:
    adopted(world, title="=1+1", baseline=Decimal("-4.5"))
    answer = sign_in(world.ben).get(f"/groups/{world.language.id}/goals.csv")
    heads, row = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    found = dict(zip(heads, row, strict=True))
    assert found["Goal"] == "'=1+1" and found["Value at the beginning"] == "-4.5"
    assert found["State"] == "Adopted"
    world.ben.language = "de"
    db.session.commit()
    text = sign_in(world.ben).get(f"/groups/{world.language.id}/goals.csv").get_data().decode("utf-8-sig")
    assert text.startswith("Gruppe;Ziel;Stand;") and ";-4,5;" in text and ";Beschlossen;" in text


# What pages cost


def crowded(world: World) -> list[Goal]:
    """500 goals of ten groups with ten reports each, laid down at once."""
    groups = [make_group(world, f"Group {number}") for number in range(10)]
    goals = []
    for number in range(500):
        goal = Goal(
            parent_id=groups[number % 10].id,
            title=f"A goal with a title that is as long as titles are, number {number}",
            state="adopted",
            indicator="Sponsors who come every two weeks",
            unit="sponsors",
            baseline=Decimal(20),
            baseline_on=today() - timedelta(days=50),
            target=Decimal(80),
            target_on=today() + timedelta(days=50),
            owner_id=world.ben.id,
            last_value=Decimal(number % 90),
            last_on=today() - timedelta(days=number % 200),
            **own(),
        )
        db.session.add(goal)
        goals.append(goal)
    db.session.flush()
    for goal in goals:
        db.session.add_all(
            ProgressReport(
                parent_id=goal.id,
                room_id=goal.room_id,
                goal_id=goal.id,
                person_id=world.ben.id,
                value=Decimal(20 + number),
                on=today() - timedelta(days=30 - number),
                note="It goes on.",
            )
            for number in range(10)
        )
    db.session.commit()
    return goals


def test_five_hundred_goals_cost_a_page_as_little_as_five(
    world: World, sign_in: SignIn, statements: Any
) -> None:
    goals = crowded(world)
    kira = sign_in(world.kira)
    kira.get("/goals")
    for address in ("/goals", "/goals?health=no_news", f"/goals/{goals[0].id}", "/goals/public"):
        with statements() as sent:
            page = kira.get(address)
        assert page.status_code == 200 and len(sent) <= 8, sent
        assert len(page.get_data()) < 60_000, address
    titles = html.fromstring(kira.get("/goals").text).xpath("//ol//h2")
    assert len(titles) == 30
    assert "No news" in kira.get("/goals").text


def test_pages_of_a_goal_cost_few_statements(world: World, sign_in: SignIn, statements: Any) -> None:
    world.language.visibility = Visibility.PUBLIC
    top = make_group(world, "Coordination", kind=GroupKind.COORDINATION)
    db.session.commit()
    direction = adopted(world, top, "Nobody waits")
    goal = adopted(world, serves_id=direction.id, owner_id=world.ben.id, organisations=[world.school.id])
    for days in range(5):
        report = tending.report(world.ben, goal, value=Decimal(40 + days), on=today() - timedelta(days=days))
    tending.correct(world.ben, report, value=Decimal(41), on=today(), reason="Counted anew.")
    tending.review(world.ben, goal, note="We go on.")
    [decision] = decided(world, "We go on.")
    link(world.ben, goal, to_id=decision.id, kind="follows_from")
    tending.publish(world.anke, goal, public=True)
    open_plan = proposed(world.ben, world.language, "Another one")
    draft = drafted(world.ben, world.language, "A third one")
    ben, olaf = sign_in(world.ben), sign_in(world.olaf)
    group = world.language.id
    for reader, addresses in (
        (
            ben,
            [
                f"/goals/{goal.id}",
                f"/goals/{direction.id}",
                f"/goals/{draft.id}",
                f"/goals/{goal.id}/history",
                f"/groups/{group}/goals",
                f"/groups/{group}",
                f"/goal-plans/{open_plan.id}",
                f"/decisions/{decision.id}",
                "/goals/report",
                "/my",
            ],
        ),
        (olaf, ["/office/", f"/goals/{open_plan.goal_id}"]),
    ):
        reader.get("/my")
        for address in addresses:
            reader.get(address)
            with statements() as sent:
                assert reader.get(address).status_code == 200
            assert len(sent) <= 8, f"{address}: {sent}"
