"""The demo network: a believable year, made by the actions, in which everybody finds their way."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from lxml import html as markup
from sqlalchemy import select

from app import main
from network import create_app, dates, letters
from network.agenda.models import AgendaProposal
from network.approval import snapshot
from network.approval.models import Correction, MinutesVersion
from network.attendance.models import Answer, Attendance, Presence
from network.demo import network as demo
from network.demo.content import DATA, read
from network.demo.talk import by_day
from network.directory.models import Organisation
from network.extensions import db
from network.goals.models import Goal
from network.groups.models import Group, JoinRequest
from network.loop.models import Link, LinkKind
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState
from network.minutes.models import (
    Action,
    ActionState,
    Decision,
    DecisionState,
    ItemMinutes,
    Minutes,
    MinutesState,
)
from network.moderation.models import ModerationCase
from network.needs.models import Need
from network.people.models import Person, PersonState
from network.things import now
from tests.clients import Reader
from tests.databases import forget
from tests.processes import free_port

ACCOUNTS = ("office", "lead", "member", "guest")
MOST_PAGES = 45  # of a walk
# Words that stand in almost every English sentence and in hardly a German one.
ENGLISH = re.compile(
    r"\b(the|and|of|with|is|are|we|you|they|this|meeting|minutes|by|or|not|to)\b", re.IGNORECASE
)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The demo's application, and what was printed when it was made."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSTANCE_PATH", str(tmp_path_factory.mktemp("demo")))
        settings = demo.settings(free_port())
    app = create_app({**settings, "TESTING": True, "RATELIMIT_ENABLED": False})
    app.test_client_class = Reader
    printed = demo.build(app)
    yield app, printed
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def network(told: tuple[Flask, str]) -> Iterator[Flask]:
    """The demo's application, in a context in which a test may read."""
    with told[0].app_context():
        yield told[0]
        db.session.remove()


@pytest.fixture
def enter(network: Flask) -> Callable[[str], Reader]:
    """`enter("lead")`: signs in through the form, as whoever tries the demo does."""

    def enter(account: str) -> Reader:
        reader: Reader = network.test_client()  # type: ignore[assignment]  # the class named above
        reader.language = "de"
        given = {"email": f"{account}@demo.example", "password": "demo-network"}
        assert reader.post("/sign-in", data=given).status_code == 303
        return reader

    return enter


def the(query: Any) -> Any:
    """The one row of a query."""
    return db.session.scalars(query).one()


def all_of(query: Any) -> list[Any]:
    """The rows of a query."""
    return list(db.session.scalars(query))


def running() -> Meeting:
    found: Meeting = the(select(Meeting).where(Meeting.state == MeetingState.RUNNING))
    return found


# What is there


def test_whoever_starts_it_reads_with_which_accounts_to_sign_in(told: tuple[Flask, str]) -> None:
    for account in ACCOUNTS:
        assert f"{account}@demo.example" in told[1]
    assert "demo-network" in told[1]


def test_it_is_a_network_of_a_believable_size(network: Flask) -> None:
    assert 24 <= len(all_of(select(Organisation))) <= 28
    assert 38 <= len(all_of(select(Person).where(Person.state == PersonState.ADMITTED))) <= 42
    assert len(all_of(select(Group).where(Group.archived_at.is_(None)))) == 5
    held = all_of(select(Meeting).where(Meeting.state == MeetingState.CLOSED))
    assert len(held) == 30
    assert min(meeting.starts_at for meeting in held) < now() - timedelta(days=270)
    assert all(
        meeting.started_at and meeting.ended_at and meeting.started_at < meeting.ended_at for meeting in held
    )


def test_everything_invented_says_so(network: Flask) -> None:
    assert all(organisation.name.endswith("(Demo)") for organisation in all_of(select(Organisation)))
    assert all(person.email.endswith("@demo.example") for person in all_of(select(Person)))
    guests = all_of(select(Attendance).where(Attendance.person_id.is_(None)))
    assert guests and all(guest.guest_organisation.endswith("(Demo)") for guest in guests)


