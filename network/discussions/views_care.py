"""What those who look after a group do to its discussions, over HTTP."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required

from network.changes import Invalid
from network.discussions import care, policy
from network.discussions.forms import SlowForm, TitleForm
from network.discussions.models import Thread
from network.doors import ask, deed, often, person
from network.things import find

blueprint = Blueprint("threads", __name__)

# What can be switched: (address, action, what it sets)
SWITCHES: list[tuple[str, Callable[..., Any], dict[str, Any]]] = [
    ("pin", care.pin, {"pinned": True}),
    ("unpin", care.pin, {"pinned": False}),
    ("resolve", care.resolve, {"resolved": True}),
    ("take-up", care.resolve, {"resolved": False}),
    ("lock", care.lock, {"locked": True}),
    ("unlock", care.lock, {"locked": False}),
]


def _page(thread: Thread) -> str:
    return url_for("discussions.show", id=thread.id)


for name, act, facts in SWITCHES:
    deed(blueprint, f"/threads/<id>/{name}", Thread, act, _page, **facts)


@blueprint.post("/threads/<id>/slow")
@login_required
@often
def slow(id: str) -> Any:
    """How often one person may write."""
    thread = find(Thread, id)
    form = SlowForm()
    if not form.validate():
        raise Invalid(seconds=_("Please choose one of the entries."))
    care.slow_down(person(), thread, seconds=form.seconds.data)
    return redirect(_page(thread), 303)


@blueprint.route("/threads/<id>/rename", methods=["GET", "POST"])
@login_required
@often
def rename(id: str) -> Any:
    """Another title."""
    thread = find(Thread, id)
    ask(policy.may_moderate, thread)
    form = TitleForm(data={"title": thread.title} if request.method == "GET" else None)
    if form.validate_on_submit():
        care.rename(person(), thread, **form.facts())
        return redirect(_page(thread), 303)
    page = render_template("discussions/rename.html", thread=thread, form=form, slow=SlowForm(formdata=None))
    return (page, 422) if request.method == "POST" else page
