"""What can be done to links."""

from flask_babel import lazy_gettext as _l

from network.changes import Invalid, Refused, action, record
from network.discussions.titles import meant
from network.extensions import db
from network.loop import picking, policy
from network.loop.models import Link
from network.loop.tying import same_as, tie
from network.people.models import Person
from network.things import Thing, now


@action(policy.may_link)
def link(actor: Person, thing: Thing, *, to_id: int, kind: str = "", place: str = "", here: str = "") -> Link:
    """Say what a thing has to do with another one, which the actor may see. A link that is there stays.

    `kind` is a way as forms name it; without one it is what two such things usually have to do with each
    other. `place` is a path of ours with a fragment, where a part of the other page is meant, `here` the same
    of the thing itself. Of what was merged into another thing, that one is linked.

    Raises Invalid for what there is not, for the thing itself, and for what two such things cannot be.
    """
    other = meant(actor, db.session.get(Thing, to_id))
    if other is None:
        raise Invalid(to=_l("There is no such page, or it is not open to you."))
    place = place if other.id == to_id else ""
    if other.id == thing.id:
        raise Invalid(to=_l("Please choose another page than this one."))
    way = picking.way_of(kind) if kind else picking.usual(thing, other)
    if way is None or way not in picking.ways(thing, other):
        raise Invalid(kind=_l("Please choose one of the entries."))
    return tie(actor, thing, other, way.kind, place, here=here, turned=way.turned)


@action(policy.may_unlink)
def unlink(actor: Person, link: Link) -> Link:
    """Take a link off; `link_again` brings it back. Raises Refused if something in force stands on it."""
    if link.removed_at is None:
        if any(link.id in says([link]) for says in Link.kept):
            raise Refused(_l("This link says by which decision the plan was adopted, so it stays."))
        link.removed_at = now()
        record("unlinked", link, by=actor)
    return link


@action(policy.may_link_again)
def link_again(actor: Person, link: Link) -> Link:
    """Undo that a link was taken off. What has been linked the same way meanwhile is enough."""
    if link.removed_at is not None and same_as(link) is None:
        link.removed_at = None
        record("linked again", link, by=actor)
    return link
