"""Who may what: the table of product.md for moderation, person by person and rule by rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from network.changes import CLOCK
from network.discussions import actions as discussions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.moderation import actions, policy
from network.moderation.models import Measure, ModerationCase
from network.people.models import Person, Visitor
from network.people.policy import may_suspend
from network.things import now
from tests.moderation.conftest import decide
from tests.world import World, make_person

WHO = ("visitor", "olena", "guel", "ben", "anke", "lev", "olaf", "kira", "ada")


def person_of(world: World, who: str) -> Any:
    return Visitor() if who == "visitor" else getattr(world, who)


def who_may(world: World, rule: Callable[[Any, Any], bool], thing: Any) -> set[str]:
    db.session.expire_all()
    return {who for who in WHO if rule(person_of(world, who), thing)}


@pytest.fixture
def from_outside(world: World, message: Message) -> ModerationCase:
    """Reported by somebody who is in no column."""
    reporter = make_person(world, "Rita Neu", "rita@example.org")
    db.session.commit()
    made: ModerationCase = actions.report(reporter, message, rule="respect")
    return made


def test_whoever_reads_may_report_but_not_themselves(world: World, message: Message) -> None:
    readers = set(WHO) - {"visitor"}
    assert who_may(world, policy.may_report, message) == readers - {"ben"}
    assert who_may(world, policy.may_report, world.ben) == readers - {"ben"}
    message.state = "hidden"
    db.session.commit()
    assert who_may(world, policy.may_report, message) == set()
    assert not policy.may_report(CLOCK, world.ben)
    assert not policy.may_report(world.olena, world.language)  # a group is no message, person or file


def test_a_case_is_judged_by_the_groups_leads_and_the_office(
    world: World, from_outside: ModerationCase, message: Message
) -> None:
    for rule in (policy.may_see, policy.may_judge):
        assert who_may(world, rule, from_outside) == {"anke", "olaf"}
    assert who_may(world, policy.may_open, message) == {"anke", "olaf"}
    assert who_may(world, policy.may_release, from_outside) == set()
    assert who_may(world, policy.may_object, from_outside) == set()
    assert who_may(world, policy.may_lift, from_outside) == set()
    actions.claim(world.anke, from_outside)
    assert who_may(world, policy.may_release, from_outside) == {"anke", "olaf"}


def test_whoever_reported_it_does_not_judge_it(world: World, message: Message) -> None:
    case = actions.report(world.anke, message, rule="respect")
    assert who_may(world, policy.may_judge, case) == {"olaf"}
    assert who_may(world, policy.may_see, case) == {"anke", "olaf"}


def test_leads_of_the_group_and_the_office_are_judged_by_the_office_alone(
    world: World, thread: Thread, olga: Person
) -> None:
    by_anke = discussions.post(world.anke, thread, text="Mine")
    by_olaf = discussions.post(world.olaf, thread, text="Mine")
    about_anke = actions.report(world.guel, by_anke, rule="respect")
    about_olaf = actions.report(world.guel, by_olaf, rule="respect")
    assert who_may(world, policy.may_judge, about_anke) == {"olaf"}
    assert who_may(world, policy.may_see, about_olaf) == set()
    assert policy.may_judge(olga, about_olaf)


def test_a_profile_is_judged_by_the_office_alone(world: World) -> None:
    case = actions.report(world.guel, world.ben, rule="respect")
    assert who_may(world, policy.may_see, case) == {"olaf"}
    assert policy.measures_for(world.olaf, case) == [
        Measure.NONE,
        Measure.NOTE,
        Measure.SILENCE,
        Measure.SUSPEND,
    ]


def test_leads_do_not_reach_beyond_their_group(world: World, from_outside: ModerationCase) -> None:
    db.session.expire_all()
    office = policy.measures_for(world.olaf, from_outside)
    lead = policy.measures_for(world.anke, from_outside)
    assert office == list(Measure)
    assert set(office) - set(lead) == {Measure.SILENCE, Measure.SUSPEND, Measure.ERASE}


def test_who_has_left_the_group_cannot_be_taken_out_of_it(world: World, from_outside: ModerationCase) -> None:
    decide(world.olaf, from_outside, Measure.REMOVE)
    db.session.expire_all()
    assert Measure.REMOVE not in policy.measures_for(world.olaf, from_outside)


@pytest.mark.parametrize("measure", [Measure.SILENCE, Measure.SUSPEND, Measure.HIDE])
def test_objections_and_the_end_of_a_measure(
    world: World, from_outside: ModerationCase, olga: Person, measure: Measure
) -> None:
    decide(olga, from_outside, measure, until=now() + timedelta(days=2))
    lifting = {"anke", "olaf"} if measure == Measure.HIDE else {"olaf"}
    assert who_may(world, policy.may_lift, from_outside) == lifting
    assert who_may(world, policy.may_object, from_outside) == {"ben"}
    assert who_may(world, policy.may_judge, from_outside) == set()
    actions.object_to(world.ben, from_outside, text="No.")
    assert who_may(world, policy.may_answer, from_outside) == {"olaf"}
    assert not policy.may_answer(olga, from_outside)
    assert who_may(world, policy.may_object, from_outside) == set()


def test_a_message_is_approved_by_others_than_its_author(world: World, message: Message) -> None:
    message.state = "waiting"
    db.session.commit()
    assert who_may(world, policy.may_approve, message) == {"anke", "olaf"}
    assert who_may(world, policy.may_watch, message) == set()
    message.person_id = world.anke.id
    db.session.commit()
    assert who_may(world, policy.may_approve, message) == {"olaf"}


def test_rules_and_queues(world: World) -> None:
    assert who_may(world, policy.may_set, world.network) == {"olaf"}
    assert who_may(world, policy.may_see_queue, world.language) == {"anke", "olaf"}
    assert who_may(world, policy.may_see_queue, world.closed) == {"olaf"}


def test_the_last_of_the_office_is_never_shut_out(world: World, olga: Person) -> None:
    assert may_suspend(world.olaf, olga)
    olga.suspended_at = now()
    db.session.commit()
    assert not may_suspend(olga, world.olaf)
    assert not may_suspend(world.olaf, world.ada)  # the only administrator
    assert not may_suspend(world.olaf, world.olaf)
