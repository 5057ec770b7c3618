"""What can be done to a text besides writing it: keep a version, bring one back, comment on a passage."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import Invalid, action, record
from network.drafts import policy, texts, versions
from network.drafts.models import Draft, DraftComment, DraftVersion
from network.extensions import db
from network.people.letters import write_if_wanted
from network.people.models import Person
from network.things import now


@action(policy.may_write)
def name_version(actor: Person, draft: Draft, *, name: str, number: int) -> Draft:
    """Give the text as it stood after an update a name by which it is found again.

    Raises Invalid for an update that there is not.
    """
    texts.lock(draft)
    if not 0 < number <= draft.number:
        raise Invalid(number=_l("This version does not exist."))
    db.session.add(DraftVersion(draft_id=draft.id, number=number, name=name, by_id=actor.id))
    record("named", draft, by=actor)
    return draft


@action(policy.may_write)
def restore(actor: Person, draft: Draft, *, number: int, seen: int) -> Draft:
    """Let the text stand again as it stood after an update. What stands now stays a version.

    Raises Stale if somebody has written since the update that was `seen`, Invalid for one that there is not.
    """
    texts.lock(draft)
    if not 0 < number <= draft.number:
        raise Invalid(number=_l("This version does not exist."))
    texts.must_have_seen(draft, seen)
    now_there = DraftVersion(draft_id=draft.id, number=draft.number, by_id=draft.written_by_id)
    if texts.write(actor, draft, versions.said_at(draft, number), exactly=True):
        db.session.add(now_there)
        record("restored", draft, by=actor)
        record("written", draft.parent, by=actor)
    return draft


# Comments


@action(policy.may_write)
def comment(actor: Person, draft: Draft, *, text: str, quote: str = "") -> DraftComment:
    """Comment on a passage. The passage is marked with the comment's id by whoever comments.

    Those who have written here are told, each once.
    """
    made = DraftComment(
        parent=draft,
        room_id=draft.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        text=text,
        quote=quote,
    )
    db.session.add(made)
    record("commented", made, by=actor)
    for person in versions.writers(draft):
        if person.id != actor.id:
            _tell(person, made, actor, _l("A comment on “%(title)s”", title=draft.label))
    return made


@action(policy.may_settle)
def resolve(actor: Person, comment: DraftComment) -> DraftComment:
    """Settle a comment: it is shown folded from now on. Its author is told."""
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by_id = now(), actor.id
        record("resolved", comment, by=actor)
        if comment.person_id != actor.id:
            title = comment.parent.label
            _tell(comment.person, comment, actor, _l("Your comment on “%(title)s” is settled", title=title))
    return comment


@action(policy.may_settle)
def reopen(actor: Person, comment: DraftComment) -> DraftComment:
    """Open a comment again that was settled."""
    if comment.resolved_at is not None:
        comment.resolved_at = comment.resolved_by_id = None
        record("reopened", comment, by=actor)
    return comment


def _tell(person: Person, comment: DraftComment, actor: Any, subject: Any) -> None:
    """Write to somebody whom a comment concerns, if they may still read it and want such letters."""
    if policy.may_read(person, comment.parent):
        write_if_wanted(
            person,
            "minutes",
            "draft_commented",
            subject,
            about=comment,
            comment=comment,
            who=actor.name,
        )
