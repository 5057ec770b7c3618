"""The pages of groups, as different people see them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from network.agenda import proposals
from network.agenda.models import AgendaProposal
from network.attendance.models import Attendance
from network.changes import Change
from network.extensions import db
from network.files.models import File
from network.groups import actions, persons, requests
from network.groups.models import Group, GroupDesk, JoinRequest, Membership, Place, Visibility
from network.groups.policy import role
from network.meetings.models import MeetingState, Presenter
from network.minutes.models import Action
from network.people.models import Affiliation, Visit
from network.things import now
from tests.clients import Reader
from tests.world import World, join, make_group, make_item, make_meeting, make_person

SignIn = Callable[..., Reader]


def desk_of(group: Group) -> GroupDesk:
    return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group.id)).one()


def place_of(group: Group, person: Any) -> Membership:
    return db.session.scalars(
        select(Membership).where(Membership.group_id == group.id, Membership.person_id == person.id)
    ).one()


def changes() -> int:
    return db.session.scalar(select(func.count()).select_from(Change)) or 0


def test_a_visitor_sees_public_groups_only(world: World, client: Reader) -> None:
    page = client.get("/groups").text
    assert "What Housing is for." in page
    assert "What Language is for." not in page and "Closed circle" not in page
    assert client.get(f"/groups/{world.language.id}").status_code == 404
    assert client.get(f"/groups/{world.closed.id}").status_code == 404
    assert client.get("/groups/999999").status_code == 404
    assert client.get("/groups/none").status_code == 404


def test_a_visitor_sees_organisations_of_a_public_group_and_no_names(world: World, client: Reader) -> None:
    join(world.housing, world.anke)
    db.session.commit()
    page = client.get(f"/groups/{world.housing.id}").text
    assert "Volkshochschule Auental" in page
    assert "Anke" not in page and "Lev" not in page


def test_who_may_not_read_a_closed_group_sees_name_and_purpose(world: World, sign_in: SignIn) -> None:
    make_meeting(world.closed, "Secret meeting")
    page = sign_in(world.olena).get(f"/groups/{world.closed.id}").text
    assert "What Closed circle is for." in page
    assert "Ask to join" in page
    assert "Nina" not in page and "Secret meeting" not in page and "live-room" not in page
    assert sign_in(world.olena).get(f"/groups/{world.closed.id}/members").status_code == 404
    assert "Nina" in sign_in(world.mo).get(f"/groups/{world.closed.id}").text
    assert "Nina" in sign_in(world.olaf).get(f"/groups/{world.closed.id}").text
    assert sign_in(world.ada).get(f"/groups/{world.closed.id}/members").status_code == 404


def test_the_members_page_is_the_same_for_all_and_the_rights_stand_around_it(
    world: World, sign_in: SignIn
) -> None:
    lead = sign_in(world.anke).get(f"/groups/{world.language.id}/members").text
    guest = sign_in(world.guel).get(f"/groups/{world.language.id}/members").text
    for page in (lead, guest):
        assert "Ben Berger" in page and "Kirchengemeinde Auenstadt" in page
    assert 'data-may="propose steer write"' in lead
    assert 'data-may=""' in guest


def test_the_office_finds_leads_by_name_and_makes_a_group(world: World, sign_in: SignIn) -> None:
    office = sign_in(world.olaf)
    facts = {
        "name": "Health",
        "purpose": "Doctors and interpreters",
        "visibility": "network",
        "joining": "request",
        "kind": "working",
    }
    found = office.post("/groups/new", data={**facts, "look_for": "muller gul yildiz"[7:], "find": "1"})
    assert found.status_code == 422 and "Gül Yıldız" in found.text
    assert "Doctors and interpreters" in found.text  # nothing typed is lost
    empty = office.post("/groups/new", data=facts)
    assert empty.status_code == 422 and "Please choose who leads the group." in empty.text
    assert db.session.scalars(select(Group).where(Group.name == "Health")).all() == []

    done = office.post("/groups/new", data={**facts, "leads": [world.guel.id, world.anke.id]})
    assert done.status_code == 303
    group = db.session.scalars(select(Group).where(Group.name == "Health")).one()
    assert done.location.endswith(f"/groups/{group.id}")
    assert {role(world.guel, group), role(world.anke, group)} == {Place.LEAD}


def test_members_find_no_way_to_make_a_group(world: World, sign_in: SignIn) -> None:
    before = changes()
    member = sign_in(world.anke)
    assert member.get("/groups/new").status_code == 404
    assert member.post("/groups/new", data={"name": "X"}).status_code == 404
    assert "New group" not in member.get("/groups").text
    assert changes() == before


def test_a_lead_edits_the_group(world: World, sign_in: SignIn) -> None:
    lead = sign_in(world.anke)
    page = lead.get(f"/groups/{world.language.id}/edit").text
    assert "What Language is for." in page
    facts = {"name": "", "purpose": "New", "visibility": "closed", "joining": "invitation"}
    wrong = lead.post(f"/groups/{world.language.id}/edit", data=facts)
    assert wrong.status_code == 422 and "New" in wrong.text
    assert world.language.purpose == "What Language is for."
    assert lead.post(f"/groups/{world.language.id}/edit", data={**facts, "name": "L"}).status_code == 303
    db.session.refresh(world.language)
    assert (world.language.name, world.language.visibility) == ("L", "closed")
    assert sign_in(world.ben).get(f"/groups/{world.language.id}/edit").status_code == 404


def test_topics_that_are_no_numbers_are_refused_in_our_words(world: World, sign_in: SignIn) -> None:
    anke, edit = sign_in(world.anke), f"/groups/{world.language.id}/edit"
    data = {"name": "X", "purpose": "Y", "visibility": "closed", "joining": "request", "topics": "²"}
    answer = anke.post(edit, data=data)
    assert answer.status_code == 422 and "Please choose from the entries." in answer.text
    db.session.refresh(world.language)
    assert world.language.name == "Language"


def test_joining_asking_and_leaving_by_form(world: World, sign_in: SignIn) -> None:
    olena = sign_in(world.olena)
    assert "Join the group" in olena.get(f"/groups/{world.housing.id}").text
    assert olena.post(f"/groups/{world.housing.id}/join").status_code == 303
    assert role(world.olena, world.housing) == Place.MEMBER
    assert olena.post(f"/groups/{world.housing.id}/leave").status_code == 303
    assert role(world.olena, world.housing) is None

    assert olena.get(f"/groups/{world.language.id}/ask").status_code == 200
    assert olena.post(f"/groups/{world.language.id}/ask", data={"text": "I teach"}).status_code == 303
    assert "You have asked to join" in olena.get(f"/groups/{world.language.id}").text
    asked = db.session.scalars(select(JoinRequest)).one()

    lead = sign_in(world.anke)
    assert "I teach" in lead.get(f"/groups/{world.language.id}").text
    assert "I teach" not in sign_in(world.ben).get(f"/groups/{world.language.id}").text
    assert sign_in(world.ben).get(f"/join-requests/{asked.id}/decline").status_code == 404
    assert lead.get(f"/join-requests/{asked.id}/decline").status_code == 200
    assert lead.post(f"/join-requests/{asked.id}/decline", data={"answer": ""}).status_code == 422
    assert lead.post(f"/join-requests/{asked.id}/accept").status_code == 303
    assert role(world.olena, world.language) == Place.MEMBER


def test_a_free_group_is_joined_by_the_open_invitation(world: World, sign_in: SignIn) -> None:
    requests.invite(world.lev, desk_of(world.housing), people=[world.olena.id])
    olena = sign_in(world.olena)
    assert "You are invited" in olena.get(f"/groups/{world.housing.id}").text
    olena.post(f"/groups/{world.housing.id}/join")
    asked = db.session.scalars(select(JoinRequest)).one()
    db.session.refresh(asked)
    assert asked.state == "accepted" and role(world.olena, world.housing) == Place.MEMBER


def test_a_lead_invites_several_people_at_once(world: World, sign_in: SignIn) -> None:
    lead = sign_in(world.anke)
    page = f"/groups/{world.language.id}/invite"
    assert lead.get(page).status_code == 200
    looked = lead.post(page, data={"look_for": "le", "find": "1", "role": "member"})
    assert looked.status_code == 422 and "Olena Koval" in looked.text and "Lev Haus" in looked.text
    again = lead.post(
        page, data={"look_for": "kira", "find": "1", "role": "member", "people": [world.olena.id]}
    )
    assert "Olena Koval" in again.text and "Kira Rat" in again.text  # who was ticked stays
    assert lead.post(page, data={"role": "member"}).status_code == 422
    assert lead.post(page, data={"role": "guest", "people": [world.olena.id]}).status_code == 422
    assert lead.post(page, data={"role": "member", "people": ["99999"]}).status_code == 422
    assert db.session.scalars(select(JoinRequest)).all() == []
    done = lead.post(page, data={"role": "member", "people": [world.olena.id, world.kira.id]})
    assert done.status_code == 303
    assert len(db.session.scalars(select(JoinRequest)).all()) == 2
    assert sign_in(world.ben).get(page).status_code == 404


def test_a_lead_changes_a_role_and_takes_somebody_out(world: World, sign_in: SignIn) -> None:
    lead, ben = sign_in(world.anke), place_of(world.language, world.ben)
    page = f"/memberships/{ben.id}"
    assert lead.get(page).status_code == 200
    assert lead.post(page, data={"role": "guest"}).status_code == 422
    assert lead.post(page, data={"role": "guest", "until": "2000-01-01"}).status_code == 422
    assert lead.post(page, data={"role": "guest", "until": "2190-01-01"}).status_code == 303
    assert role(world.ben, world.language) == Place.GUEST
    assert "Guest until" in lead.get(f"/groups/{world.language.id}/members").text
    assert sign_in(world.ben).get(page).status_code == 404
    assert "Hand over the lead" not in sign_in(world.olaf).get(page).text

    assert lead.get(f"{page}/remove").status_code == 200
    assert lead.post(f"{page}/remove", data={"reason": ""}).status_code == 422
    assert lead.post(f"{page}/remove", data={"reason": "Moved away"}).status_code == 303
    assert role(world.ben, world.language) is None
    assert lead.get(page).status_code == 404


def test_a_lead_hands_over_by_one_button(world: World, sign_in: SignIn) -> None:
    lead, ben = sign_in(world.anke), place_of(world.language, world.ben)
    assert "Hand over the lead" in lead.get(f"/memberships/{ben.id}").text
    assert sign_in(world.guel).post(f"/memberships/{ben.id}/hand-over").status_code == 403
    assert role(world.ben, world.language) == Place.MEMBER
    assert lead.post(f"/memberships/{ben.id}/hand-over").status_code == 303
    assert role(world.ben, world.language) == Place.LEAD
    assert role(world.anke, world.language) == Place.MEMBER


def test_the_only_lead_names_another_on_the_page_for_leaving(world: World, sign_in: SignIn) -> None:
    lead = sign_in(world.anke)
    page = f"/groups/{world.language.id}/leave"
    assert "Who shall lead the group" in lead.get(page).text
    assert lead.post(page).status_code == 422
    assert lead.post(page, data={"successor": "abc"}).status_code == 422
    assert role(world.anke, world.language) == Place.LEAD
    chosen = {"successor": place_of(world.language, world.ben).id}
    assert lead.post(page, data=chosen).status_code == 303
    assert role(world.ben, world.language) == Place.LEAD


def test_archiving_and_reopening_by_form(world: World, sign_in: SignIn) -> None:
    lead = sign_in(world.anke)
    assert sign_in(world.ben).post(f"/groups/{world.language.id}/archive").status_code == 403
    assert not world.language.archived
    assert lead.post(f"/groups/{world.language.id}/archive").status_code == 303
    assert "This group has been archived" in lead.get(f"/groups/{world.language.id}").text
    said = "What Language is for."
    assert said not in lead.get("/groups").text
    assert said in lead.get("/groups?archived=1").text
    assert lead.post(f"/groups/{world.language.id}/reopen").status_code == 303
    assert said in lead.get("/groups").text


def test_groups_are_found_by_name_and_topic(world: World, sign_in: SignIn) -> None:
    make_group(world, "Müller's table")
    db.session.commit()
    reader = sign_in(world.ben)
    assert "Müller" in reader.get("/groups?q=mueller").text
    assert "Nothing found" in reader.get("/groups?q=nothing+like+this").text
    assert "Nothing found" in reader.get("/groups?topic=none").text


def test_what_is_new_since_the_last_visit_is_told_once(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    ben.get(f"/groups/{world.language.id}")
    asked = requests.ask_to_join(world.olena, desk_of(world.language))
    requests.accept(world.anke, asked)

    said = "Olena Koval is now in the group"
    assert said in ben.get("/groups").text
    page = ben.get(f"/groups/{world.language.id}").text
    assert "New since your last visit" in page and said in page
    assert "New since your last visit" not in ben.get(f"/groups/{world.language.id}").text
    assert said not in ben.get("/groups").text
    visit = db.session.get(Visit, (world.ben.id, world.language.room_id))
    assert visit.number == world.language.room.number


def fill(world: World, groups: int, people: int) -> None:
    """More of everything that the pages show."""
    for number in range(groups):
        group = make_group(world, f"Group {groups}-{number}")
        join(group, world.anke, Place.LEAD)
        make_meeting(group, f"Meeting {number}")
        db.session.commit()
        actions.change(
            world.anke,
            group,
            name=f"Group {groups}-{number}",
            purpose="x",
            mode="",
            visibility="network",
            joining="request",
            short_name="",
        )
    meeting = make_meeting(world.language, starts_at=now() + timedelta(days=2))
    past = make_meeting(
        world.language, f"Past {groups}", state=MeetingState.CLOSED, starts_at=now() - timedelta(days=groups)
    )
    room = world.language.room
    for number in range(people):
        person = make_person(world, f"Person {number}", f"p{groups}-{number}@example.org")
        db.session.add(Affiliation(person_id=person.id, organisation_id=world.school.id))
        join(world.language, person)
        item = make_item(meeting, f"Item {number}", number + 1)
        item.presenters.append(Presenter(person_id=person.id))
        other = make_person(world, f"Other {number}", f"o{groups}-{number}@example.org")
        db.session.add(Affiliation(person_id=other.id, organisation_id=world.parish.id))
        discussed = make_item(past, f"Past item {number}", number + 1)
        group_id = world.language.id
        db.session.add_all(
            [
                Attendance(
                    parent=meeting, room_id=meeting.room_id, meeting_id=meeting.id, person_id=person.id
                ),
                AgendaProposal(parent=world.language, room_id=room.id, title="Tables", person_id=person.id),
                Action(
                    parent=discussed, room_id=past.room_id, group_id=group_id, text="Do", person_id=person.id
                ),
                File(
                    parent_id=world.language.id,
                    room_id=room.id,
                    name="a.pdf",
                    media_type="x/y",
                    size=1,
                    sha256="a",
                ),
            ]
        )
        db.session.commit()
        requests.ask_to_join(other, desk_of(world.language), text="Please")


@pytest.mark.parametrize("path", ["/groups", "/groups/{id}", "/groups/{id}/members"])
def test_a_page_costs_the_same_few_statements_for_any_number(
    world: World, sign_in: SignIn, statements: Any, path: str
) -> None:
    lead = sign_in(world.anke)
    path = path.format(id=world.language.id)
    lead.get("/groups")
    fill(world, groups=1, people=2)
    lead.get(path)
    with statements() as few:
        lead.get(path)
    fill(world, groups=8, people=9)
    lead.get(path)
    with statements() as many:
        lead.get(path)
    assert len(many) <= len(few), many
    assert len(many) <= 8, many


def test_who_is_wanted_in_a_group_sees_until_when(world: World, sign_in: SignIn) -> None:
    requests.invite(
        world.nina,
        desk_of(world.closed),
        people=[world.olena.id],
        role=Place.GUEST,
        until=now() + timedelta(days=3),
        text="Come and see",
    )
    page = sign_in(world.olena).get(f"/groups/{world.closed.id}").text
    assert "as a guest until" in page and "Come and see" in page
    assert world.closed.visibility == Visibility.CLOSED


def test_a_persons_page_names_the_groups_in_which_the_reader_may_see_them(
    world: World, sign_in: SignIn
) -> None:
    join(world.closed, world.ben)
    db.session.commit()
    page = f"/people/{world.ben.id}"
    for reader, sees in ((world.olena, False), (world.mo, True), (world.olaf, True)):
        text = sign_in(reader).get(page).text
        assert f"/groups/{world.language.id}" in text
        assert (f"/groups/{world.closed.id}" in text) is sees


def test_a_persons_data_tell_of_their_groups(world: World) -> None:
    requests.ask_to_join(world.ben, desk_of(world.closed), text="My reasons")
    told = persons.own_data(world.ben)
    assert [(one["group"], one["role"]) for one in told] == [
        ("Language", "member"),
        ("Closed circle", "request"),
    ]
    assert told[1]["text"] == "My reasons"


def test_what_is_settled_stands_in_the_news_and_not_among_what_is_open(world: World, sign_in: SignIn) -> None:
    ben = sign_in(world.ben)
    ben.get(f"/groups/{world.language.id}")
    kept, gone = (
        proposals.propose(world.ben, world.language, title=title, text="", planned_minutes=5)
        for title in ("Tables for all", "Chairs for all")
    )
    proposals.decline_proposal(world.anke, gone, reason="Too many")
    page = sign_in(world.guel).get(f"/groups/{world.language.id}").text
    assert f'id="agenda_proposal_{kept.id}"' in page
    assert f'id="agenda_proposal_{gone.id}"' not in page
    assert "declined the proposal “Chairs for all”" in page


def settings_of(group: Group, **more: Any) -> dict[str, Any]:
    """The form of a group's settings as its page has it, with what somebody typed."""
    return {
        "name": group.name,
        "purpose": group.purpose,
        "mode": group.mode,
        "visibility": group.visibility,
        "joining": group.joining,
        "short_name": group.short_name,
        "version": str(group.version),
        **more,
    }


