"""The pages of moderation, without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from lxml import html
from sqlalchemy import select, update

from network import dates
from network.agenda.models import AgendaProposal
from network.changes import Refused
from network.discussions import actions as discussions
from network.discussions import care
from network.discussions.models import Message, Thread
from network.extensions import db
from network.groups.asking import asking
from network.home import waiting as bell
from network.moderation import actions, queue, settings
from network.moderation.models import Measure, ModerationCase
from network.office import waiting
from network.people import actions as people
from network.people.models import Person, Role
from network.things import now
from tests.clients import Reader
from tests.letterbox import Letterbox
from tests.moderation.conftest import SECRET, decide
from tests.world import World


@pytest.fixture
def anke(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.anke)


@pytest.fixture
def olaf(world: World, sign_in: Callable[..., Reader]) -> Reader:
    return sign_in(world.olaf)


def version_of(case: ModerationCase) -> int:
    db.session.refresh(case)
    return case.version


def test_a_silenced_person_reads_on_every_page_until_when_and_where_why(
    world: World, message: Message, sign_in: Callable[..., Reader]
) -> None:
    case = actions.report(world.guel, message, rule="respect")
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(days=3))
    ben, words = sign_in(world.ben), "You can write nothing until"
    assert words in ben.get("/moderation/mine").text  # read, and told further on
    for path in ("/my", f"/groups/{world.language.id}", "/needs", f"/groups/{world.language.id}/goals"):
        banner = html.fromstring(ben.get(path).text).find_class("nw-banner--info")[0]
        assert words in banner.text_content(), path
        assert [link.get("href") for link in banner.iter("a")] == ["/moderation/mine"]
    assert words not in sign_in(world.anke).get("/my").text


def test_a_message_is_reported_from_its_own_page(
    world: World, message: Message, sign_in: Callable[..., Reader]
) -> None:
    guel = sign_in(world.guel)
    report = f"/things/{message.id}/report"
    assert report in guel.get(f"/messages/{message.id}/more").text
    assert "We treat each other with respect" in guel.get(report).text
    assert guel.post(report, data={"text": "This hurts."}).status_code == 422
    sent = guel.post(report, data={"rule": "respect", "text": "This hurts."})
    assert sent.status_code == 303
    again = guel.post(report, data={"rule": "respect", "text": "Still."})
    assert again.status_code == 422 and "You have reported this already" in again.text
    form = guel.get(report).text
    assert "You have reported this already" in form and 'name="rule"' not in form
    assert "Waits for an answer" in guel.get("/moderation/mine").text


def test_nobody_but_moderators_reads_who_reported(
    world: World, case: ModerationCase, message: Message, sign_in: Callable[..., Reader]
) -> None:
    for person in (world.ben, world.guel, world.olena, world.lev, world.ada, world.kira):
        reader = sign_in(person)
        assert reader.get(f"/cases/{case.id}").status_code == 404
        assert reader.get(f"/t/{case.id}").status_code == 404
        if person is not world.guel:
            assert "This hurts." not in reader.get("/moderation/mine").text
            assert "This hurts." not in reader.get(f"/messages/{message.id}/more").text
    for person in (world.anke, world.olaf):
        page = sign_in(person).get(f"/cases/{case.id}").text
        assert "This hurts." in page and world.guel.name in page and SECRET in page


def test_a_moderator_of_one_group_has_no_power_in_another(
    world: World, case: ModerationCase, message: Message, sign_in: Callable[..., Reader]
) -> None:
    lev = sign_in(world.lev)
    facts = {"version": version_of(case), "measure": "hide", "rule": "respect", "text": "No."}
    for address, data in (
        (f"/cases/{case.id}/claim", {}),
        (f"/cases/{case.id}/decide", facts),
        (f"/cases/{case.id}/lift", {"lift-text": "No."}),
        (f"/cases/{case.id}/answer", {"version": case.version, "falls": "yes", "text": "No."}),
    ):
        assert lev.post(address, data=data).status_code == 404
    assert lev.post(f"/things/{message.id}/case").status_code == 403
    assert lev.get(f"/groups/{world.language.id}/moderation").status_code == 404
    db.session.refresh(message)
    assert message.state == "posted" and case.state == "open"


def test_a_case_is_decided_and_its_author_reads_why_and_objects(
    world: World,
    case: ModerationCase,
    message: Message,
    anke: Reader,
    olga: Person,
    sign_in: Callable[..., Reader],
) -> None:
    assert case.dom_id in anke.get(f"/groups/{world.language.id}/moderation").text
    assert "1 case" in anke.get(f"/groups/{world.language.id}").text
    page = anke.get(f"/cases/{case.id}").text
    assert 'value="silence"' not in page and 'value="hide"' in page
    [version] = html.fromstring(page).xpath(
        "//form[contains(@action, '/decide')]//input[@name='version']/@value"
    )
    facts = {"version": version, "measure": "hide", "rule": "respect", "text": "Please be kind."}
    assert anke.post(f"/cases/{case.id}/decide", data=facts).status_code == 303
    ben = sign_in(world.ben)
    assert "Something was decided about you" in ben.get("/my").text
    more = ben.get(f"/messages/{message.id}/more").text
    assert "Hidden: Respect" in more and SECRET in more and "/moderation/mine" in more
    mine = ben.get("/moderation/mine").text
    assert "Please be kind." in mine and "Anke" not in mine
    assert "Something was decided about you" not in ben.get("/my").text
    assert "Respekt" in thread_page(sign_in(world.olena), message, "de")
    assert ben.post(f"/cases/{case.id}/object", data={"text": "It was a joke."}).status_code == 303
    olga_reads = sign_in(olga)
    assert "It was a joke." in olga_reads.get(f"/cases/{case.id}").text
    answer = {"version": version_of(case), "falls": "yes", "text": "It was one."}
    assert olga_reads.post(f"/cases/{case.id}/answer", data=answer).status_code == 303
    assert "It was one." in ben.get("/moderation/mine").text
    db.session.refresh(message)
    assert message.state == "posted"


def thread_page(reader: Reader, message: Message, language: str) -> str:
    reader.post("/language", data={"language": language})
    return str(reader.get(f"/threads/{message.thread_id}").text)


def test_an_objection_is_sent_once_however_often_its_form_or_link_is_used(
    world: World, case: ModerationCase, letters: Letterbox, client: Reader, sign_in: Callable[..., Reader]
) -> None:
    decide(world.anke, case, Measure.HIDE)
    link = next(link for link in letters.last(world.ben).links if "/objections/" in link)
    link = link.removeprefix("http://localhost")
    for somebody in (world.guel, world.anke, world.olaf):
        reader = sign_in(somebody)
        assert reader.get(link).status_code == 403
        assert reader.post(link, data={"text": "For them."}).status_code == 403
        assert reader.post(f"/cases/{case.id}/object", data={"text": "For them."}).status_code == 404
    assert version_of(case) and case.state == "decided"
    ben = sign_in(world.ben)
    first = ben.post(f"/cases/{case.id}/object", data={"text": "It was a joke."})
    again = ben.post(f"/cases/{case.id}/object", data={"text": "Once more."})
    assert (first.status_code, again.status_code) == (303, 303)
    assert "Your objection is being looked at" in ben.get(f"/cases/{case.id}/object").text
    for reader in (ben, client):
        assert reader.post(link, data={"text": "Once more."}).status_code == 303
        assert reader.get(link).status_code == 200
    db.session.expire_all()
    assert [entry.text for entry in case.entries if entry.kind == "objected"] == ["It was a joke."]


def test_a_link_of_an_earlier_decision_does_not_object_to_a_later_one(
    world: World, case: ModerationCase, message: Message, letters: Letterbox, client: Reader
) -> None:
    decide(world.anke, case, Measure.NOTE)
    link = next(link for link in letters.last(world.ben).links if "/objections/" in link)
    actions.open_case(world.anke, message)
    decide(world.anke, case, Measure.HIDE)
    link = link.removeprefix("http://localhost")
    assert client.get(link).status_code == 404
    assert client.post(link, data={"text": "No."}).status_code == 404
    assert case.state == "decided"


def test_the_second_of_two_moderators_reads_what_happened_and_keeps_what_they_typed(
    world: World, case: ModerationCase, message: Message, anke: Reader, olaf: Reader
) -> None:
    seen = version_of(case)
    actions.report(world.olena, message, rule="hatred", text="Me too.")
    facts = {"version": seen, "measure": "hide", "rule": "respect", "text": "My own sentence."}
    late = olaf.post(f"/cases/{case.id}/decide", data=facts)
    assert late.status_code == 409
    assert "Somebody has been here before you" in late.text
    assert "My own sentence." in late.text and "Me too." in late.text
    decide(world.anke, case, Measure.NOTE)
    assert olaf.post(f"/cases/{case.id}/decide", data=facts).status_code == 409
    db.session.refresh(message)
    assert message.state == "posted"


def test_the_office_sees_all_cases_the_heaviest_first(world: World, thread: Thread, olaf: Reader) -> None:
    light = discussions.post(world.ben, thread, text="One")
    heavy = discussions.post(world.guel, thread, text="Two")
    actions.report(world.guel, light, rule="off-topic")
    for reporter in (world.ben, world.olena):
        actions.report(reporter, heavy, rule="hatred")
    assert [case.target_id for case in db.session.scalars(queue.cases(world.olaf))] == [heavy.id, light.id]
    page = olaf.get("/moderation").text
    assert page.index("Gül") < page.index("Ben Berger")
    office = olaf.get("/office/").text
    assert office.index("Ben Berger") < office.index("Gül")  # there the oldest first
    assert 'nw-count">2<' in olaf.get("/my").text


def test_a_line_of_the_queue_says_what_it_is_about_as_long_as_it_may_be_read_there(
    world: World, case: ModerationCase, message: Message, thread: Thread, anke: Reader, olaf: Reader
) -> None:
    addresses = ((anke, f"/groups/{world.language.id}/moderation"), (olaf, "/moderation"))
    for reader, address in addresses:
        page = reader.get(address).text
        assert SECRET in page and "Respect" in page and "Ben Berger" in page
    overview = f'href="/groups/{world.language.id}" aria-current'
    assert overview in anke.get(addresses[0][1]).text
    care.move(world.olaf, thread, group=world.housing)
    db.session.commit()
    for reader, address in addresses:
        page = reader.get(address).text
        assert case.dom_id in page and SECRET not in page


def test_after_a_decision_the_next_case_is_offered_to_whom_may_judge_it(
    world: World, thread: Thread, anke: Reader, olaf: Reader
) -> None:
    def reported(reporter: Any, text: str, rule: str) -> ModerationCase:
        said = discussions.post(world.ben, thread, text=text)
        made: ModerationCase = actions.report(reporter, said, rule=rule)
        return made

    first, light = reported(world.guel, "One", "respect"), reported(world.guel, "Two", "off-topic")
    own, heavy = reported(world.anke, "Three", "hatred"), reported(world.guel, "Four", "hatred")
    actions.claim(world.olaf, heavy)
    assert "Next case" not in anke.get(f"/cases/{first.id}").text
    decide(world.anke, first, Measure.NOTE)
    assert next_of(anke, first) == light.id  # not what she reported, nor what somebody is at
    assert next_of(olaf, first) == own.id
    for one, who in ((light, world.anke), (own, world.olaf), (heavy, world.olaf)):
        decide(who, one, Measure.NOTE)
    assert next_of(anke, first) is next_of(olaf, first) is None
    actions.object_to(world.ben, first, text="It was a joke.")
    assert next_of(olaf, light) == first.id and next_of(anke, light) is None


def test_an_objection_is_counted_for_those_who_may_decide_it_and_the_others_read_why_not(
    world: World,
    case: ModerationCase,
    olga: Person,
    olaf: Reader,
    anke: Reader,
    sign_in: Callable[..., Reader],
) -> None:
    decide(world.olaf, case, Measure.HIDE)
    actions.object_to(world.ben, case, text="It was a joke.")
    waiting.forget_number()
    assert [waiting.number_for_menu(one) for one in (world.olaf, olga)] == [
        waiting.lists(world.olaf).number,
        waiting.lists(olga).number,
    ]
    assert waiting.number_for_menu(olga) == waiting.number_for_menu(world.olaf) + 1

    address = f"/cases/{case.id}"
    assert "Objections are decided by the Coordination Office, not by you." in anke.get(address).text
    assert address not in anke.get(f"/groups/{world.language.id}/moderation").text
    assert "1 case" not in anke.get(f"/groups/{world.language.id}").text
    assert "You decided this yourself" in olaf.get(address).text
    assert address in olaf.get("/moderation").text  # that somebody has to, the whole Office sees
    page = sign_in(olga).get(address).text
    assert "Answer the objection" in page and "yourself" not in page


def test_whoever_reported_something_reads_that_somebody_else_decides_it(
    world: World, message: Message, anke: Reader, olaf: Reader
) -> None:
    case = actions.report(world.anke, message, rule="respect")
    assert "You reported this yourself" in anke.get(f"/cases/{case.id}").text
    assert "yourself" not in olaf.get(f"/cases/{case.id}").text


def test_the_bell_counts_what_somebody_may_decide_and_nothing_that_they_reported(
    world: World, thread: Thread, message: Message, anke: Reader
) -> None:
    def counted() -> int:
        return len(db.session.scalars(bell.ids(asking(world.anke))[bell.COUNTED.index("cases")]).all())

    own = actions.report(world.anke, message, rule="respect")
    assert counted() == 0 and f"/cases/{own.id}" not in anke.get("/my").text
    other = discussions.post(world.ben, thread, text="Another one")
    actions.report(world.guel, other, rule="respect")
    assert counted() == 1


def test_what_nobody_can_decide_stands_on_the_desk_with_what_helps(
    world: World, case: ModerationCase, olaf: Reader, sign_in: Callable[..., Reader]
) -> None:
    assert "nobody can decide" not in olaf.get("/office/").text
    decide(world.olaf, case, Measure.HIDE)
    actions.object_to(world.ben, case, text="It was a joke.")
    address = f"/cases/{case.id}"
    desk, page = olaf.get("/office/").text, olaf.get(address).text
    assert "Cases that nobody can decide" in desk and address in desk
    assert "You decided this yourself" in page and "give one more person its role" in page
    assert all('href="/office/people"' in text for text in (desk, page))
    waiting.forget_number()
    assert waiting.number_for_menu(world.olaf) == waiting.lists(world.olaf).number
    with pytest.raises(Refused):
        actions.answer(world.olaf, case, version=version_of(case), falls=False, text="It stays.")
    db.session.refresh(case)
    assert case.state == "objected"

    # Whoever is named for the Office decides it, and nobody is asked for more.
    people.give_role(world.olaf, world.anke, role=Role.OFFICE)
    assert "nobody can decide" not in olaf.get("/office/").text
    assert "one more person" not in olaf.get(address).text
    anke = sign_in(world.anke)
    assert address in anke.get("/office/").text and "Answer the objection" in anke.get(address).text
    # Somebody whose account is suspended decides nothing.
    world.anke.suspended_at = now()
    db.session.commit()
    assert address in olaf.get("/office/").text and waiting.lists(world.olaf).needs_another


def test_what_concerns_the_only_person_of_the_office_asks_for_another_one_and_tells_nothing(
    world: World, olaf: Reader
) -> None:
    case = actions.report(world.ben, world.olaf, rule="respect", text="Unkind.")
    desk = olaf.get("/office/").text
    assert "Cases that nobody can decide" in desk and f"/cases/{case.id}" not in desk and "Unkind" not in desk
    assert olaf.get(f"/cases/{case.id}").status_code == 404
    waiting.forget_number()
    assert waiting.number_for_menu(world.olaf) == waiting.lists(world.olaf).number == 0


def next_of(reader: Reader, case: ModerationCase) -> int | None:
    """Where the button of a decided case's page leads."""
    found = html.fromstring(reader.get(f"/cases/{case.id}").text).xpath("//a[.='Next case']/@href")
    return int(found[0].rsplit("/", 1)[1]) if found else None


