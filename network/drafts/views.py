"""The pages of texts that are written together: who wrote what, their versions, what is said about them."""

from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy import select

from network.changes import Invalid, owner_of
from network.doors import ask, back, often, person
from network.drafts import actions, erasing, html, policy, versions
from network.drafts.comparing import SAME, compare
from network.drafts.forms import CommentForm, EraseForm, NameForm, RestoreForm
from network.drafts.models import Draft, DraftAuthor, DraftComment
from network.extensions import db
from network.forms import Form
from network.people.models import Person
from network.things import find, whole

blueprint = Blueprint("drafts", __name__)
blueprint.add_app_template_filter(html.with_things)


@blueprint.get("/drafts/<id>/authors")
@login_required
def authors(id: str) -> Response:
    """Whose the clients of a document are, and how these people are called."""
    draft = find(Draft, id)
    rows = db.session.execute(
        select(DraftAuthor.client, Person)
        .join(Person, Person.id == DraftAuthor.person_id)
        .where(DraftAuthor.draft_id == draft.id)
    ).all()
    answer = jsonify(
        clients={client: person.id for client, person in rows},
        people={
            person.id: {"name": person.recorded_name, "topic": person.colour} for _client, person in rows
        },
    )
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


# Versions


@blueprint.get("/drafts/<id>/versions")
@login_required
def show_versions(id: str) -> Any:
    """The versions of a text, the newest first."""
    draft = find(Draft, id)
    return _page("drafts/versions.html", draft, versions=versions.of(draft)[:200])


@blueprint.get("/drafts/<id>/versions/<number>")
@login_required
def show_version(id: str, number: str) -> Any:
    """What a text said in a version, and what has become of it since."""
    draft = find(Draft, id)
    return _version(draft, whole(number), NameForm(formdata=None, number=number))


def _version(draft: Draft, number: int | None, form: Form) -> str:
    if number is None or number > draft.number:
        abort(404)
    written = versions.update_at(draft, number)
    if written is None:  # erased
        abort(404)
    before, after = versions.said_at(draft, number), versions.said_now(draft)
    differences = compare(before, after)
    return _page(
        "drafts/version.html",
        draft,
        number=number,
        written=written,
        said=html.render(before),
        differences=differences if any(one.kind != SAME for one in differences) else [],
        form=form,
    )


@blueprint.post("/drafts/<id>/name")
@login_required
@often
def name_version(id: str) -> Any:
    """Keep a version under a name."""
    draft = find(Draft, id)
    form = NameForm()
    if form.validate():
        try:
            actions.name_version(current_user, draft, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The version is kept under its name."))
            return redirect(url_for(".show_versions", id=draft.id), 303)
    number = form.number.data if isinstance(form.number.data, int) else draft.number
    return _version(draft, min(max(number, 1), max(draft.number, 1)), form), 422


@blueprint.post("/drafts/<id>/restore")
@login_required
@often
def restore(id: str) -> Any:
    """Let a version stand again."""
    draft = find(Draft, id)
    actions.restore(current_user, draft, **_facts_of(RestoreForm()))
    flash(_("The earlier version stands again. The one that it replaced is kept."))
    return redirect(url_for(".show_versions", id=draft.id), 303)


def _page(template: str, draft: Draft, **more: Any) -> str:
    owner = owner_of(draft.room_id)
    rights = owner.rules.get("rights") if owner is not None else None
    return render_template(
        template,
        draft=draft,
        place=owner,
        may=sorted(rights(person(), owner)) if rights else [],
        may_write=policy.may_write(person(), draft),
        may_erase=policy.may_erase(person(), draft),
        **more,
    )


@blueprint.route("/drafts/<id>/erase", methods=["GET", "POST"])
@login_required
@often
def erase(id: str) -> Any:
    """Delete for good what was written in a text."""
    draft = find(Draft, id)
    ask(policy.may_erase, draft)
    everything = policy.may_erase_everything(person(), draft)
    form = EraseForm(everything=everything)
    if form.validate_on_submit():
        made = erasing.erase(current_user, draft, **form.facts())
        flash(_("It is erased for good."))
        return redirect(url_for(".show_versions", id=made.id), 303)
    return _page(
        "drafts/erase.html", draft, form=form, everything=everything
    ), 422 if form.is_submitted() else 200


# Comments


@blueprint.get("/drafts/<id>/comments")
@login_required
def comments(id: str) -> Any:
    """What is said about passages of a text; a part of the page on which it is written."""
    draft = find(Draft, id)
    found = db.session.scalars(
        select(DraftComment)
        .where(DraftComment.parent_id == draft.id, DraftComment.removed_at.is_(None))
        .order_by(DraftComment.resolved_at.is_not(None), DraftComment.id)
        .options(*DraftComment.look())
    ).all()
    return _page("drafts/comments.html", draft, comments=found)


@blueprint.post("/drafts/<id>/comments")
@login_required
@often
def comment(id: str) -> Any:
    """Comment on a text without the editor: on all of it."""
    draft = find(Draft, id)
    form = CommentForm()
    facts = _facts_of(form)
    actions.comment(current_user, draft, key=form.key.data, **facts)
    flash(_("Your comment is there. Those who have written here are told."))
    return back(url_for(".comments", id=draft.id))


@blueprint.post("/draft-comments/<id>/resolve")
@login_required
@often
def resolve(id: str) -> Any:
    """Settle a comment."""
    found = find(DraftComment, id)
    actions.resolve(current_user, found)
    return back(url_for(".comments", id=found.parent_id))


@blueprint.post("/draft-comments/<id>/reopen")
@login_required
@often
def reopen(id: str) -> Any:
    """Open a settled comment again."""
    found = find(DraftComment, id)
    actions.reopen(current_user, found)
    return back(url_for(".comments", id=found.parent_id))


def _facts_of(form: Form) -> dict[str, Any]:
    """What a deed carries. Raises Invalid, since a deed has no page of its own to show what is wrong."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    return form.facts()
