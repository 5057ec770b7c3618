"""What the tests of moderation begin with: a discussion in Language, with a word of Ben's that offends."""

from typing import Any

import pytest

from network.discussions import actions as discussions
from network.discussions.models import Message, Thread
from network.extensions import db
from network.moderation import actions
from network.moderation.models import ModerationCase
from network.people.models import Role
from tests.world import World, make_person

SECRET = "An unfriendly word"  # what Ben has written: no case keeps it


@pytest.fixture
def thread(world: World) -> Thread:
    """Begun by Anke, who leads the group."""
    made: Thread = discussions.start(world.anke, world.language, title="A room", text="Who knows one?")
    return made


@pytest.fixture
def message(world: World, thread: Thread) -> Message:
    """Ben's."""
    made: Message = discussions.post(world.ben, thread, text=SECRET)
    return made


@pytest.fixture
def case(world: World, message: Message) -> ModerationCase:
    """What Gül has reported."""
    made: ModerationCase = actions.report(world.guel, message, rule="respect", text="This hurts.")
    return made


@pytest.fixture
def olga(world: World) -> Any:
    """A second person of the Office."""
    made = make_person(world, "Olga Amt", "olga@example.org", role=Role.OFFICE)
    db.session.commit()
    return made


def decide(actor: Any, case: ModerationCase, measure: str, **facts: Any) -> ModerationCase:
    """A decision on the case as it stands."""
    db.session.refresh(case)
    given = {"rule": "respect", "text": "Please be kind.", "version": case.version, **facts}
    made: ModerationCase = actions.decide(actor, case, measure=measure, **given)
    return made