def test_a_meeting_runs_right_now(network: Flask) -> None:
    meeting = running()
    assert timedelta(minutes=39) < now() - meeting.started_at < timedelta(minutes=45)
    assert meeting.current is not None and meeting.current.number == "3"
    assert meeting.current.minutes.text.endswith(",")  # somebody is in the middle of a sentence
    assert [item.state for item in meeting.items[:2]] == [ItemState.DONE, ItemState.DONE]
    assert meeting.check_in_code
    presences = [row.presence for row in meeting.attendances if row.present]
    assert presences.count(Presence.ROOM) >= 5 and presences.count(Presence.ONLINE) >= 2
    assert any(row.person_id is None for row in meeting.attendances)


def test_meetings_are_coming_with_answers_and_a_change_that_was_told(network: Flask) -> None:
    coming = all_of(select(Meeting).where(Meeting.state == MeetingState.ANNOUNCED))
    assert len(coming) == 3 and any(meeting.public for meeting in coming)
    assert all(timedelta(days=2) < meeting.starts_at - now() < timedelta(days=25) for meeting in coming)
    assert all({row.answer for row in meeting.attendances} == set(Answer) for meeting in coming)
    changed = [meeting for meeting in coming if any(item.changed_after_announcing for item in meeting.agenda)]
    assert changed and all(meeting.untold_since is None and meeting.sequence > 0 for meeting in changed)


def test_drafts_proposals_requests_and_applications_wait(network: Flask) -> None:
    drafts = all_of(select(Meeting).where(Meeting.state == MeetingState.DRAFT))
    assert any(meeting.series_id for meeting in drafts) and any(not meeting.series_id for meeting in drafts)
    cancelled = the(select(Meeting).where(Meeting.state == MeetingState.CANCELLED))
    assert cancelled.cancelled_because
    assert len(all_of(select(AgendaProposal).where(AgendaProposal.state == "open"))) >= 3
    waiting = all_of(select(JoinRequest).where(JoinRequest.state == "open"))
    assert {request.invited for request in waiting} == {True, False}
    assert len(all_of(select(Person).where(Person.state == PersonState.APPLIED))) == 2
    assert len(all_of(select(Person).where(Person.state == PersonState.INVITED))) == 1


def test_decisions_are_numbered_without_gaps_and_actions_have_lives(network: Flask) -> None:
    decisions = all_of(select(Decision).order_by(Decision.group_id, Decision.year, Decision.number))
    years: dict[tuple[int, int | None], list[int | None]] = {}
    for decision in decisions:
        years.setdefault((decision.group_id, decision.year), []).append(decision.number)
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in years.values()), years
    actions = all_of(select(Action))
    states = {action.state for action in actions}
    assert states == set(ActionState)
    today = dates.today()
    overdue = [one for one in actions if one.state == ActionState.OPEN and one.due_on < today]
    assert any(one.person.email == "member@demo.example" for one in overdue)
    replaced = [one for one in decisions if one.state == DecisionState.SUPERSEDED]
    assert replaced and all(one.superseded_by_id for one in replaced)


def test_texts_cite_decisions_by_their_real_numbers(network: Flask) -> None:
    texts = [item.text for item in all_of(select(AgendaItem))] + [
        part.text for part in all_of(select(ItemMinutes))
    ]
    assert not [text for text in texts if "{" in text]
    known = {decision.citation for decision in all_of(select(Decision))}
    cited = {found for text in texts for found in re.findall(r"\w+ 20\d\d/\d\d", text)}
    assert cited and cited <= known


def test_minutes_of_last_year_are_approved_and_published_and_the_last_ones_are_being_corrected(
    network: Flask,
) -> None:
    found = all_of(select(Minutes))
    assert {minutes.state for minutes in found} == set(MinutesState)
    assert {minutes.published_to for minutes in found} == {"", "group", "network", "public"}
    assert sum(minutes.frozen for minutes in found) > 20
    corrections = all_of(select(Correction))
    assert {one.state for one in corrections} == {"open", "declined"}
    assert all(one.minutes.state == MinutesState.CIRCULATED for one in corrections)
    versions = all_of(select(MinutesVersion).order_by(MinutesVersion.minutes_id, MinutesVersion.number))
    assert max(version.number for version in versions) == 2
    for before, version in zip([None, *versions], versions, strict=False):
        assert snapshot.holds(version, before if version.number > 1 else None)


