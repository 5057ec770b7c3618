"""Linking what belongs together: found and chosen, shown at both ends, walked along with one click a step."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from babel.dates import format_date
from lxml import html
from sqlalchemy import select

from network.approval import actions as approval
from network.approval import publishing
from network.approval.models import MinutesVersion
from network.dates import today
from network.directory.models import Topic
from network.discussions import actions as talking
from network.discussions.models import Message
from network.extensions import db
from network.goals import adopting, tending, writing
from network.goals.models import Goal
from network.groups.models import Visibility
from network.loop import actions
from network.loop.ends import ends
from network.loop.models import BACK, Link, LinkKind
from network.loop.picking import sentence, usual, ways
from network.meetings.models import Meeting
from network.minutes import lines
from network.minutes.models import Decision
from network.needs import actions as needs
from network.needs.models import Need
from network.sitting import actions as sitting
from tests.approval.conftest import hold, send
from tests.clients import Reader
from tests.goals.makers import adopted, drafted, proposed
from tests.needs.makers import confirmed, merged, observed
from tests.registers.test_registers import decided
from tests.world import World, make_item, make_meeting

SignIn = Callable[..., Reader]


@pytest.fixture
def approved(world: World) -> Meeting:
    """A meeting of Language whose minutes are approved; Anke leads, Ben took the minutes."""
    meeting = hold(world.language, world.anke, world.ben)
    approval.approve(world.anke, send(meeting.minutes, world.ben), result="by consensus")
    return meeting


def said(world: World, text: str = "Somebody should read with the children.") -> Message:
    """What Ben says in a discussion of Language."""
    thread = talking.start(world.ben, world.language, title="Reading", text=text)
    return db.session.scalars(select(Message).where(Message.thread_id == thread.id)).one()


def found_on(page: str) -> list[Any]:
    return html.fromstring(page).xpath("//turbo-frame[@id='found']//input[@type='radio']")


def links_on(page: str) -> str:
    return " ".join(one.text_content() for one in html.fromstring(page).xpath("//*[@id='links']"))


# Finding and choosing


def test_what_is_to_be_linked_is_found_by_its_words_and_chosen(world: World, sign_in: SignIn) -> None:
    goal, [decision] = adopted(world), decided(world, "Reading sponsors get a room.")
    [secret] = decided(world, "Reading sponsors, secretly.", of=world.closed, chair=world.nina)
    ben = sign_in(world.ben)
    page = ben.get(f"/things/{goal.id}/link?q=reading+sponsors").text
    values = [radio.get("value") for radio in found_on(page)]
    assert values == [f"/t/{decision.id}"], "neither the goal itself nor what Ben may not see"
    assert secret.citation not in page
    # What it would be stands there in whole sentences with both names, the usual first.
    sentences = html.fromstring(page).xpath("//turbo-frame[@id='found']//select/option/text()")
    assert sentences[0] == f"“{goal.title}” was adopted by “{decision.citation}: {decision.text}”"
    assert f"“{goal.title}” follows from “{decision.citation}: {decision.text}”" in sentences[1:]
    answer = ben.post(f"/things/{goal.id}/link", data={"to": values[0], "kind": ""})
    assert answer.status_code == 303
    [end] = ends(world.ben, goal)
    assert (end.id, end.link.kind) == (decision.id, LinkKind.ADOPTED_BY)
    assert goal.title in links_on(ben.get(f"/decisions/{decision.id}").text)


def test_an_address_that_is_pasted_where_words_are_looked_for_offers_its_page(
    world: World, sign_in: SignIn, approved: Meeting
) -> None:
    goal, item = adopted(world), approved.agenda[0]
    address = f"http://localhost/meetings/{approved.id}/minutes#text-{item.id}-1"
    ben = sign_in(world.ben)
    page = ben.get(f"/things/{goal.id}/link", query_string={"q": address}).text
    [radio] = found_on(page)
    assert radio.get("value") == address and radio.get("checked") is not None
    facts = {"to": address, "kind": ""}
    assert ben.post(f"/things/{goal.id}/link", data=facts).status_code == 303
    [end] = ends(world.ben, goal)
    assert (end.id, urlsplit(address).path) == (item.id, end.place.partition("#")[0]), (
        "a paragraph is its item's"
    )
    for wrong in (
        "/goals/99999999",
        f"/goals/{goal.id}",
        f"/decisions/{goal.id}",
        "https://elsewhere.example/1",
    ):
        assert found_on(ben.get(f"/things/{goal.id}/link", query_string={"q": wrong}).text) == []


def test_the_address_of_a_paragraph_of_public_minutes_names_its_item(
    world: World, sign_in: SignIn, approved: Meeting
) -> None:
    world.language.visibility = Visibility.PUBLIC
    db.session.commit()
    publishing.publish(world.anke, approved.minutes, audience="public", version=1)
    goal, item = adopted(world), approved.agenda[0]
    address = f"http://localhost/minutes/{approved.minutes.id}#text-{item.id}-1"
    ben = sign_in(world.ben)
    [radio] = found_on(ben.get(f"/things/{goal.id}/link", query_string={"q": address}).text)
    assert ben.post(f"/things/{goal.id}/link", data={"to": radio.get("value"), "kind": ""}).status_code == 303
    [end] = ends(world.ben, goal)
    assert (end.id, end.place) == (item.id, f"/meetings/{approved.id}/minutes#text-{item.id}-1")


def test_each_pair_has_a_way_that_can_be_said(world: World) -> None:
    goal, [decision], message = adopted(world), decided(world, "Rooms first."), said(world)
    things = [goal, decision, decision.parent, decision.parent.parent, message, message.parent, world.school]
    for one in things:
        for other in things:
            if one is not other:
                found = ways(one, other)
                assert found[0] == usual(one, other) and all(sentence(way, one, other) for way in found)
            if one.type != other.type:
                there, back = usual(one, other), usual(other, one)
                assert (there.kind, there.turned) == (back.kind, not back.turned), (one.type, other.type)


def test_a_link_is_kept_where_it_is_said_and_told_from_the_other_end_too(
    world: World, sign_in: SignIn
) -> None:
    goal, [decision] = adopted(world), decided(world, "We adopt the goal.")
    # Ben writes at both ends, so that the link stands at the goal, as if he had made it there.
    ben = sign_in(world.ben)
    facts = {"to": f"/t/{goal.id}", "kind": ""}
    assert ben.post(f"/things/{decision.id}/link", data=facts).status_code == 303
    [link] = db.session.scalars(select(Link))
    assert (link.parent_id, link.to_id, link.turned) == (goal.id, decision.id, False)
    # Who writes at one end only says it from there.
    foreign = adopted(world, world.housing, "Rooms for all")
    facts = {"to": f"/t/{foreign.id}", "kind": "adopted_by_back"}
    assert ben.post(f"/things/{decision.id}/link", data=facts).status_code == 303
    [there], [back] = ends(world.ben, foreign), ends(world.ben, decision)[1:]
    assert (there.words, back.words) == (LinkKind.ADOPTED_BY.label, BACK[LinkKind.ADOPTED_BY])
    # The same from the other end is the same link.
    actions.link(world.olaf, foreign, to_id=decision.id, kind="adopted_by")
    assert len(ends(world.ben, foreign)) == 1


def test_a_link_is_taken_off_from_either_end_by_those_who_write_there(world: World, sign_in: SignIn) -> None:
    foreign, [decision] = adopted(world, world.housing, "Rooms for all"), decided(world, "Rooms first.")
    link = actions.link(world.lev, foreign, to_id=decision.id, kind="follows_from")
    guel, ben = sign_in(world.guel), sign_in(world.ben)
    assert guel.post(f"/links/{link.id}/remove").status_code == 403
    assert links_on(guel.get(f"/decisions/{decision.id}").text)
    page = html.fromstring(ben.get(f"/decisions/{decision.id}").text)
    [button] = page.xpath("//*[@id='links']//button/@formaction")
    assert ben.post(button).status_code == 303
    assert ends(world.lev, foreign) == []


def test_a_link_that_was_taken_off_comes_back_by_the_notice_which_says_what_follows(
    world: World, sign_in: SignIn
) -> None:
    goal, topic = adopted(world), Topic(slug="reading", place=1, names={"en": "Reading"})
    db.session.add(topic)
    db.session.commit()
    need = needs.observe(world.olaf, world.desk, title="Nobody reads with them", topic_id=topic.id)
    link = actions.link(world.ben, goal, to_id=need.id, kind="serves")
    ben, page = sign_in(world.ben), f"/goals/{goal.id}"
    answer = ben.post(f"/links/{link.id}/remove", headers={"Referer": f"http://localhost{page}"})
    told = ben.get(answer.headers["Location"]).text
    assert "“Nobody reads with them” is now: Confirmed." in told and ends(world.ben, goal) == []
    [way] = html.fromstring(told).xpath("//*[@id='toasts']//button/@formaction")
    for _time in range(2):
        assert ben.post(way).status_code == 303
    assert [end.id for end in ends(world.ben, goal)] == [need.id]
    assert db.session.get_one(Need, need.id).state == "taken_up"
    # What was linked anew meanwhile stands once.
    actions.unlink(world.ben, link)
    actions.link(world.ben, goal, to_id=need.id, kind="serves")
    assert ben.post(way).status_code == 303
    assert len(ends(world.ben, goal)) == 1
    # Guests make no links, and bring none back.
    assert sign_in(world.guel).post(way).status_code == 403


def test_the_decision_that_adopted_a_goal_stays_and_so_does_the_link_that_says_so(
    world: World, sign_in: SignIn
) -> None:
    meeting = make_meeting(world.language, chair_id=world.anke.id)
    item = make_item(meeting, "Goals", 1)
    sitting.start(world.anke, meeting)
    decision, other = (lines.decide(world.ben, item, text=text) for text in ("We adopt it.", "Tea first."))
    plan = proposed(world.ben, world.language)
    adopting.consent(world.olaf, plan, said="given")
    adopting.adopt(world.anke, plan, decision_id=decision.id)
    goal = plan.parent
    actions.link(world.ben, goal, to_id=other.id, kind="adopted_by")
    ben = sign_in(world.ben)
    answer = ben.post(f"/decisions/{decision.id}/remove")
    assert answer.status_code == 403
    assert f"The goal “{goal.title}” was adopted by this decision, so it stays." in answer.text
    kept, free = ends(world.ben, goal)
    assert (kept.id, kept.may_unlink, free.may_unlink) == (decision.id, False, True)
    answer = ben.post(f"/links/{kept.link.id}/remove")
    assert answer.status_code == 403 and "by which decision the plan was adopted" in answer.text
    assert f"/links/{kept.link.id}/remove" not in ben.get(f"/goals/{goal.id}").text
    db.session.expire_all()
    assert decision.removed_at is None and kept.link.removed_at is None
    # What nothing was adopted by goes, linked or not.
    assert ben.post(f"/decisions/{other.id}/remove").status_code == 303
    assert db.session.get_one(Decision, other.id).removed_at is not None


def test_before_anything_is_typed_the_newest_of_the_group_are_suggested(
    world: World, sign_in: SignIn, statements: Any
) -> None:
    goal, foreign = adopted(world), adopted(world, world.housing, "Rooms for all")
    known, *others = decided(world, *(f"Decision {number}" for number in range(8)))
    decided(world, "Rooms first.", of=world.housing, chair=world.lev)
    actions.link(world.ben, goal, to_id=known.id)
    ben, page = sign_in(world.ben), f"/things/{goal.id}/link"
    values = [radio.get("value") for radio in found_on(ben.get(page).text)]
    assert values[:5] == [f"/t/{one.id}" for one in reversed(others[-5:])]
    assert values[5:] == [f"/t/{known.parent_id}"], "its item, and nothing of another group"
    with statements() as sent:
        ben.get(page)
    assert len(sent) <= 8, sent
    # A need is served by goals of all groups.
    topic = Topic(slug="reading", place=1, names={"en": "Reading"})
    db.session.add(topic)
    db.session.commit()
    need = needs.observe(world.olaf, world.desk, title="Nobody reads with them", topic_id=topic.id)
    page = sign_in(world.olaf).get(f"/things/{need.id}/link").text
    assert [radio.get("value") for radio in found_on(page)] == [f"/t/{foreign.id}", f"/t/{goal.id}"]


def test_needs_that_are_still_missing_are_suggested_first_and_settled_ones_not(
    world: World, sign_in: SignIn
) -> None:
    goal = adopted(world)
    missing = confirmed(world, "Nobody reads with them")
    met, declined, gone = (confirmed(world, title) for title in ("Swimming", "A bus", "Nobody reads at all"))
    needs.meet(world.olaf, met, words="There is a course now.")
    needs.decline(world.olaf, declined, reason="The buses are run by others.")
    merged(world, gone, missing)
    page = sign_in(world.ben).get(f"/things/{goal.id}/link").text
    assert [one.get("value") for one in found_on(page)] == [f"/t/{missing.id}", f"/t/{met.id}"]


def test_the_address_of_a_merged_need_stands_for_the_one_that_it_is_part_of(
    world: World, sign_in: SignIn
) -> None:
    goal, into, need = adopted(world), confirmed(world, "Nobody reads with them"), confirmed(world, "Readers")
    merged(world, need, into)
    ben, address, page = sign_in(world.ben), f"/needs/{need.id}", f"/things/{goal.id}/link"
    offered = ben.get(page, query_string={"q": address}).text
    [radio] = found_on(offered)
    assert radio.get("value") == f"/t/{into.id}" and "“Readers” was merged into it." in offered
    told = ben.post(page, data={"to": address, "kind": ""}, follow_redirects=True).text
    assert "“Readers” was merged into “Nobody reads with them”, which is linked now." in told
    [end] = ends(world.ben, goal)
    assert (end.id, end.link.kind) == (into.id, LinkKind.SERVES)
    met = confirmed(world, "Somebody to read with")
    needs.meet(world.olaf, met, words="As there.", by_id=need.id)
    assert [end.id for end in ends(world.ben, met)] == [into.id]
    assert list(ben.get("/titles", query_string={"of": address}).get_json().values()) == [into.title]


def test_no_title_is_told_by_naming_what_was_merged_and_one_may_not_see(
    world: World, sign_in: SignIn
) -> None:
    goal, into = adopted(world), confirmed(world, "Nobody reads with them")
    hidden = merged(world, observed(world.mo, "Ms B. cannot read"), into)
    ben, anke, page = sign_in(world.ben), sign_in(world.anke), f"/things/{goal.id}/link"
    for address in (f"/t/{hidden.id}", f"/needs/{hidden.id}"):
        sent = ben.post(page, data={"to": address, "kind": ""}, follow_redirects=True)
        assert sent.status_code == 422
        ended = anke.post(f"/goals/{goal.id}/end", data={"state": "missed", "reason": "No", "page": address})
        assert ended.status_code == 422
        for said in (sent.text, ended.text, ben.get(page, query_string={"q": address}).text):
            assert hidden.title not in said and "was merged into" not in said
    assert ends(world.olaf, goal) == [] and goal.state == "adopted"
    # Whoever saw it is led on, and not to a place on a page that only they see.
    mo = sign_in(world.mo)
    met = confirmed(world, "Somebody to read with", world.mo)
    mo.post(f"/things/{met.id}/link", data={"to": f"/needs/{hidden.id}#seen", "kind": ""})
    [end] = ends(world.mo, met)
    assert (end.id, end.place) == (into.id, "")


@pytest.mark.parametrize("address", ["/goals/{need}", "/t/{person}", "/needs/{need}"])
def test_neither_people_nor_what_is_missing_show_what_became_of_a_goal(
    world: World, sign_in: SignIn, address: str
) -> None:
    goal, need = adopted(world), confirmed(world)
    page = address.format(need=need.id, person=world.ben.id)
    facts = {"state": "missed", "reason": "The hall burned down.", "page": page}
    answer = sign_in(world.anke).post(f"/goals/{goal.id}/end", data=facts)
    assert answer.status_code == 422 and facts["reason"] in answer.text
    assert goal.state == "adopted" and ends(world.olaf, goal) == []


def test_a_report_is_named_by_its_day_and_what_is_linked_with_it_is_its_evidence(
    world: World, sign_in: SignIn
) -> None:
    goal, [decision] = adopted(world), decided(world, "We counted them.")
    report = tending.report(world.ben, goal, value=Decimal(50), on=today())
    ben, page = sign_in(world.ben), f"/things/{report.id}/link"
    text = ben.get(page).text
    name = f"Report of {format_date(today(), locale='en')}: {goal.title}"
    assert f"Link “{name}” with something else" in html.fromstring(text).xpath("//h1")[0].text_content()
    assert f"“{decision.citation}: We counted them.” is evidence of “{name}”" in text
    for kind, status in (("serves", 422), ("nothing", 422), ("evidence", 303)):
        facts = {"to": f"/t/{decision.id}", f"kind_{decision.id}": kind}
        assert ben.post(page, data=facts).status_code == status, kind
    [end] = ends(world.ben, report)
    assert (end.id, end.link.kind) == (decision.id, LinkKind.EVIDENCE)
    assert name in links_on(ben.get(f"/decisions/{decision.id}").text)


def test_of_many_links_the_newest_stand_on_the_page_and_all_on_their_own(
    world: World, sign_in: SignIn
) -> None:
    [decision], goal = decided(world, "Rooms first."), adopted(world)
    for number in range(230):
        db.session.add(
            Link(
                parent_id=goal.id,
                room_id=goal.room_id,
                created_by_id=world.ben.id,
                to_id=decision.id,
                kind="follows_from",
                place=f"/meetings/{decision.parent.parent_id}/minutes#text-{number}",
            )
        )
    db.session.commit()
    ben = sign_in(world.ben)
    page = html.fromstring(ben.get(f"/decisions/{decision.id}").text)
    assert len(page.xpath("//*[@id='links']//li")) == 50
    [way] = page.xpath("//*[@id='links']//a[contains(., 'see all')]/@href")
    shown: list[str] = []
    while way is not None:
        page = html.fromstring(ben.get(way).text)
        found = page.xpath("//*[@id='links']//li//@formaction")
        assert 0 < len(found) <= 50
        shown += found
        way = next(iter(page.xpath("//*[@id='links']//a[contains(., 'Older links')]/@href")), None)
    assert len(shown) == len(set(shown)) == 230


def test_who_sees_none_of_many_links_does_not_learn_that_there_are_some(
    world: World, sign_in: SignIn
) -> None:
    need = confirmed(world)
    secret = adopted(world, world.closed, "A secret goal")
    known = adopted(world)
    for other, number in ((known, 2), (secret, 230)):
        for at in range(number):
            place = f"/goals/{other.id}#place-{at}"
            facts = {"room_id": need.room_id, "created_by_id": world.olaf.id, "kind": "serves"}
            db.session.add(Link(parent_id=need.id, to_id=other.id, place=place, **facts))
    db.session.commit()
    secrets = {f"{id}" for id in db.session.scalars(select(Link.id).where(Link.to_id == secret.id))}
    olena = sign_in(world.olena)
    # Below all that is hidden there is what she may see: she is led to it, and past nothing.
    [way] = html.fromstring(olena.get(f"/needs/{need.id}").text).xpath(
        "//*[@id='links']//a[contains(., 'see all')]/@href"
    )
    page = olena.get(way).text
    assert known.title in page and "Older links" not in page and secret.title not in page
    assert not any(f"before={id}" in page for id in secrets)
    for link in db.session.scalars(select(Link).where(Link.to_id == known.id)):
        actions.unlink(world.olaf, link)
    assert "see all" not in olena.get(f"/needs/{need.id}").text
    page = olena.get(f"/things/{need.id}/links").text
    assert "Linked with nothing yet" in page and "Older links" not in page


# Minutes, agendas, discussions


def test_approved_minutes_are_linked_beside_their_text_which_stays_as_it_was(
    world: World, sign_in: SignIn, approved: Meeting
) -> None:
    goal, item = adopted(world), approved.agenda[0]
    version = db.session.scalars(select(MinutesVersion)).one()
    before = (version.content, version.digest)
    ben = sign_in(world.ben)
    page = f"/meetings/{approved.id}/minutes"
    paragraph = f"text-{item.id}-1"
    [way] = html.fromstring(ben.get(page).text).xpath(
        f"//*[@id='{paragraph}']//a[contains(@href, '/link')]/@href"
    )
    assert html.fromstring(ben.get(way).text).xpath("//input[@name='here']/@value")[0] == paragraph
    facts = {"to": f"/t/{goal.id}", "kind": "", "here": paragraph}
    assert ben.post(f"/things/{item.id}/link", data=facts).headers["Location"].endswith(f"{page}#{paragraph}")
    shown = html.fromstring(ben.get(page).text).xpath(f"//*[@id='{paragraph}']")[0]
    assert goal.title in shown.text_content()
    assert f'href="{page}#{paragraph}"' in ben.get(f"/goals/{goal.id}").text, "and back to the paragraph"
    db.session.expire_all()
    assert (version.content, version.digest) == before
    assert goal.title not in ben.get(f"{page}/versions/1").text
    # Guests read the links and make none; a paragraph of another item is no place of this one.
    guel = sign_in(world.guel)
    assert goal.title in guel.get(page).text and "/link" not in guel.get(page).text
    assert guel.post(f"/things/{item.id}/link", data=facts).status_code == 403
    other = approved.agenda[1]
    facts = {"to": f"/t/{goal.id}", "kind": "", "here": paragraph}
    assert ben.post(f"/things/{other.id}/link", data=facts).headers["Location"].endswith(f"/t/{other.id}")


def test_items_and_discussions_show_what_they_are_linked_with(world: World, sign_in: SignIn) -> None:
    goal, [decision], message = adopted(world), decided(world, "Rooms first."), said(world)
    item, thread = decision.parent, message.parent
    for one in (item, thread, message):
        actions.link(world.ben, goal, to_id=one.id)
    ben = sign_in(world.ben)
    for address in (
        f"/meetings/{item.parent_id}",
        f"/meetings/{item.parent_id}/minutes",
        f"/things/{thread.id}/links",
        f"/messages/{message.id}/more",
    ):
        assert goal.title in links_on(ben.get(address).text), address
    assert {end.id for end in ends(world.ben, goal)} == {item.id, thread.id, message.id}


def test_a_goal_is_made_of_what_somebody_said(world: World, sign_in: SignIn) -> None:
    message = said(world)
    ben = sign_in(world.ben)
    menu = html.fromstring(ben.get(f"/messages/{message.id}/more").text)
    [way] = menu.xpath("//*[@data-further]//a[contains(@href, '/goals/new')]/@href")
    form = html.fromstring(ben.get(way).text)
    assert form.xpath("//input[@name='title']/@value") == [""]
    assert message.text in form.xpath("//main")[0].text_content()
    facts = {"title": "80 sponsors", "origin_id": form.xpath("//input[@name='origin_id']/@value")[0]}
    assert ben.post(urlsplit(way).path, data=facts).status_code == 303
    goal = db.session.scalars(select(Goal)).one()
    assert writing.texts_of(goal)["reasons"].text == "Somebody should read with the children."
    [end] = ends(world.ben, goal)
    assert (end.id, end.link.kind) == (message.id, LinkKind.FOLLOWS_FROM)
    # Guests speak and draft nothing; what they may not see is nothing to them.
    assert "/goals/new" not in sign_in(world.guel).get(f"/messages/{message.id}/more").text
    assert sign_in(world.lev).get(f"/groups/{world.housing.id}/goals/new?message=999999").status_code == 404


def test_a_need_is_made_of_what_somebody_said(world: World, sign_in: SignIn) -> None:
    message = said(world, "Nobody reads with the children of the shelter.")
    world.language.topics = [Topic(slug="reading", place=1, names={"en": "Reading"})]
    ben = sign_in(world.ben)
    menu = html.fromstring(ben.get(f"/messages/{message.id}/more").text)
    [way] = menu.xpath("//*[@data-further]//a[contains(@href, '/needs/new')]/@href")
    page = ben.get(way).text
    assert "is read by all members of the network" in page
    form = html.fromstring(page).xpath("//main//form")[0]
    facts = {name: value for name, value in form.fields.items() if isinstance(value, str)}
    assert facts["title"] == "Nobody reads with the children of the shelter."
    topic = db.session.scalars(select(Topic)).one()
    assert (facts["topic_id"], facts["group_id"]) == (str(topic.id), str(world.language.id))
    assert ben.post(form.action, data=facts).status_code == 303
    need = db.session.scalars(select(Need)).one()
    assert need.group_id == world.language.id
    [end] = ends(world.ben, need)
    assert (end.id, end.link.kind) == (message.id, LinkKind.FOLLOWS_FROM)
    # It is told at the message to whoever sees the need; what one may not read is nothing to make a need of.
    address = f"/messages/{message.id}/more"
    assert need.title in links_on(ben.get(address).text)
    assert links_on(sign_in(world.anke).get(address).text) == ""
    secret = talking.start(world.nina, world.closed, title="Secret", text="A secret word.")
    hidden = db.session.scalars(select(Message).where(Message.thread_id == secret.id)).one()
    assert ben.get(f"/needs/new?message={hidden.id}").status_code == 404
    assert ben.get("/needs/new?message=x").status_code == 404
    facts |= {"title": "Something else altogether", "topic_id": topic.id, "origin_id": hidden.id}
    facts["key"] = html.fromstring(ben.get("/needs/new").text).xpath("//input[@name='key']/@value")[0]
    assert ben.post("/needs/new", data=facts).status_code == 303
    other = db.session.scalars(select(Need).order_by(Need.id.desc())).first()
    assert other is not None and other.id != need.id and ends(world.olaf, other) == []


def test_pages_with_links_cost_as_few_statements_as_without(
    world: World, sign_in: SignIn, statements: Any, approved: Meeting
) -> None:
    goal, message = adopted(world), said(world)
    item = approved.agenda[0]
    running = make_meeting(world.language, chair_id=world.anke.id)
    on = make_item(running, "What we read", 1)
    sitting.start(world.anke, running)
    others = [drafted(world.ben, world.language, f"Reading {number}") for number in range(12)]
    live = f"/meetings/{running.id}"
    for other in others:
        for one in (goal, item, on, message, message.parent):
            actions.link(world.ben, other, to_id=one.id, kind="follows_from")
    ben = sign_in(world.ben)
    for address in (
        f"/goals/{goal.id}",
        f"/meetings/{approved.id}/minutes",
        f"/meetings/{approved.id}",
        live,
        f"/threads/{message.thread_id}",
        f"/things/{message.thread_id}/links",
        f"/messages/{message.id}/more",
        f"/things/{goal.id}/link",
        f"/things/{goal.id}/link?q=reading",
        f"/things/{item.id}/link?q=/goals/{goal.id}",
    ):
        ben.get(address)
        with statements() as sent:
            assert ben.get(address).status_code == 200
        assert len(sent) <= 8, f"{address}: {sent}"
