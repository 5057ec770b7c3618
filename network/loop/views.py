"""Links over HTTP: made from the page of a thing, and taken off there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import login_required

from network.changes import Invalid
from network.doors import ask, back, often, person
from network.loop import actions, policy
from network.loop.ends import End, ends
from network.loop.forms import LinkForm
from network.loop.models import Link
from network.things import Thing, find

blueprint = Blueprint("loop", __name__)


@blueprint.app_template_global("links_of")
def links_of(thing: Thing) -> list[End]:
    """What a thing is linked with, for whoever reads the page."""
    return ends(person(), thing)


@blueprint.app_template_global("may_link")
def may_link(thing: Thing) -> bool:
    """Whether whoever reads the page may link the thing."""
    return policy.may_link(person(), thing)


@blueprint.route("/things/<id>/link", methods=["GET", "POST"])
@login_required
@often
def link(id: str) -> Any:
    """Link a thing with another page."""
    thing = find(Thing, id)
    ask(policy.may_link, thing)
    form = LinkForm()
    if form.validate_on_submit():
        try:
            actions.link(person(), thing, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved."))
            return redirect(url_for("rooms.permalink", id=thing.id), 303)
    page = render_template("loop/link.html", thing=thing, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/links/<id>/remove")
@login_required
@often
def unlink(id: str) -> Any:
    """Take a link off."""
    found = find(Link, id)
    actions.unlink(person(), found)
    flash(_("The link is removed."))
    return back(url_for("rooms.permalink", id=found.parent_id))