def test_of_two_leads_who_change_a_group_at_once_none_overwrites_the_other_unseen(
    world: World, sign_in: SignIn
) -> None:
    anke, olaf = sign_in(world.anke), sign_in(world.olaf)
    page = f"/groups/{world.language.id}/edit"
    first = settings_of(world.language, purpose="Courses for all.")
    second = settings_of(world.language, mode="We meet on Wednesdays.", joining="free", kind="working")
    assert f'name="version" value="{first["version"]}"' in anke.get(page).text

    assert anke.post(page, data=first).status_code == 303
    before = changes()
    refused = olaf.post(page, data=second)

    assert refused.status_code == 409
    assert "Somebody else has changed the group meanwhile" in refused.text
    assert "We meet on Wednesdays." in refused.text, "what he typed is still there"
    assert "Courses for all." in refused.text, "and he sees what she saved"
    assert changes() == before
    db.session.refresh(world.language)
    assert (world.language.purpose, world.language.mode) == ("Courses for all.", "")

    again = {**second, "version": str(world.language.version), "purpose": "Courses for all."}
    assert f'name="version" value="{again["version"]}"' in refused.text
    assert olaf.post(page, data=again).status_code == 303
    db.session.refresh(world.language)
    assert (world.language.purpose, world.language.mode) == ("Courses for all.", "We meet on Wednesdays.")


@pytest.mark.parametrize("version", ["²", "-1", "x", "9" * 40, "\x00"])
def test_a_version_that_is_none_is_an_old_one(world: World, sign_in: SignIn, version: str) -> None:
    data = settings_of(world.language, purpose="Unseen.", version=version)
    assert sign_in(world.anke).post(f"/groups/{world.language.id}/edit", data=data).status_code == 409
    db.session.refresh(world.language)
    assert world.language.purpose != "Unseen."
