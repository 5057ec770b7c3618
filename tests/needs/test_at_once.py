"""Two of the Office merge two needs into each other while others say that they see them, on two processes."""

from collections.abc import Callable

from network.directory.models import Organisation
from network.extensions import db
from network.needs.models import Need, NeedState
from network.people.models import Affiliation, Role
from tests.goals.test_at_once import at_once
from tests.needs.makers import confirmed
from tests.processes import Guest, Server
from tests.world import World, make_organisation


def test_needs_that_are_merged_both_ways_at_once_become_one_and_nobody_is_lost(
    world: World, servers: Callable[..., list[Server]], visit: Callable[..., Guest]
) -> None:
    world.kira.role = Role.OFFICE
    houses: list[Organisation] = []
    for person in (world.olena, world.guel):
        houses.append(make_organisation(world, f"House of {person.name}", "association"))
        db.session.add(Affiliation(person_id=person.id, organisation_id=houses[-1].id))
    db.session.commit()
    one, other = confirmed(world, "No child care"), confirmed(world, "No nursery", actor=world.anke)
    first, second = servers(2)
    posts = [
        (visit(first, world.olaf), f"/needs/{one.id}/merge", {"into_id": f"{other.id}"}),
        (visit(second, world.kira), f"/needs/{other.id}/merge", {"into_id": f"{one.id}"}),
        (visit(first, world.olena), f"/needs/{one.id}/support", {"organisation_id": f"{houses[0].id}"}),
        (visit(second, world.guel), f"/needs/{other.id}/support", {"organisation_id": f"{houses[1].id}"}),
    ]
    answers = at_once(posts)
    assert 303 in answers and answers <= {303, 403, 409, 422}, "nobody waits for another in a circle"
    db.session.rollback()
    db.session.expire_all()
    merged, left = sorted(
        (db.session.get(Need, one.id), db.session.get(Need, other.id)),
        key=lambda need: need.state != NeedState.MERGED,  # type: ignore[union-attr]  # they are there
    )
    assert merged is not None and left is not None
    assert merged.state == NeedState.MERGED and left.state == NeedState.CONFIRMED
    assert merged.merged_into_id == left.id and not merged.supports
    seen = [support.organisation_id for support in left.supports]
    assert len(seen) == len(set(seen)) and {world.parish.id, world.school.id} <= set(seen)
