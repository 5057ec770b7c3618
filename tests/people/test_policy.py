"""Who may what with people: the table of product.md, for accounts."""

from typing import Any

import pytest
from flask import Flask

from network import live
from network.changes import CLOCK
from network.extensions import db
from network.people import policy
from network.people.models import Person, PersonState, Visitor
from tests.world import World, make_person

# Columns: visitor, oneself, another member, coordination group, administrator, Office, clock
WHO = ("visitor", "self", "member", "coordination", "administrator", "office", "clock")
YES, NO = True, False
TABLE: dict[Any, tuple[bool, ...]] = {
    policy.may_see: (NO, YES, YES, YES, YES, YES, NO),
    policy.may_hear: (NO, YES, NO, NO, NO, NO, NO),
    policy.may_change: (NO, YES, NO, NO, NO, NO, NO),
    policy.may_care_for: (NO, YES, NO, NO, YES, YES, NO),
    policy.may_invite_again: (NO, NO, NO, NO, YES, YES, NO),
    policy.may_name_administrator: (NO, NO, NO, NO, YES, NO, NO),
    policy.may_see_account: (NO, NO, NO, NO, YES, NO, NO),
    policy.may_sign_in: (NO, YES, NO, NO, NO, NO, NO),
    policy.may_use_own_link: (NO, YES, NO, NO, NO, NO, NO),
    policy.may_leave: (NO, YES, NO, NO, NO, NO, NO),
    policy.may_give_role: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_decide: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_help_with_address: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_erase: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_silence: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_suspend: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_clear_away: (NO, NO, NO, NO, NO, NO, NO),
    policy.may_accept: (NO, YES, NO, NO, NO, NO, NO),
}
ON_DESK: dict[Any, tuple[bool, ...]] = {
    policy.may_see_desk: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_admit: (NO, NO, NO, NO, NO, YES, NO),
    policy.may_apply: (YES, NO, NO, NO, NO, NO, YES),
}


def actors(world: World) -> dict[str, Any]:
    return {
        "visitor": Visitor(),
        "self": world.anke,
        "member": world.ben,
        "coordination": world.kira,
        "administrator": world.ada,
        "office": world.olaf,
        "clock": CLOCK,
    }


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.__name__)
def test_the_table_of_accounts(world: World, rule: Any) -> None:
    said = {who: bool(rule(actor, world.anke)) for who, actor in actors(world).items()}
    assert said == dict(zip(WHO, TABLE[rule], strict=True))


@pytest.mark.parametrize("rule", ON_DESK, ids=lambda rule: rule.__name__)
def test_the_table_of_the_desk(world: World, rule: Any) -> None:
    said = {who: bool(rule(actor, world.desk)) for who, actor in actors(world).items()}
    assert said == dict(zip(WHO, ON_DESK[rule], strict=True))


@pytest.mark.parametrize(
    "state", [PersonState.INVITED, PersonState.APPLIED, PersonState.DECLINED, PersonState.LEFT]
)
def test_who_is_not_a_member_is_seen_by_the_office_alone(world: World, state: str) -> None:
    mara = make_person(world, "Mara", "mara@example.org", state=state)
    db.session.commit()
    seen = [who for who, actor in actors(world).items() if policy.may_see(actor, mara)]
    assert seen == ["office"]
    for rule in (policy.may_sign_in, policy.may_change, policy.may_leave, policy.may_use_own_link):
        assert not rule(mara, mara)


def test_the_clock_clears_away_only_those_who_never_came_in(world: World) -> None:
    for state in PersonState:
        world.ben.state = state
        expected = state in (PersonState.INVITED, PersonState.DECLINED)
        assert policy.may_clear_away(CLOCK, world.ben) is expected


def test_a_persons_room_is_for_that_person_alone(world: World) -> None:
    entering = [who for who, actor in actors(world).items() if live.may_enter(actor, world.anke)]
    assert entering == ["self"]


def test_every_rule_of_people_is_in_a_table(app: Flask) -> None:
    named = {rule.__name__ for rule in [*TABLE, *ON_DESK]}
    elsewhere = {"may_be_reminded", "may_administer", "may_work_in_office"}
    defined = {name for name in vars(policy) if name.startswith("may_")}
    assert defined == named | elsewhere


def test_a_link_is_sent_to_those_who_could_use_it(world: World) -> None:
    expected = {PersonState.ADMITTED}
    for state in PersonState:
        person: Person = make_person(world, "Mara", f"{state}@example.org", state=state)
        assert policy.may_be_reminded(Visitor(), person) is (state in expected)


def test_two_persons_are_never_the_same_whoever_is_signed_in(world: World, app: Flask) -> None:
    with app.test_request_context():
        assert world.anke != world.ben
        assert world.ben not in [world.anke, world.olena]
        assert len({world.anke, world.ben}) == 2
