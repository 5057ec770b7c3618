"""A meeting whose minutes have been sent for correction."""

import pytest

from network.meetings.models import Meeting
from tests.approval.conftest import hold, send
from tests.world import World


@pytest.fixture
def meeting(world: World) -> Meeting:
    """Anke leads Language, Ben took the minutes, Gül was there as a guest; sent for correction for a week."""
    made = hold(world.language, world.anke, world.ben, world.guel)
    send(made.minutes, world.ben)
    return made
