"""How groups are made and changed, and how people come in, change their place and go."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from network import jobs
from network.changes import CLOCK, Change, Invalid, Refused
from network.extensions import db
from network.groups import actions, persons, requests
from network.groups import jobs as group_jobs
from network.groups.models import Group, GroupDesk, JoinRequest, Membership, Place, Visibility
from network.groups.policy import may_read, role
from network.people.models import Person, PersonState
from network.things import Room, now
from tests.letterbox import Letterbox
from tests.world import World, join, make_group, make_meeting

FACTS: dict[str, Any] = {
    "purpose": "Courses for everybody",
    "mode": "",
    "visibility": Visibility.NETWORK,
    "joining": "request",
    "short_name": "",
}


def place_of(group: Group, person: Person) -> Membership | None:
    return db.session.scalars(
        select(Membership).where(Membership.group_id == group.id, Membership.person_id == person.id)
    ).one_or_none()


def verbs(room: Room) -> list[str]:
    return list(
        db.session.scalars(select(Change.verb).where(Change.room_id == room.id).order_by(Change.number))
    )


def desk_of(group: Group) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


def test_the_office_makes_a_group_with_its_desk_and_its_leads_at_once(
    world: World, letters: Letterbox
) -> None:
    group = actions.create(world.olaf, world.network, name="Health", leads=[world.anke.id], **FACTS)

    assert role(world.anke, group) == Place.LEAD
    assert verbs(group.room) == ["created", "added"]
    assert desk_of(group).room_id > group.room_id  # rooms are taken from the oldest
    jobs.run_pending()
    assert "Health" in letters.last(world.anke).subject


def test_nobody_but_the_office_makes_groups(world: World) -> None:
    for person in (world.anke, world.kira, world.ada, world.olena):
        with pytest.raises(Refused):
            actions.create(person, world.network, name="Health", leads=[person.id], **FACTS)
    assert db.session.scalars(select(Group).where(Group.name == "Health")).all() == []


def test_two_groups_never_have_the_same_name_or_cite_alike(world: World) -> None:
    with pytest.raises(Invalid) as wrong:
        actions.create(world.olaf, world.network, name="LANGUAGE", leads=[world.anke.id], **FACTS)
    assert "name" in wrong.value.errors
    with pytest.raises(Invalid) as wrong:
        actions.change(world.anke, world.language, name="Language", **{**FACTS, "short_name": "housing"})
    assert "short_name" in wrong.value.errors
    assert world.language.short_name == ""


def test_a_lead_changes_the_group_but_not_what_kind_it_is(world: World) -> None:
    actions.change(world.anke, world.language, name="Language and education", **FACTS)
    assert world.language.name == "Language and education"
    with pytest.raises(Refused):
        actions.change(world.anke, world.language, name="Language", kind="plenary", **FACTS)
    assert world.language.kind == "working"


def test_when_fewer_people_see_a_group_everybody_enters_its_rooms_again(world: World) -> None:
    meeting = make_meeting(world.language)
    before = world.language.room.epoch, meeting.room.epoch, desk_of(world.language).room.epoch
    actions.change(world.anke, world.language, name="Language", **{**FACTS, "visibility": Visibility.CLOSED})
    assert not may_read(world.olena, world.language)
    assert (
        world.language.room.epoch,
        meeting.room.epoch,
        desk_of(world.language).room.epoch,
    ) == tuple(epoch + 1 for epoch in before)


def test_an_archived_group_is_read_and_not_changed_until_it_is_reopened(world: World) -> None:
    actions.archive(world.anke, world.language)
    with pytest.raises(Refused):
        actions.change(world.anke, world.language, name="Other", **FACTS)
    assert may_read(world.olena, world.language)
    actions.reopen(world.anke, world.language)
    actions.change(world.anke, world.language, name="Other", **FACTS)
    assert world.language.name == "Other"


def test_whoever_joins_freely_is_a_member_at_once(world: World) -> None:
    actions.join(world.olena, world.housing)
    assert role(world.olena, world.housing) == Place.MEMBER
    with pytest.raises(Refused):
        actions.join(world.olena, world.language)
    assert role(world.olena, world.language) is None


def test_somebody_asks_and_a_lead_takes_them_in(world: World, letters: Letterbox) -> None:
    asked = requests.ask_to_join(world.olena, desk_of(world.language), text="I teach")
    assert requests.ask_to_join(world.olena, desk_of(world.language), text="Again") is asked
    jobs.run_pending()
    assert "Olena Koval" in letters.last(world.anke).subject and "I teach" in letters.last(world.anke).text

    with pytest.raises(Refused):
        requests.accept(world.ben, asked)
    requests.accept(world.anke, asked)

    assert role(world.olena, world.language) == Place.MEMBER
    jobs.run_pending()
    assert "Welcome" in letters.last(world.olena).text
    with pytest.raises(Refused):
        requests.accept(world.anke, asked)


def test_a_request_is_declined_with_a_reason(world: World, letters: Letterbox) -> None:
    asked = requests.ask_to_join(world.olena, desk_of(world.language), text="")
    requests.decline(world.anke, asked, answer="The group is full")
    assert role(world.olena, world.language) is None
    jobs.run_pending()
    assert "The group is full" in letters.last(world.olena).text


def test_who_is_invited_comes_in_or_declines(world: World, letters: Letterbox) -> None:
    requests.invite(world.nina, desk_of(world.closed), people=[world.olena.id, world.ben.id, world.mo.id])
    mine = {
        asked.person_id: asked
        for asked in db.session.scalars(select(JoinRequest).where(JoinRequest.group_id == world.closed.id))
    }
    assert set(mine) == {world.olena.id, world.ben.id}  # Mo is in it already
    with pytest.raises(Refused):
        requests.accept(world.nina, mine[world.olena.id])
    requests.accept(world.olena, mine[world.olena.id])
    requests.decline(world.ben, mine[world.ben.id])
    assert role(world.olena, world.closed) == Place.MEMBER
    assert not may_read(world.ben, world.closed)
    jobs.run_pending()
    assert "Closed circle" in letters.last(world.ben).subject


def test_an_invitation_to_whoever_has_asked_is_the_answer(world: World) -> None:
    requests.ask_to_join(world.olena, desk_of(world.language), text="")
    requests.invite(world.anke, desk_of(world.language), people=[world.olena.id])
    assert role(world.olena, world.language) == Place.MEMBER


def test_whoever_wants_no_such_letters_gets_none(world: World, letters: Letterbox) -> None:
    world.olena.unwanted_letters = ["groups"]
    db.session.commit()
    requests.invite(world.anke, desk_of(world.language), people=[world.olena.id])
    jobs.run_pending()
    assert letters.to(world.olena) == []


def test_whoever_comes_again_has_the_same_place(world: World) -> None:
    place = place_of(world.language, world.ben)
    assert place is not None
    actions.leave(world.ben, place)
    assert role(world.ben, world.language) is None
    asked = requests.ask_to_join(world.ben, desk_of(world.language))
    requests.accept(world.anke, asked)
    assert place_of(world.language, world.ben) is place
    assert verbs(world.language.room) == ["left", "restored"]


def test_a_removed_person_hears_nothing_more_from_the_next_moment_on(
    world: World, listen: Callable[..., Any], letters: Letterbox
) -> None:
    meeting = make_meeting(world.closed)
    group_ear, meeting_ear = listen(world.mo, world.closed), listen(world.mo, meeting)
    nina_ear = listen(world.nina, meeting)
    place = place_of(world.closed, world.mo)

    actions.remove(world.nina, place, reason="Breach of confidence")

    for ear in (group_ear, meeting_ear, nina_ear):
        assert [note["room"] for note in ear.heard("again")] == [ear.room_id]
    actions.change(
        world.nina, world.closed, name="Closed circle", **{**FACTS, "visibility": Visibility.CLOSED}
    )
    assert group_ear.heard() == meeting_ear.heard() == []
    assert group_ear.enter(world.closed)["error"] == "not_found"
    assert meeting_ear.enter(meeting)["error"] == "not_found"
    assert nina_ear.enter(meeting)["ok"]
    jobs.run_pending()
    assert "Breach of confidence" in letters.last(world.mo).text


def test_the_only_lead_cannot_go_without_naming_another(world: World) -> None:
    lead, ben = place_of(world.language, world.anke), place_of(world.language, world.ben)
    assert lead is not None and ben is not None
    with pytest.raises(Invalid):
        actions.leave(world.anke, lead)
    with pytest.raises(Refused):
        actions.give_place(world.anke, lead, role=Place.MEMBER)
    with pytest.raises(Refused):
        actions.remove(world.olaf, lead, reason="Holiday")
    assert role(world.anke, world.language) == Place.LEAD

    actions.leave(world.anke, lead, successor=ben.id)
    assert role(world.ben, world.language) == Place.LEAD
    assert role(world.anke, world.language) is None


def test_a_lead_hands_over_and_steps_back_in_one_deed(world: World, letters: Letterbox) -> None:
    ben = place_of(world.language, world.ben)
    with pytest.raises(Refused):
        actions.hand_over(world.ben, ben)
    actions.hand_over(world.anke, ben)
    assert role(world.ben, world.language) == Place.LEAD
    assert role(world.anke, world.language) == Place.MEMBER
    jobs.run_pending()
    assert "lead" in letters.last(world.ben).text


def test_a_lead_who_becomes_a_member_leaves_the_desk(world: World, listen: Callable[..., Any]) -> None:
    join(world.language, world.kira, Place.LEAD)
    db.session.commit()
    desk = desk_of(world.language)
    ear = listen(world.kira, desk)
    actions.give_place(world.anke, place_of(world.language, world.kira), role=Place.MEMBER)
    assert ear.heard("again")
    assert ear.enter(desk)["error"] == "not_found"


def test_a_guest_needs_a_last_day_and_goes_by_the_clock(world: World, clock: Any) -> None:
    ben = place_of(world.language, world.ben)
    assert ben is not None
    with pytest.raises(Invalid):
        actions.give_place(world.anke, ben, role=Place.GUEST)
    actions.give_place(world.anke, ben, role=Place.GUEST, until=now() + timedelta(days=2))
    epoch = world.language.room.epoch

    clock.shift(timedelta(days=1))
    group_jobs.end_guests()
    assert role(world.ben, world.language) == Place.GUEST
    clock.shift(timedelta(days=1, minutes=1))
    assert role(world.ben, world.language) is None  # at once, before the job
    group_jobs.end_guests()
    assert verbs(world.language.room)[-1] == "ran out"
    assert world.language.room.epoch == epoch + 1
    group_jobs.end_guests()
    assert world.language.room.epoch == epoch + 1


def test_nobody_else_ends_a_guests_time(world: World) -> None:
    place = place_of(world.language, world.guel)
    for actor in (world.anke, world.olaf, CLOCK):
        with pytest.raises(Refused):
            actions.run_out(actor, place)
    assert place is not None and place.active


def test_the_plenary_is_everybody(world: World) -> None:
    plenary = make_group(world, "Plenary", kind="plenary", visibility=Visibility.NETWORK)
    db.session.commit()
    assert role(world.olena, plenary) == Place.MEMBER
    with pytest.raises(Refused):
        actions.join(world.olena, plenary)


def test_whoever_leaves_the_network_leaves_their_groups(world: World) -> None:
    asked = requests.ask_to_join(world.olena, desk_of(world.language), text="Please")
    for person in (world.ben, world.olena):
        person.state = PersonState.LEFT
    db.session.commit()
    persons.end_places(world.ben)
    persons.end_places(world.olena)
    persons.end_places(world.olena)
    place = place_of(world.language, world.ben)
    assert place is not None and place.removed_at is not None
    assert asked.state == "withdrawn"


def test_who_alone_leads_a_group_is_told_before_leaving_the_network(world: World, app: Any) -> None:
    with app.test_request_context():
        assert len(list(persons.groups_without_another_lead(world.anke))) == 1
        assert list(persons.groups_without_another_lead(world.ben)) == []


def test_what_was_written_with_a_request_is_deleted_after_a_year(world: World, clock: Any) -> None:
    asked = requests.ask_to_join(world.olena, desk_of(world.language), text="My story")
    requests.decline(world.anke, asked, answer="No")
    clock.shift(timedelta(days=364))
    group_jobs.forget_answered_requests()
    assert asked.text == "My story"
    clock.shift(timedelta(days=2))
    group_jobs.forget_answered_requests()
    db.session.refresh(asked)
    assert (asked.text, asked.answer) == ("", "")
