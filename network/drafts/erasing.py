"""Erasing for good: what was written in a text, and who of it was a person that is erased."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, or_, select, update

from network import letters, search
from network.changes import Invalid, Refused, action, afterwards, record, revoke
from network.drafts import policy, texts, versions
from network.drafts.models import Draft, DraftAuthor, DraftComment, DraftSnapshot, DraftUpdate, DraftVersion
from network.drafts.storing import desk
from network.drafts.tree import Node, Run
from network.extensions import db
from network.people import erasers
from network.people.models import Person
from network.things import Thing, now

# Called inside the action with the thing whose text was erased, once it says what it says from now on, and
# with who erased it: what else holds words of the text is cleared there.
erased: list[Callable[[Any, Thing], object]] = []


@action(policy.may_erase)
def erase(actor: Person, draft: Draft, *, reason: str, everything: bool = False) -> Draft:
    """Delete all that was ever written in a text but what it says now; or `everything`.

    The text goes on in another draft with a mark: who erased, when and why. So a browser that still has the
    old document cannot bring it back. Who wrote what of the text that stays is not known any more.
    """
    if not reason.strip():
        raise Invalid(reason=_l("Please say why."))
    if everything and not policy.may_erase_everything(actor, draft):
        raise Refused(_l("What is approved stays. Only what was written before can be erased."))
    texts.lock(draft)
    was_open = draft.open
    kept = [] if everything else [_without_comments(node) for node in versions.said_now(draft)]
    made = put_in_place(actor, draft, kept, reason=reason, everything=everything)
    made.open = was_open
    search.forget(made.owner_id)
    told(actor, made)
    return made


def put_in_place(
    actor: Person, draft: Draft, kept: Sequence[Node], *, reason: str, everything: bool = False
) -> Draft:
    """Step of an action: all that was ever written goes, and another draft says what is kept; see `erase`.

    Nobody writes in it until it is opened. The search still has to forget, and everybody to be told.
    """
    owner = draft.parent
    texts.lock(draft)
    _empty(draft)
    made = texts.begin_anew(actor, draft, kept)
    made.open = False
    made.erased_at, made.erased_by_id = now(), actor.id
    made.erased_reason, made.erased_all = reason, everything
    for function in erased:
        function(actor, owner)
    return made


def told(actor: Person, made: Draft) -> None:
    """Step of an action: whoever reads hears that something was erased, and whoever writes writes anew."""
    record("erased", made, by=actor)
    record("written", made.parent, by=actor)
    revoke(made.room)


def _without_comments(node: Node) -> Node:
    """Comments are erased with the text, so no passage refers to them."""

    def run(one: Run | Node) -> Run | Node:
        if isinstance(one, Node):
            return one
        marks, written = (
            {name: value for name, value in kept.items() if not name.startswith("comment")}
            for kept in (one.marks, one.written)
        )
        return Run(one.text, marks, written)

    children = [_without_comments(child) for child in node.children]
    return Node(node.name, node.attributes, children, [run(one) for one in node.runs])


def _empty(draft: Draft) -> None:
    """Delete all rows of a draft; it stays as an empty thing, since the journal speaks of it."""
    for table in (DraftUpdate, DraftSnapshot, DraftVersion, DraftAuthor):
        db.session.execute(delete(table).where(table.draft_id == draft.id))
    for comment in db.session.scalars(select(DraftComment).where(DraftComment.parent_id == draft.id)):
        _erase_comment(comment)
        comment.removed_at = comment.removed_at or now()
    draft.open, draft.html = False, ""
    draft.number = draft.shown_number  # nothing is left to be shown
    draft.removed_at = now()
    draft.written_by_id = draft.written_at = None
    afterwards(partial(desk().held.documents.pop, draft.id, None))


def _erase_comment(comment: DraftComment) -> None:
    comment.text = comment.quote = ""
    letters.erase_for(comment.id)


# A person who is erased


def erase_person(person: Person) -> None:
    """Step: what the person wrote together with others stays, and nothing tells that it was theirs.

    Their comments go. Whose words are suggested stays hidden: names at suggestions are taken out.
    """
    written = select(DraftUpdate.draft_id).where(DraftUpdate.by_id == person.id)
    typed = select(DraftAuthor.draft_id).where(DraftAuthor.person_id == person.id)
    touched = db.session.scalars(select(Draft).where(or_(Draft.id.in_(written), Draft.id.in_(typed)))).all()
    for table, column in (
        (DraftUpdate, DraftUpdate.by_id),
        (DraftVersion, DraftVersion.by_id),
        (Draft, Draft.written_by_id),
        (DraftAuthor, DraftAuthor.person_id),
    ):
        rows: Any = table.__table__  # type: ignore[attr-defined]  # a subtype's own table
        db.session.execute(update(rows).where(rows.c[column.key] == person.id).values({column.key: None}))
    for comment in db.session.scalars(select(DraftComment).where(DraftComment.person_id == person.id)):
        _erase_comment(comment)
        comment.resolved_at = comment.resolved_at or now()
    for draft in touched:
        db.session.refresh(draft)
        if draft.removed_at is None:
            texts.show_without(draft, person)
        afterwards(partial(desk().held.documents.pop, draft.id, None))


erasers.add(erase_person)