def test_the_offices_page_of_a_person_leads_to_their_cases_and_to_a_measure(
    world: World, case: ModerationCase, olaf: Reader, statements: Any
) -> None:
    page = olaf.get(f"/office/people/{world.ben.id}").text
    assert f"/cases/{case.id}" in page and f"/things/{world.ben.id}/case" in page
    decide(world.olaf, case, Measure.SILENCE, until=now() + timedelta(days=2))
    with statements() as made:
        page = olaf.get(f"/office/people/{world.ben.id}").text
    assert len(made) <= 8, made
    assert f"/cases/{case.id}" in page and SECRET not in page and "Writes nothing" in page
    record = html.fromstring(page).xpath("//*[@id='record']//li")
    assert len(record) == len({line.text_content() for line in record})
    assert "/cases/" not in olaf.get(f"/office/people/{world.olaf.id}").text


def test_long_queues_are_paged_and_the_office_can_see_all_of_a_kind(
    world: World, thread: Thread, olaf: Reader, anke: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MOST", 3)
    monkeypatch.setattr(waiting, "MOST", 3)
    cases = []
    for number in range(5):
        message = discussions.post(world.ben, thread, text=f"Number {number}")
        cases.append(actions.report(world.guel, message, rule="respect"))
        discussions.post(world.ben, thread, text=f"Held back {number}")
    db.session.execute(update(Message).where(Message.text.contains("Held back")).values(state="waiting"))
    db.session.commit()
    for reader, address in ((olaf, "/moderation"), (anke, f"/groups/{world.language.id}/moderation")):
        pages = [reader.get(f"{address}?page={number}").text for number in (1, 2, 3)]
        for case in cases:
            assert [case.dom_id in page for page in pages].count(True) == 1
        assert [page.count("Held back") for page in pages] == [3, 2, 0]
        assert "page=2" in pages[0] and ">5<" in pages[0]
    office = olaf.get("/office/").text
    assert [case.dom_id in office for case in cases] == [True] * 3 + [False] * 2
    assert ">3+<" in office and "/office/?all=cases#cases" in office
    whole = olaf.get("/office/?all=cases").text
    assert all(case.dom_id in whole for case in cases) and "/office/?all=messages#approvals" in whole
    assert olaf.get("/office/?all=nothing-of-this-name").status_code == 200


def test_a_message_that_waits_is_approved_with_one_click(
    world: World, case: ModerationCase, thread: Thread, anke: Reader, olaf: Reader
) -> None:
    decide(world.anke, case, Measure.APPROVE_PERSON)
    waiting = discussions.post(world.ben, thread, text="A kind word")
    assert "A kind word" in anke.get(f"/groups/{world.language.id}/moderation").text
    assert f"/messages/{waiting.id}/more" in olaf.get("/office/").text
    assert anke.post(f"/messages/{waiting.id}/approve").status_code == 303
    assert "A kind word" not in anke.get(f"/groups/{world.language.id}/moderation").text
    db.session.refresh(waiting)
    assert waiting.state == "posted"


def test_pages_cost_at_most_eight_statements(
    world: World, thread: Thread, anke: Reader, olaf: Reader, statements: Any, sign_in: Callable[..., Reader]
) -> None:
    for number in range(8):
        message = discussions.post(world.ben, thread, text=f"Number {number}")
        case = actions.report(world.guel, message, rule="respect", text="This hurts.")
        actions.report(world.olena, message, rule="hatred")
        if number % 2:
            decide(world.olaf, case, Measure.NOTE)
    message.state = "waiting"
    db.session.commit()
    last = db.session.scalars(select(ModerationCase).where(ModerationCase.state == "open")).first()
    ben, guel = sign_in(world.ben), sign_in(world.guel)
    for reader, address in (
        (olaf, "/moderation"),
        (olaf, "/office/"),
        (olaf, "/moderation/record"),
        (olaf, f"/cases/{last.id}"),
        (anke, f"/cases/{last.id}"),
        (olaf, f"/cases/{case.id}"),
        (anke, f"/groups/{world.language.id}/moderation"),
        (anke, f"/groups/{world.language.id}"),
        (ben, "/moderation/mine"),
        (guel, "/moderation/mine"),
        (guel, f"/messages/{message.id}/more"),
        (guel, "/moderation/figures"),
        (olaf, "/settings/rules"),
    ):
        reader.get(address)
        with statements() as made:
            assert reader.get(address).status_code == 200, address
        assert len(made) <= 8, (address, made)


def test_the_record_is_filtered_and_taken_along_as_a_table(
    world: World, case: ModerationCase, olaf: Reader
) -> None:
    decide(world.anke, case, Measure.HIDE, text="=1+1")
    for query, found in (
        ("", True),
        (f"?group={world.language.id}&rule=respect&measure=hide&state=decided", True),
        (f"?group={world.closed.id}", False),
        ("?rule=hatred", False),
        ("?measure=note", False),
        ("?state=objected", False),
        (f"?begin={(now() + timedelta(days=2)).date()}", False),
        ("?begin=no-day&measure=nothing", True),
    ):
        assert ("Ben Berger" in olaf.get(f"/moderation/record{query}").text) == found, query
        table = olaf.get(f"/moderation/record.csv{query}").get_data(as_text=True)
        assert ("Ben Berger" in table) == found, query
        assert "=1+1" not in table.replace("'=1+1", "")


def test_the_yearly_figures_name_nobody_and_no_small_number(
    world: World, thread: Thread, client: Reader, clock: Any
) -> None:
    client.language = "en"
    for number in range(6):
        clock.shift(timedelta(minutes=1))
        message = discussions.post(world.ben, thread, text=f"Number {number}")
        case = actions.report(world.guel, message, rule="respect")
        clock.shift(timedelta(hours=3))
        decide(world.anke, case, Measure.NOTE if number < 5 else Measure.LOCK)
    page = client.get("/moderation/figures").text
    assert "<td>Reports</td><td>6</td>" in page and "<td>Objections</td><td>fewer than five</td>" in page
    assert "<td>A note to the author</td><td>6</td>" not in page
    assert "<td>A note to the author</td><td>5</td>" in page
    assert "<td>Close the discussion</td><td>fewer than five</td>" in page
    assert "3 hours" in page and "Ben" not in page
    assert client.get("/moderation/figures?year=1999").status_code == 404


def test_the_office_writes_rules_and_settings(world: World, olaf: Reader, anke: Reader) -> None:
    page = olaf.get("/settings/rules").text
    assert 'value="Respekt"' in page and 'value="Respect"' in page
    facts = {"slug-0": "respect", "name-0-de": "Achtung", "text-0-de": "Achtet einander.", "weight-0": "3"}
    assert olaf.post("/settings/rules", data=facts).status_code == 303
    assert "Achtung" in anke.get("/rules").text
    assert olaf.post("/settings/rules", data={"slug-0": "", "name-0-de": ""}).status_code == 422
    wrong = {"words": "win", "objection_days": "0", "first_posts": "x", "first_seconds": "9999"}
    refused = olaf.post("/settings/moderation", data=wrong)
    assert refused.status_code == 422 and "from 1 to 365" in refused.text
    right = {"words": "win\nwin\n lose ", "objection_days": "7", "first_posts": "0", "first_seconds": "20"}
    assert olaf.post("/settings/moderation", data=right).status_code == 303
    assert settings.rules.settings().words == ["win", "lose"]


def test_a_silenced_person_reads_everywhere_the_day_that_was_chosen_and_nothing_against_it(
    world: World,
    case: ModerationCase,
    thread: Thread,
    olaf: Reader,
    letters: Letterbox,
    sign_in: Callable[..., Reader],
) -> None:
    chosen = dates.today() + timedelta(days=2)
    with force_locale("en"):
        told = f"up to and including {dates.day(chosen)}"
    facts = {"version": version_of(case), "measure": "silence", "rule": "respect", "text": "Please be kind."}
    decided = olaf.post(f"/cases/{case.id}/decide", data={**facts, "until": chosen.isoformat()})
    assert decided.status_code == 303
    assert told in letters.last(world.ben).text
    ben = sign_in(world.ben)
    for reader, page in (
        (ben, f"/threads/{thread.id}"),
        (ben, "/moderation/mine"),
        (olaf, f"/cases/{case.id}"),
        (olaf, f"/office/people/{world.ben.id}"),
    ):
        assert told in reader.get(page).text, page
    refused = ben.post(f"/threads/{thread.id}/messages", data={"text": "Still here"})
    assert refused.status_code == 403 and f"You can write nothing {told}." in refused.text
    assert db.session.scalars(select(Message).where(Message.text == "Still here")).all() == []
    refused = ben.post(f"/groups/{world.language.id}/proposals", data={"title": "Mine"})
    assert refused.status_code == 403 and f"You can write nothing {told}." in refused.text
    assert "Members of the group can" not in refused.text  # he is one, and may not for now
    assert db.session.scalars(select(AgendaProposal)).all() == []


def test_whoever_leads_a_group_reads_what_only_the_office_can_decide(
    case: ModerationCase, anke: Reader, olaf: Reader
) -> None:
    reach = "Only the Coordination Office can let a person write nothing"
    assert reach in anke.get(f"/cases/{case.id}").text
    page = olaf.get(f"/cases/{case.id}").text  # the Office sees the same case and may
    assert reach not in page and 'value="silence"' in page


def test_a_lead_of_the_group_and_the_office_are_judged_by_the_office(
    world: World, thread: Thread, anke: Reader, olaf: Reader
) -> None:
    theirs = discussions.post(world.olaf, thread, text="From the Office")
    case = actions.report(world.guel, theirs, rule="respect")
    own = db.session.scalars(select(Message).where(Message.thread_id == thread.id)).first()
    about_anke = actions.report(world.guel, own, rule="respect")
    for one in (case, about_anke):
        assert anke.get(f"/cases/{one.id}").status_code == 404
    assert olaf.get(f"/cases/{case.id}").status_code == 404
    assert olaf.get(f"/cases/{about_anke.id}").status_code == 200