def test_one_walks_from_a_sentence_in_minutes_to_what_meets_the_need(
    enter: Callable[[str], Reader], network: Flask
) -> None:
    reader = enter("member")
    with network.app_context():
        need = db.session.scalars(select(Need).where(Need.title.startswith("Eltern verstehen"))).one()
        [item] = db.session.scalars(
            select(AgendaItem).where(AgendaItem.title.startswith("Ein Ziel: Elternbr"))
        )
        address = f"/meetings/{item.parent_id}/minutes"
        paragraph, need_address = f"text-{item.id}-1", f"/needs/{need.id}"
        for goal in db.session.scalars(select(Goal).where(Goal.public)):
            [decision] = goal_decisions(goal)
            assert goal.title.split()[-1] in decision.text, goal.title

    def links(page: str, part: str) -> dict[str, str]:
        [found] = markup.fromstring(page).xpath(f"//*[@id='{part}']")
        return {way.text_content(): way.get("href") for way in found.iter("a")}

    goal_way = links(reader.get(address).text, paragraph)["Elternbriefe in sechs Sprachen"]
    page = reader.get(goal_way, follow_redirects=True).text
    [need_way] = [way for words, way in links(page, "links").items() if words.startswith("Eltern verstehen")]
    answer = reader.get(need_way, follow_redirects=True)
    assert answer.request.path == need_address
    assert "Sprachmittlung Börde (Demo)" in links(answer.text, "links")


def goal_decisions(goal: Goal) -> list[Decision]:
    """By which decisions a goal was adopted, as its links say."""
    by = select(Link.to_id).where(Link.parent_id == goal.id, Link.kind == LinkKind.ADOPTED_BY)
    return all_of(select(Decision).where(Decision.id.in_(by)))


def test_nothing_in_it_lies_in_the_future_that_has_happened(network: Flask) -> None:
    assert all(meeting.created_at <= now() for meeting in all_of(select(Meeting)))
    assert all(part.written_at <= now() for part in all_of(select(ItemMinutes)))
    ended = [action.ended_at for action in all_of(select(Action)) if action.ended_at]
    assert ended and max(ended) <= now()


def test_only_a_few_letters_of_the_last_days_leave(network: Flask) -> None:
    letters.send_waiting()
    mail = sorted((Path(network.instance_path) / "mail").glob("*.eml"))
    assert 3 <= len(mail) <= 12
    for file in mail:
        assert (
            message_from_bytes(file.read_bytes(), policy=default)["To"].addresses[0].domain == "demo.example"
        )


# How it reads


