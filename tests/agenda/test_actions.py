"""Putting items on an agenda, changing, moving and taking them off."""

import threading
import uuid

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from network.agenda import actions
from network.changes import Change, Invalid, Refused, Stale
from network.extensions import db
from network.meetings.models import AgendaItem, ItemKind, ItemState, Meeting, MeetingState
from network.people.models import Person
from tests.world import World, make_item, make_meeting


@pytest.fixture
def meeting(world: World) -> Meeting:
    """A draft of Language."""
    return make_meeting(world.language, state=MeetingState.DRAFT)


@pytest.fixture
def items(meeting: Meeting) -> dict[str, AgendaItem]:
    """A, B with B1 and B2, C, and any other business at the end."""
    found = {name: make_item(meeting, name, place) for place, name in enumerate("ABC", 1)}
    for sub_place, name in enumerate(("B1", "B2"), 1):
        found[name] = make_item(meeting, name, 2, sub_place=sub_place, under_id=found["B"].id)
    found["Z"] = make_item(meeting, "Z", 4, kind=ItemKind.OTHER_BUSINESS)
    return found


def agenda(meeting: Meeting) -> list[str]:
    """Numbers and titles as rows say, not as they are remembered."""
    db.session.commit()
    db.session.expire_all()
    return [f"{item.number} {item.title}" for item in meeting.agenda]


AS_MADE = ["1 A", "2 B", "2.1 B1", "2.2 B2", "3 C", "4 Z"]


