"""What views do alike: a deed without a form, ask first, find what was removed, go back, offer to undo."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user, login_required
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from network.changes import Refused, reason
from network.extensions import db, limiter
from network.things import Thing, find, whole

T = TypeVar("T", bound=Thing)


def person() -> Any:
    """Who is there, without the proxy."""
    return current_user._get_current_object()


# How often an account may do things; looking at pages is not counted.
often = limiter.limit(
    lambda: current_app.config["RATE_DEEDS_ACCOUNT"],
    key_func=lambda: f"person:{current_user.id}",
    methods=["POST"],
)


def deed(
    blueprint: Blueprint,
    address: str,
    model: type[T],
    act: Callable[..., Any],
    to: Callable[[Any], str],
    *,
    endpoint: str = "",
    **facts: Any,
) -> None:
    """Let a POST do one deed to a thing of this type, with these facts and no form, and then go elsewhere.

    The endpoint is the last word of the address if none is given. `to` says where, for what the deed returns.
    """

    @often
    @login_required
    def view(id: str) -> Any:
        return redirect(to(act(person(), find(model, id), **facts)), 303)

    endpoint = endpoint or address.rpartition("/")[2].replace("-", "_")
    blueprint.add_url_rule(address, endpoint, view, methods=["POST"])


def ask(may: Callable[[Any, Any], bool], thing: Thing) -> None:
    """Refuse a page whose form its reader could not send anyway, with the rule's reason."""
    if not may(person(), thing):
        raise Refused(reason(may, person()))


def with_reason(
    deed: Callable[..., Any], thing: Thing, form: Any, *, done: str, to: str, template: str, **facts: Any
) -> Any:
    """Answer the page of a deed that asks for a reason, and of nothing else; then go `to` where it shows.

    `done` is the notice. Whoever may not do it reads why at once, not after they have typed.
    """
    ask(deed.may, thing)  # type: ignore[attr-defined]  # of every action
    if form.validate_on_submit():
        deed(person(), thing, **form.facts())
        flash(done)
        return redirect(to, 303)
    return render_template(template, form=form, **facts), 422 if form.is_submitted() else 200


def find_removed(model: type[T], id: object, may: Callable[[Any, T], bool]) -> T:
    """As `find`, for what has been removed and may be brought back; it may be back already."""
    number = whole(id)
    thing = db.session.get(model, number, options=[joinedload(Thing.room)]) if number else None
    if thing is None or not may(person(), thing):
        abort(404)
    return thing


def parts_of(address: str) -> SplitResult:
    """The parts of an address; all empty for what is none, such as half a host of IPv6."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def back(otherwise: str, done_with: str = "") -> Any:
    """To the page that the deed was done on, so that nobody loses their place.

    Not to the form's own address, nor to the page `done_with`, which held nothing but the form.
    """
    came_from = parts_of(request.referrer or "")
    # A path that begins with two slashes would name another host.
    elsewhere = came_from.netloc != request.host or came_from.path.startswith("//")
    same = not elsewhere and came_from.path not in ("", request.path, done_with)
    page = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    return redirect(page if same else otherwise, 303)


def offer_undo(text: str, url: str) -> None:
    """Tell that something is gone, with a button that brings it back."""
    flash(
        Markup(
            '{} <button class="nw-btn nw-btn--small nw-btn--quiet" form="deed" formaction="{}">{}</button>'
        ).format(text, url, _("Undo")),
        "undo",
    )