def strings(found: Any) -> Iterator[str]:
    """All that people read of a file of data/."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name != "about":
                yield from strings(value)
    elif isinstance(found, list):
        for value in found:
            yield from strings(value)
    elif isinstance(found, str):
        yield found


@pytest.mark.parametrize("file", sorted(path.stem for path in DATA.glob("*.json")))
def test_the_content_is_german(file: str) -> None:
    english = [text for text in strings(read(file)) if len(ENGLISH.findall(text)) > 1]
    assert not english


# Everybody finds their way


def visible_links(text: str) -> Iterator[str]:
    """The links of a page that its reader sees: what needs a right that they do not have is hidden."""
    page = markup.document_fromstring(text)
    may = {word for words in page.xpath("//@data-may") for word in words.split()}
    for link in page.xpath("//main//a[@href]"):
        hidden = any(not may & set(words.split()) for words in link.xpath("ancestor-or-self::*/@data-needs"))
        address = link.get("href").split("#")[0]
        if address.startswith("/") and not hidden and "/static/" not in address:
            yield address


@pytest.mark.parametrize("account", ACCOUNTS)
def test_every_page_around_my_area_and_the_groups_opens(account: str, enter: Callable[[str], Reader]) -> None:
    reader = enter(account)
    groups = [f"/groups/{group.id}" for group in all_of(select(Group))]
    kinds: dict[str, int] = {}
    todo, done = ["/my", *groups, f"/meetings/{running().id}"], []
    for address in todo:
        if len(done) == MOST_PAGES:
            break
        answer = reader.get(address, follow_redirects=True)
        done.append(address)
        assert answer.status_code == 200, address
        if answer.mimetype != "text/html":
            continue
        for further in visible_links(answer.text):
            kind = re.sub(r"\d+", "0", further.split("?")[0])
            if further not in todo and kinds.get(kind, 0) < 2:
                kinds[kind] = kinds.get(kind, 0) + 1
                todo.append(further)
    assert len(done) > 20


@pytest.mark.parametrize("account", ACCOUNTS)
def test_its_pages_cost_few_statements(
    account: str, network: Flask, enter: Callable[[str], Reader], statements: Callable[[], Any]
) -> None:
    reader = enter(account)
    meeting = running()
    forget(network)  # what is remembered for some seconds must not be due again between two looks
    for address in (f"/groups/{meeting.parent_id}", f"/meetings/{meeting.id}"):
        reader.get(address)  # the first look notes the visit
        with statements() as sent:
            assert reader.get(address).status_code == 200
        assert len(sent) <= 8, (address, sent)


# Made anew


def test_those_who_moderate_find_a_living_queue(network: Flask, enter: Callable[[str], Reader]) -> None:
    cases = db.session.scalars(select(ModerationCase)).all()
    waiting = [case for case in cases if case.waits]
    assert {"open", "objected"} == {str(case.state) for case in waiting}
    assert [case.holder.name for case in waiting if case.holder] == ["Sabine Krämer"]
    silenced = db.session.scalars(select(Person).where(Person.silenced_until > now())).all()
    assert [person.name for person in silenced] == ["Henning Busch"]
    office = enter("office").get("/moderation").text
    assert all(case.dom_id in office for case in waiting) and "Auffälliges Wort" in office
    assert office.count("Der Abendkurs beginnt") == 1
    lead = enter("lead")
    [group_id] = {case.group_id for case in waiting if case.holder}
    queue = lead.get(f"/groups/{group_id}/moderation").text
    assert sum(case.dom_id in queue for case in waiting) == 3
    last_year = dates.local(now()).year - 1
    assert "<td>7</td>" in lead.get(f"/moderation/figures?year={last_year}").text


def test_a_folder_that_is_not_the_demos_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    port = free_port()
    precious = tmp_path / "demo" / str(port) / "network.db"
    precious.parent.mkdir(parents=True)
    precious.write_text("the minutes of ten years")
    with pytest.raises(SystemExit):
        demo.settings(port)
    assert precious.read_text() == "the minutes of ten years"


def test_what_a_former_demo_left_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    port = free_port()
    folder = Path(demo.settings(port)["INSTANCE_PATH"])
    (folder / "network.db").write_text("of yesterday")
    demo.settings(port)
    assert [path.name for path in folder.iterdir()] == [demo.MARK]


def test_a_second_start_on_the_same_port_leaves_alone_what_the_first_is_still_making(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    port = free_port()
    with demo.hold(port):
        half_made = Path(demo.settings(port)["INSTANCE_PATH"]) / "network.db"
        half_made.write_text("of today")
        with pytest.raises(SystemExit, match=f"Port {port} is taken"):
            main(["--demo", "--port", str(port)])
    assert half_made.read_text() == "of today"


@pytest.mark.parametrize("hour", [0, 3, 6, 12, 22])
def test_people_talk_by_day_in_the_order_in_which_they_talked(app: Flask, hour: int) -> None:
    present = now().replace(hour=hour, minute=10)
    told = [present - timedelta(hours=hours) for hours in range(100)]
    said = [by_day(when, present) for when in told]
    assert said == sorted(said, reverse=True) and max(said) <= present
    assert all(dates.local(when).hour >= 7 for when in said)