def test_a_title_is_enough_and_any_other_business_stays_last(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    item = actions.add_item(world.anke, meeting, title="Childcare")
    assert item.kind == ItemKind.INFORMATION
    assert agenda(meeting)[-2:] == ["4 Childcare", "5 Z"]


def test_a_sub_item_stands_under_its_item(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    actions.add_item(world.anke, meeting, title="B3", under=items["B"].id)
    assert "2.3 B3" in agenda(meeting)


def test_there_is_no_third_level(world: World, meeting: Meeting, items: dict[str, AgendaItem]) -> None:
    with pytest.raises(Invalid):
        actions.add_item(world.anke, meeting, title="Too deep", under=items["B1"].id)
    assert agenda(meeting) == AS_MADE


def test_presenters_are_people_of_the_group_and_names(world: World, meeting: Meeting) -> None:
    item = actions.add_item(
        world.anke,
        meeting,
        title="Courses",
        presenter_ids=[world.ben.id],
        presenter_names=["Frau Sommer, job centre"],
    )
    assert [by.shown for by in item.presenters] == ["Ben Berger", "Frau Sommer, job centre"]
    with pytest.raises(Invalid):
        actions.add_item(world.anke, meeting, title="No", presenter_ids=[world.mo.id])
    assert agenda(meeting) == ["1 Courses"]


@pytest.mark.parametrize("who", ["ben", "guel", "olena", "lev"])
def test_who_does_not_set_the_agenda_is_refused(
    world: World, meeting: Meeting, items: dict[str, AgendaItem], who: str
) -> None:
    somebody = getattr(world, who)
    for deed in (
        lambda: actions.add_item(somebody, meeting, title="Mine"),
        lambda: actions.change_item(somebody, items["A"], title="Mine"),
        lambda: actions.move_item(somebody, items["A"], after=items["C"].id),
        lambda: actions.remove_item(somebody, items["A"]),
    ):
        with pytest.raises(Refused):
            deed()
    assert agenda(meeting) == AS_MADE
    assert db.session.scalars(select(Change)).all() == []


def test_a_chair_adds_on_the_fly_only_while_it_runs(world: World) -> None:
    running = make_meeting(world.language, state=MeetingState.RUNNING, chair_id=world.guel.id)
    actions.add_item(world.guel, running, title="Urgent")
    running.state = MeetingState.CLOSED
    db.session.commit()
    with pytest.raises(Refused):
        actions.add_item(world.guel, running, title="Too late")
    assert agenda(running) == ["1 Urgent"]


# Moving


@pytest.mark.parametrize(
    "item, where, becomes",
    [
        ("A", {"after": "C"}, ["1 B", "1.1 B1", "1.2 B2", "2 C", "3 A", "4 Z"]),
        ("C", {"before": "A"}, ["1 C", "2 A", "3 B", "3.1 B1", "3.2 B2", "4 Z"]),
        ("B", {"before": "A"}, ["1 B", "1.1 B1", "1.2 B2", "2 A", "3 C", "4 Z"]),
        ("B1", {"after": "B2"}, ["1 A", "2 B", "2.1 B2", "2.2 B1", "3 C", "4 Z"]),
        ("A", {"under": "B"}, ["1 B", "1.1 B1", "1.2 B2", "1.3 A", "2 C", "3 Z"]),
        ("B1", {"after": "B"}, ["1 A", "2 B", "2.1 B2", "3 B1", "4 C", "5 Z"]),
        ("C", {"before": "B2"}, ["1 A", "2 B", "2.1 B1", "2.2 C", "2.3 B2", "3 Z"]),
        ("A", {"before": "A"}, AS_MADE),
        ("A", {"before": "B"}, AS_MADE),
        ("B", {"after": "B1"}, AS_MADE),
    ],
)
def test_an_item_goes_where_it_is_put_and_takes_its_sub_items_along(
    world: World,
    meeting: Meeting,
    items: dict[str, AgendaItem],
    item: str,
    where: dict[str, str],
    becomes: list[str],
) -> None:
    actions.move_item(world.anke, items[item], **{how: items[name].id for how, name in where.items()})
    assert agenda(meeting) == becomes


def test_an_item_with_sub_items_cannot_become_one(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    with pytest.raises(Invalid):
        actions.move_item(world.anke, items["B"], under=items["A"].id)
    assert agenda(meeting) == AS_MADE


def test_a_neighbour_that_is_gone_or_elsewhere_is_stale(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    elsewhere = make_item(make_meeting(world.housing), "Elsewhere", 1)
    for id in (elsewhere.id, 2**62):
        with pytest.raises(Stale):
            actions.move_item(world.anke, items["A"], before=id)
    assert agenda(meeting) == AS_MADE


def test_where_to_must_be_said_once(world: World, meeting: Meeting, items: dict[str, AgendaItem]) -> None:
    for where in ({}, {"before": items["C"].id, "after": items["B"].id}):
        with pytest.raises(Invalid):
            actions.move_item(world.anke, items["A"], **where)
    assert agenda(meeting) == AS_MADE


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(["before", "after", "under", "remove", "restore"]),
            st.integers(0, 5),
            st.integers(0, 5),
        ),
        max_size=8,
    )
)
def test_whatever_is_done_places_have_no_gaps_and_nothing_is_double(
    world: World, meeting: Meeting, moves: list[tuple[str, int, int]]
) -> None:
    fresh = make_meeting(world.language, state=MeetingState.DRAFT, calendar_uid=str(uuid.uuid4()))
    made = [actions.add_item(world.anke, fresh, title=str(number)) for number in range(6)]
    for how, which, other in moves:
        try:
            if how == "remove":
                actions.remove_item(world.anke, made[which])
            elif how == "restore":
                actions.restore_item(world.anke, made[which])
            else:
                actions.move_item(world.anke, made[which], **{how: made[other].id})
        except (Invalid, Stale):
            db.session.rollback()
        there = dense(fresh)
        assert len(there) == sum(item.removed_at is None for item in made)


def dense(meeting: Meeting) -> list[AgendaItem]:
    """The items of an agenda, after a look that places are 1, 2, 3 on both levels."""
    db.session.commit()
    db.session.expire_all()
    tops = meeting.items
    assert [item.place for item in tops] == list(range(1, len(tops) + 1))
    for item in tops:
        assert item.sub_place == 0
        assert [(sub.place, sub.sub_place) for sub in item.subs] == [
            (item.place, place) for place in range(1, len(item.subs) + 1)
        ]
    assert len(meeting.agenda) == len(tops) + sum(len(item.subs) for item in tops)
    return list(meeting.agenda)


def test_many_who_add_and_move_at_once_leave_no_gap_and_nothing_double(
    app: Flask, world: World, meeting: Meeting
) -> None:
    ids = [make_item(meeting, f"First {place}", place).id for place in range(1, 5)]
    anke_id, meeting_id = world.anke.id, meeting.id
    db.session.commit()
    wrong: list[Exception] = []

    def work(number: int) -> None:
        with app.app_context():
            try:
                for turn in range(5):
                    anke = db.session.get(Person, anke_id)
                    there = db.session.get(Meeting, meeting_id)
                    assert anke is not None and there is not None
                    actions.add_item(anke, there, title=f"{number}.{turn}")
                    item = db.session.get(AgendaItem, ids[(number + turn) % 4])
                    actions.move_item(anke, item, before=ids[(number + turn + 1) % 4])
            except Exception as error:
                wrong.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert wrong == []
    assert len(dense(meeting)) == 4 + 4 * 5


# Taking off and bringing back


def test_an_item_goes_with_its_sub_items_and_comes_back_with_them(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    actions.remove_item(world.anke, items["B"])
    assert agenda(meeting) == ["1 A", "2 C", "3 Z"]
    actions.restore_item(world.anke, items["B"])
    assert agenda(meeting) == AS_MADE


def test_a_sub_item_whose_item_is_gone_comes_back_as_one_of_its_own(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    actions.remove_item(world.anke, items["B1"])
    actions.remove_item(world.anke, items["B"])
    actions.restore_item(world.anke, items["B1"])
    assert agenda(meeting) == ["1 A", "2 B1", "3 C", "4 Z"]


@pytest.mark.parametrize("state", [ItemState.CURRENT, ItemState.DONE])
def test_what_has_been_dealt_with_stays(world: World, state: str) -> None:
    meeting = make_meeting(world.language, state=MeetingState.RUNNING)
    item = make_item(meeting, "On", 1, state=state)
    with pytest.raises(Refused):
        actions.remove_item(world.anke, item)
    assert agenda(meeting) == ["1 On"]


# After announcing


def test_changes_after_announcing_are_marked_and_to_be_told_but_leave_calendars_alone(world: World) -> None:
    meeting = make_meeting(world.language)
    first, second = make_item(meeting, "Courses", 1), make_item(meeting, "Rooms", 2)
    actions.change_item(world.anke, first, planned_minutes=30)
    assert first.changed_after_announcing
    assert not second.changed_after_announcing
    assert meeting.untold_since is not None
    assert meeting.sequence == 0


def test_a_draft_has_no_marks(world: World, meeting: Meeting, items: dict[str, AgendaItem]) -> None:
    actions.change_item(world.anke, items["A"], text="New")
    assert not items["A"].changed_after_announcing
    assert meeting.untold_since is None


def test_saving_an_item_as_it_is_changes_nothing(world: World) -> None:
    meeting = make_meeting(world.language)
    item = make_item(meeting, "Courses", 1)
    actions.change_item(world.anke, item, title="Courses", presenter_ids=[], presenter_names=[])
    assert meeting.room.number == 0
    assert not item.changed_after_announcing


def test_sub_items_of_an_internal_item_are_internal(
    world: World, meeting: Meeting, items: dict[str, AgendaItem]
) -> None:
    actions.change_item(world.anke, items["B"], internal=True)
    assert items["B1"].kept_internal
    assert not items["A"].kept_internal


def test_minutes_of_sub_items_count_once(world: World, meeting: Meeting) -> None:
    whole = make_item(meeting, "Whole", 1, planned_minutes=30)
    make_item(meeting, "Part", 1, sub_place=1, under_id=whole.id, planned_minutes=20)
    parts = make_item(meeting, "Parts", 2, planned_minutes=0)
    for place in (1, 2):
        make_item(meeting, "Part", 2, sub_place=place, under_id=parts.id, planned_minutes=20)
    assert meeting.planned_sum == 70
