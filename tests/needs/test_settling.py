"""What becomes of a need: seen by others too, confirmed, merged, declined, met, re-opened, and told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from network.changes import Change, Invalid, Refused, Stale
from network.coverage.counting import By, picture
from network.directory.actions import set_municipalities
from network.directory.models import Municipality
from network.extensions import db
from network.loop.actions import link
from network.loop.ends import ends
from network.loop.models import LinkKind
from network.needs import actions
from network.needs.models import Need, NeedState
from network.people import export, leaving
from network.people.models import Affiliation, OfficeDesk
from network.things import now
from tests.clients import Reader
from tests.goals.makers import adopted
from tests.letterbox import Letterbox
from tests.needs.makers import TITLE, confirmed, merged, municipality, observed
from tests.registers.test_registers import decided
from tests.world import World

SignIn = Callable[..., Reader]


def voices(need: Need) -> list[tuple[int | None, int, str]]:
    return [(one.organisation_id, one.person_id, one.words) for one in need.supports]


def read(page: str) -> str:
    return " ".join(html.fromstring(page).text_content().split())


# We see this too


def test_an_organisation_counts_once_whoever_says_it(world: World) -> None:
    need = confirmed(world)
    actions.support(world.anke, need, organisation_id=world.school.id)
    actions.support(world.anke, need, organisation_id=world.school.id, words="Seven asked.")
    actions.support(world.anke, need, organisation_id=world.school.id, words="Nine asked.")
    assert voices(need) == [
        (world.parish.id, world.ben.id, ""),
        (world.school.id, world.anke.id, "Seven asked."),
    ]
    actions.support(world.olena, need)
    actions.support(world.guel, need)
    actions.support(world.olena, need)
    assert [one.person_id for one in need.by_citizens] == [world.olena.id, world.guel.id]


def test_nobody_speaks_for_an_organisation_of_others_nor_takes_back_for_it(world: World) -> None:
    need = confirmed(world)
    with pytest.raises(Invalid):
        actions.support(world.anke, need, organisation_id=world.parish.id)
    actions.withdraw_support(world.anke, need, organisation_id=world.parish.id)
    assert len(need.supports) == 1
    actions.withdraw_support(world.ben, need, organisation_id=world.parish.id)
    actions.withdraw_support(world.ben, need, organisation_id=world.parish.id)
    assert not need.supports and need.state == NeedState.CONFIRMED


def test_anke_says_so_on_the_page_and_takes_it_back_there(world: World, sign_in: SignIn) -> None:
    need, anke = confirmed(world), sign_in(world.anke)
    assert "We see this too" in read(anke.get(f"/needs/{need.id}").text)
    facts = {"organisation_id": world.school.id, "words": "Eleven wait."}
    assert anke.post(f"/needs/{need.id}/support", data=facts).status_code == 303
    page = read(anke.get(f"/needs/{need.id}").text)
    assert "Eleven wait." in page and "Noted for Volkshochschule Auental." in page
    assert "We see this too" not in page, "one can say it once"
    anke.post(f"/needs/{need.id}/withdraw", data={"organisation_id": world.school.id})
    assert "Noted for" not in read(anke.get(f"/needs/{need.id}").text)


# The Office


def test_whoever_observed_a_need_is_told_that_it_is_confirmed(world: World, letters: Letterbox) -> None:
    confirmed(world)
    letter = letters.last(world.ben)
    assert TITLE in letter.subject and "confirmed" in letter.text
    assert len(letters) == 1, "nobody else, and not the Office itself"


def test_a_need_that_is_declined_says_why_to_all_who_saw_it(world: World, letters: Letterbox) -> None:
    need = confirmed(world)
    actions.support(world.anke, need, organisation_id=world.school.id)
    letters.empty()
    actions.decline(world.olaf, need, reason="The library does this already.")
    assert need.state == NeedState.DECLINED
    for person in (world.ben, world.anke):
        text = " ".join(letters.last(person).text.split())
        assert f"does not take on the need “{TITLE}”. The reason of the Coordination Office:" in text
        assert "Office: The library does this already." in text
    with pytest.raises(Refused):
        actions.support(world.olena, need)
    actions.reopen(world.olaf, need, reason="The library has closed.")
    assert need.state == NeedState.CONFIRMED
    assert "The library has closed." in letters.last(world.anke).text


def test_merging_moves_all_who_see_it_and_leaves_a_trace(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    need, into = confirmed(world, "Mothers cannot learn"), confirmed(world, actor=world.anke)
    actions.support(world.ben, into, organisation_id=world.parish.id)
    actions.support(world.olena, need, words="Three of my friends.")
    db.session.expire_all()
    next(one for one in need.supports if one.organisation_id == world.parish.id).words = "Ours too."
    db.session.commit()
    letters.empty()
    merged(world, need, into)
    assert need.state == NeedState.MERGED and not need.supports
    assert voices(into) == [
        (world.school.id, world.anke.id, ""),
        (world.parish.id, world.ben.id, "Ours too."),  # counted once, with what was said there
        (None, world.olena.id, "Three of my friends."),
    ]
    assert {letter.to for letter in letters.all()} == {world.ben.email, world.olena.email}
    assert into.title in letters.last(world.ben).text
    # Its address leads to the other one, which tells of it; what was written can still be read.
    olena = sign_in(world.olena)
    answer = olena.get(f"/needs/{need.id}")
    assert answer.status_code == 302
    page = olena.get(answer.headers["Location"]).text
    assert "“Mothers cannot learn” is now part of this need." in read(page)
    assert "Mothers cannot learn" in read(olena.get(f"/needs/{need.id}?trace=y").text)
    late = olena.post(f"/needs/{need.id}/support", data={"organisation_id": ""})
    assert (late.status_code, late.headers["Location"]) == (303, f"/needs/{need.id}") and not need.supports
    assert "Mothers cannot learn" not in olena.get("/needs?state=all").text
    history = read(olena.get(f"/needs/{into.id}/history").text)
    assert f"Olaf Amt merged another need into “{TITLE}”" in history


def test_what_two_people_said_for_one_organisation_is_kept_told_and_erased_with_each(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    db.session.add(Affiliation(person_id=world.olena.id, organisation_id=world.parish.id))
    db.session.commit()
    need, into = (
        confirmed(world, "Mothers cannot learn", actor=world.anke),
        confirmed(world, actor=world.anke),
    )
    actions.support(world.olena, need, organisation_id=world.parish.id, words="Three of my friends.")
    actions.support(world.ben, into, organisation_id=world.parish.id, words="Seven in our house.")
    merged(world, need, into)
    page = read(sign_in(world.anke).get(f"/needs/{into.id}").text)
    assert "Three of my friends." in page and "Seven in our house." in page
    assert len(into.by_organisations) == 2, "the organisation counts once"
    letters.empty()
    actions.meet(world.olaf, into, words="There is one.")
    assert {letter.to for letter in letters.all()} == {world.anke.email, world.ben.email, world.olena.email}
    assert "Three of my friends." in str(export.gather(world.olena))
    assert "Three of my friends." not in str(export.gather(world.ben))
    leaving.erase(world.olaf, world.olena, reason="asked by letter")
    page = read(sign_in(world.anke).get(f"/needs/{into.id}").text)
    assert "Three of my friends." not in page and "Seven in our house." in page


def test_what_a_merged_need_was_linked_with_goes_along_once(world: World) -> None:
    need, into = confirmed(world, "Mothers cannot learn"), confirmed(world, actor=world.anke)
    goal, other = adopted(world), adopted(world, title="Another goal")
    [decision] = decided(world, "The course gets child care.")
    link(world.ben, goal, to_id=need.id, kind="serves")
    link(world.ben, need, to_id=other.id, kind="serves_back")
    link(world.olaf, need, to_id=decision.id, kind="serves_back")
    link(world.ben, decision, to_id=into.id, kind="serves")
    link(world.olaf, need, to_id=into.id, kind="follows_from")
    assert into.state == NeedState.CONFIRMED
    merged(world, need, into)
    assert into.state == NeedState.TAKEN_UP and ends(world.olaf, need) == []
    assert sorted((end.id, end.link.kind) for end in ends(world.olaf, into)) == sorted(
        [(goal.id, LinkKind.SERVES), (other.id, LinkKind.SERVES), (decision.id, LinkKind.SERVES)]
    )
    assert [end.id for end in ends(world.olaf, goal)] == [into.id]
    [spot] = picture(world.ben, By.MUNICIPALITY).thinnest(5)
    assert {goal.id, other.id} == spot.goals


def test_what_was_merged_before_it_was_confirmed_stays_with_those_who_saw_it(
    world: World, sign_in: SignIn
) -> None:
    need, into = observed(world.ben, "Frau Sommer needs a nursery"), confirmed(world, actor=world.anke)
    merged(world, need, into)
    for person, sees in ((world.ben, True), (world.olaf, True), (world.anke, False), (world.olena, False)):
        reader = sign_in(person)
        for address in (f"/needs/{into.id}", f"/needs/{into.id}?merged={need.id}"):
            assert ("Frau Sommer" in reader.get(address).text) == sees, f"{person.name}: {address}"
        assert "Frau Sommer" not in sign_in(world.olena).get(f"/needs/{into.id}/history").text


def test_what_cannot_be_merged_stays_as_it_is(world: World) -> None:
    need, waiting = confirmed(world), observed(world.anke, "Another one")
    met = confirmed(world, "A third one")
    actions.meet(world.olaf, met, words="There is one.")
    for into in (need, waiting, met):
        with pytest.raises(Invalid):
            merged(world, need, into)
    with pytest.raises(Stale):
        merged(world, met, need)
    with pytest.raises(Refused):
        actions.merge(world.ben, OfficeDesk.the(), need_id=waiting.id, into_id=need.id)
    assert need.state == NeedState.CONFIRMED and waiting.state == NeedState.REPORTED


def test_what_was_merged_into_one_that_is_merged_later_is_found_behind_both(
    world: World, sign_in: SignIn
) -> None:
    first, second, third = (confirmed(world, f"{TITLE} {number}") for number in range(3))
    merged(world, first, second)
    merged(world, second, third)
    anke = sign_in(world.anke)
    answer = anke.get(f"/needs/{first.id}")
    answer = anke.get(answer.headers["Location"])
    assert answer.status_code == 302 and f"/needs/{third.id}" in answer.headers["Location"]


def test_a_need_is_met_by_evidence_and_all_who_saw_it_are_told(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    need, [decision] = confirmed(world), decided(world, "The course gets child care.")
    actions.support(world.anke, need, organisation_id=world.school.id)
    letters.empty()
    olaf = sign_in(world.olaf)
    facts = {"words": "Since September, Tuesdays at nine.", "by": f"http://localhost/decisions/{decision.id}"}
    assert olaf.post(f"/needs/{need.id}/meet", data=facts).status_code == 303
    assert need.state == NeedState.MET
    [end] = ends(world.olaf, need)
    assert (end.id, end.link.kind) == (decision.id, LinkKind.MET_BY)
    for person in (world.ben, world.anke):
        letter = letters.last(person)
        assert "is met" in letter.subject and "Tuesdays at nine" in letter.text
    page = read(sign_in(world.anke).get(f"/needs/{need.id}").text)
    assert "Since September, Tuesdays at nine." in page and decision.citation in page
    assert TITLE in sign_in(world.anke).get("/needs?state=met").text
    assert TITLE not in sign_in(world.anke).get("/needs").text


def test_a_page_that_the_office_does_not_see_is_no_evidence(world: World) -> None:
    need = confirmed(world)
    secret = observed(world.ben, "Not confirmed yet")
    for by_id in (999_999, need.id, world.language.room_id + 10_000):
        with pytest.raises(Invalid):
            actions.meet(world.olaf, need, words="There.", by_id=by_id)
    assert need.state == NeedState.CONFIRMED
    actions.meet(world.olaf, need, words="There.", by_id=secret.id)
    # Whoever does not see the other end does not read of it.
    assert ends(world.anke, need) == []


def test_by_the_address_of_a_merged_need_that_one_is_taken_which_it_is_part_of_and_named(
    world: World, sign_in: SignIn
) -> None:
    need, into, gone = (
        confirmed(world),
        confirmed(world, "Courses in the evening"),
        confirmed(world, "Late ones"),
    )
    merged(world, gone, into)
    olaf = sign_in(world.olaf)
    facts = {"words": "As there.", "by": f"http://localhost/needs/{gone.id}"}
    told = olaf.post(f"/needs/{need.id}/meet", data=facts, follow_redirects=True).text
    assert "“Late ones” was merged into “Courses in the evening”, which is linked now." in told
    assert [end.id for end in ends(world.olaf, need)] == [into.id]
    facts["by"] = f"/needs/{need.id}"
    other = olaf.post(f"/needs/{into.id}/meet", data=facts, follow_redirects=True).text
    assert into.state == NeedState.MET and "which is linked now" not in other


def test_news_of_needs_can_be_turned_off(world: World, letters: Letterbox) -> None:
    need = observed(world.ben)
    world.ben.unwanted_letters = ["needs"]
    db.session.commit()
    actions.confirm(world.olaf, need)
    assert not letters.to(world.ben)


def test_two_of_the_office_settle_one_need_only_once(world: World) -> None:
    need = confirmed(world)
    actions.meet(world.olaf, need, words="There.")
    with pytest.raises(Refused):
        actions.decline(world.olaf, need, reason="No.")
    assert need.state == NeedState.MET


def test_what_became_of_a_need_stands_in_the_area_of_those_who_see_it_for_two_weeks(
    world: World, sign_in: SignIn, time_machine: Any
) -> None:
    world.ben.unwanted_letters = ["needs"]
    db.session.commit()
    need, into = observed(world.ben, "Mothers cannot learn"), confirmed(world, actor=world.anke)
    actions.support(world.olena, into)
    actions.decline(world.olaf, observed(world.ben, "No bus"), reason="There is one.")
    merged(world, need, into)

    def told(person: Any) -> list[str]:
        page = html.fromstring(sign_in(person).get("/my").text)
        return [" ".join(line.itertext()) for line in page.xpath("//*[@id='needs-news']//li")]

    assert told(world.ben) == ["No bus Declined", f"{TITLE} Confirmed", "Mothers cannot learn Merged"]
    assert told(world.anke) == told(world.olena) == [f"{TITLE} Confirmed"]
    assert told(world.olaf) == told(world.guel) == []
    time_machine.move_to(now() + timedelta(days=15))
    assert told(world.ben) == []


# Lists


def test_the_office_has_what_waits_on_its_page(world: World, sign_in: SignIn) -> None:
    waiting, free, taken = observed(world.ben, "Waits"), confirmed(world, "Free"), confirmed(world, "Taken")
    goal = adopted(world, owner_id=world.ben.id)
    link(world.ben, goal, to_id=taken.id, kind="serves")
    olaf = sign_in(world.olaf)
    page = html.fromstring(olaf.get("/office/").text)

    def in_card(id: str) -> str:
        return " ".join(card.text_content() for card in page.xpath(f"//*[@id='{id}']"))

    assert waiting.title in in_card("observed") and free.title in in_card("untaken")
    assert taken.title not in in_card("untaken")
    answer = olaf.post(f"/needs/{waiting.id}/confirm", headers={"Referer": "http://localhost/office/"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/"), "where the others wait"
    assert "“Waits” is confirmed." in read(olaf.get("/office/").text)
    page = html.fromstring(olaf.get("/office/").text)
    assert not page.xpath("//*[@id='observed']") and waiting.title in in_card("untaken")


def test_beside_a_need_that_waits_stands_what_is_like_it(world: World, sign_in: SignIn) -> None:
    known, waiting = confirmed(world), observed(world.anke, "German courses without child care")
    other = observed(world.anke, "No bus on Sunday")
    page = html.fromstring(sign_in(world.olaf).get("/office/").text)
    [like] = [one for one in page.xpath("//*[@id='observed']//li") if waiting.title in one.text_content()]
    assert like.xpath(f".//small/a[@href='/needs/{known.id}']")
    assert like.xpath(f".//a[@href='/needs/{waiting.id}/merge?into={known.id}']")
    [alone] = [one for one in page.xpath("//*[@id='observed']//li") if other.title in one.text_content()]
    assert "Looks like" not in alone.text_content()


def test_of_two_that_wait_and_are_alike_one_becomes_a_part_of_the_other_which_is_confirmed(
    world: World, sign_in: SignIn, letters: Letterbox
) -> None:
    double = observed(world.anke, "No German course for shift workers")
    need = observed(world.ben, "No German courses for shift workers")
    other = confirmed(world, "No course in German for shift workers in the evening")
    olaf = sign_in(world.olaf)
    page = html.fromstring(olaf.get("/office/").text)
    [like] = [one for one in page.xpath("//*[@id='observed']//li") if need.title in one.text_content()]
    [named] = like.xpath(".//small/a[contains(@href, '/needs/')]/@href")
    [way] = like.xpath(".//a[contains(@href, '/merge')]/@href")
    chosen = html.fromstring(olaf.get(way).text).xpath("//option[@selected]/@value")
    assert [f"/needs/{id}" for id in chosen] == [named], "the one that the list named"
    for one in (double, other):
        way = f"/needs/{need.id}/merge?into={one.id}"
        assert html.fromstring(olaf.get(way).text).xpath("//option[@selected]/@value") == [str(one.id)]
    ben = sign_in(world.ben)
    assert ben.get(f"/needs/{double.id}").status_code == 404
    assert olaf.post(f"/needs/{need.id}/merge", data={"into_id": double.id}).status_code == 303
    assert double.state == NeedState.CONFIRMED and need.state == NeedState.MERGED
    assert ben.get(f"/needs/{double.id}").status_code == 200, "he is led there and counted there"
    assert {one.person_id for one in double.supports} == {world.anke.id, world.ben.id}
    assert {letter.to for letter in letters.all()} == {world.anke.email, world.ben.email}
    # What is known is not led to what only its observer sees.
    waiting = observed(world.anke, "Shift workers learn no German")
    assert str(waiting.id) not in olaf.get(f"/needs/{other.id}/merge").text.split("into_id", 1)[1]
    answer = olaf.post(f"/needs/{other.id}/merge", data={"into_id": waiting.id})
    assert answer.status_code == 422 and waiting.state == NeedState.REPORTED


def test_the_register_is_narrowed_and_ordered(world: World, sign_in: SignIn) -> None:
    here, there = municipality(), municipality("Oberdorf")
    course = confirmed(world, municipality_id=here.id, target="women", languages=["ar"])
    bus = confirmed(world, "No bus on Sunday", municipality_id=there.id)
    all_over = confirmed(world, "No doctor", actor=world.anke)
    actions.support(world.anke, course, organisation_id=world.school.id)
    olena = sign_in(world.olena)

    def listed(**narrowed: Any) -> list[str]:
        page = olena.get("/needs", query_string=narrowed).text
        return html.fromstring(page).xpath("//ol//h2//a//text()")  # type: ignore[no-any-return]  # strings

    assert listed() == [all_over.title, bus.title, course.title]
    assert listed(order="old") == [course.title, bus.title, all_over.title]
    assert listed(order="seen")[0] == course.title
    assert listed(municipality=here.id) == [all_over.title, course.title], "and what the whole district lacks"
    assert listed(target="women") == [course.title] and listed(target="everybody", q="bus") == [bus.title]
    assert listed(language="ar") == [course.title] and listed(language="tlh") == listed()
    assert listed(topic="²", municipality="x", state="odd", order="odd") == listed()
    assert listed(state="met") == []
    olena = sign_in(world.anke)
    assert listed(mine="y") == [all_over.title, course.title]


def test_the_table_has_who_sees_what_and_holds_no_formula(world: World, sign_in: SignIn) -> None:
    need = confirmed(world, '=HYPERLINK("http://evil.example")')
    actions.support(world.olena, need)
    answer = sign_in(world.anke).get("/needs.csv")
    assert answer.mimetype == "text/csv" and "'=HYPERLINK" in answer.text
    assert "Kirchengemeinde Auenstadt" in answer.text and ",Confirmed," in answer.text
    assert "Olena" not in answer.text, "citizens are not named"


def test_pages_of_needs_cost_few_statements(world: World, sign_in: SignIn, statements: Any) -> None:
    goal, place = adopted(world, owner_id=world.ben.id), municipality()
    needs = [
        confirmed(world, f"{TITLE} {number}", municipality_id=place.id, languages=["ar", "uk"])
        for number in range(12)
    ]
    need = needs[0]
    for person in (world.olena, world.guel, world.kira):
        actions.support(person, need)
    actions.support(world.anke, need, organisation_id=world.school.id)
    merged(world, needs[1], need)
    observed(world.anke, "Waits")
    link(world.ben, goal, to_id=need.id, kind="serves")
    anke, olaf = sign_in(world.anke), sign_in(world.olaf)
    for reader in (anke, olaf):
        for address in (
            "/needs",
            "/needs?order=seen&q=course&mine=y&language=ar",
            "/needs.csv",
            "/needs/new",
            f"/needs/{need.id}",
            f"/needs/{need.id}?merged={needs[1].id}",
            f"/needs/{need.id}/history",
            f"/groups/{world.language.id}",
            "/my",
            *([f"/needs/{need.id}/merge", "/office/"] if reader is olaf else []),
        ):
            reader.get(address)
            with statements() as sent:
                assert reader.get(address).status_code == 200
            assert len(sent) <= 8, f"{address}: {sent}"


def test_needs_to_merge_into_stand_as_people_look_for_them(world: World, sign_in: SignIn) -> None:
    need = confirmed(world)
    for title in ("Zu wenig Platz", "Ältere sind allein", "Bus fehlt"):
        confirmed(world, title)
    page = html.fromstring(sign_in(world.olaf).get(f"/needs/{need.id}/merge").text)
    titles = page.xpath("//select[@name='into_id']/option[position() > 1]/text()")
    assert titles == ["Ältere sind allein", "Bus fehlt", "Zu wenig Platz"]
    assert not page.xpath("//option[@selected and @value != '']"), "none of them is like it"
    same = confirmed(world, "A German course with child care is missing")
    page = html.fromstring(sign_in(world.olaf).get(f"/needs/{need.id}/merge").text)
    assert page.xpath("//option[@selected]/@value") == [str(same.id)], "so it takes one click"


# What is known of a person


def test_ben_takes_along_what_he_observed_and_erasing_leaves_the_title(world: World, sign_in: SignIn) -> None:
    need = confirmed(world, text="A mother told me.", place="Mill Lane 3")
    other = confirmed(world, "Another one", actor=world.anke)
    actions.support(world.ben, other, organisation_id=world.parish.id, words="My neighbour says so.")
    data = str(export.gather(world.ben))
    assert TITLE in data and "A mother told me." in data and "My neighbour says so." in data
    leaving.erase(world.olaf, world.ben, reason="asked by letter")
    anke = sign_in(world.anke)
    page = read(anke.get(f"/needs/{need.id}").text)
    assert TITLE in page and "A mother told me." not in page and "Mill Lane" not in page
    assert "Ben Berger" not in page
    assert TITLE not in anke.get("/search?q=mother").text and TITLE in anke.get("/search?q=child+care").text
    assert "My neighbour" not in anke.get(f"/needs/{other.id}").text
    assert [one.organisation_id for one in other.by_organisations] == [world.school.id, world.parish.id]


# Municipalities


def test_municipalities_are_kept_in_their_order_and_stay_while_something_names_them(
    world: World, sign_in: SignIn
) -> None:
    olaf = sign_in(world.olaf)
    facts = {"place-0": "2", "name-0": "Auenstadt", "place-1": "1", "name-1": "Oberdorf", "place-2": "3"}
    assert olaf.post("/settings/municipalities", data=facts).status_code == 303
    found = list(db.session.scalars(select(Municipality).order_by(Municipality.place)))
    assert [one.name for one in found] == ["Oberdorf", "Auenstadt"]
    confirmed(world, municipality_id=found[0].id)
    rows = [{"id": found[1].id, "name": "Auenstadt"}]
    with pytest.raises(Invalid):
        set_municipalities(world.olaf, world.network, municipalities=rows)
    # Two exchange their names, and one that nothing names goes.
    swapped = [{"id": found[0].id, "name": "Auenstadt"}, {"id": found[1].id, "name": "Oberdorf"}]
    set_municipalities(world.olaf, world.network, municipalities=swapped)
    set_municipalities(world.olaf, world.network, municipalities=swapped[:1])
    assert [one.name for one in db.session.scalars(select(Municipality))] == ["Auenstadt"]


def test_the_history_of_a_need_tells_each_step(world: World, sign_in: SignIn) -> None:
    need = confirmed(world)
    actions.support(world.anke, need, organisation_id=world.school.id)
    actions.meet(world.olaf, need, words="There.")
    actions.reopen(world.olaf, need, reason="It has ended.")
    page = read(sign_in(world.olena).get(f"/needs/{need.id}/history").text)
    for said in (
        "Ben Berger observed the need",
        "Olaf Amt confirmed the need",
        "Anke Krämer sees the need",
        "Olaf Amt recorded that the need",
        "Olaf Amt re-opened the need",
    ):
        assert said in page
    lines = db.session.scalars(
        select(Change.verb).where(Change.room_id == need.room_id).order_by(Change.number)
    )
    assert [*lines] == ["reported", "confirmed", "supported", "met", "reopened"]
