"""A single message over HTTP: its place, its history, and what can be done with it."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy.orm import joinedload

from network.changes import Invalid
from network.discussions import actions, policy
from network.discussions.forms import EditForm, ReactForm
from network.discussions.models import Message, Thread
from network.discussions.speech import html_of
from network.discussions.titles import titled
from network.doors import ask, deed, offer_undo, often, person
from network.things import find, whole

blueprint = Blueprint("messages", __name__)

VERSIONS = 10  # earlier texts on a page


def place_of(message: Message) -> str:
    """The address of a message in its thread."""
    thread = message.parent
    return url_for("discussions.show", id=thread.id, at=message.ordinal, _anchor=message.dom_id)


@blueprint.get("/messages/<id>")
@login_required
def show(id: str) -> Any:
    """Everybody's permalink: forwards to its place in the thread."""
    return redirect(place_of(find(Message, id)))


@blueprint.get("/messages/<id>/more")
@login_required
def more(id: str) -> str:
    """A message by itself: what it said before, and everything that the reader can do with it."""
    message = find(Message, id, options=[joinedload(Message.parent).joinedload(Thread.group)])
    user = person()
    page = min(whole(request.args.get("page", "1")) or 1, 1000)
    may_see_text = policy.may_see_text(user, message)
    texts = message.earlier[::-1][(page - 1) * VERSIONS : page * VERSIONS + 1]
    return render_template(
        "discussions/more.html",
        message=message,
        earlier=texts[:VERSIONS],
        older=len(texts) > VERSIONS,
        page=page,
        thread=message.parent,
        may=sorted(policy.rights(user, message.parent)),
        may_see_text=may_see_text,
        said=titled(html_of(message)) if may_see_text else "",
        may_edit=policy.may_edit(user, message),
        may_withdraw=policy.may_withdraw(user, message),
        may_react=policy.may_react(user, message),
        makes=[one for one in Message.makes if one[3](user, message.parent.group)],
        offers=[offer for offer in Message.offers if offer[3](user, message)],
        place=place_of(message),
    )


@blueprint.route("/messages/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def edit(id: str) -> Any:
    """Change one's own message."""
    message = find(Message, id)
    ask(policy.may_edit, message)
    form = EditForm(data={"text": message.text} if request.method == "GET" else None)
    if form.validate_on_submit():
        actions.edit(person(), message, **form.facts())
        return redirect(place_of(message), 303)
    page = render_template("discussions/edit.html", message=message, form=form, place=place_of(message))
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/messages/<id>/withdraw")
@login_required
@often
def withdraw(id: str) -> Any:
    """Take back one's own message; the notice on the next page can undo it."""
    message = find(Message, id)
    actions.withdraw(person(), message)
    offer_undo(_("Your message is withdrawn."), url_for(".restore", id=message.id))
    return redirect(place_of(message), 303)


deed(blueprint, "/messages/<id>/restore", Message, actions.restore, place_of)


@blueprint.post("/messages/<id>/react")
@login_required
@often
def react(id: str) -> Any:
    """Put a reaction to it, or take it off."""
    message = find(Message, id)
    form = ReactForm()
    if not form.validate():
        raise Invalid(emoji=_("Please choose one of the reactions."))
    actions.react(person(), message, emoji=form.emoji.data)
    return redirect(place_of(message), 303)
