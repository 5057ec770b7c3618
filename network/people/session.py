"""The session of a browser: from the door on it is the person's, and nothing of before comes along."""

from flask import Response, after_this_request, request, session
from flask_login import current_user, login_user, logout_user

from network.people import accounts
from network.people.devices import device
from network.people.models import Person

STAYS = ("language", "theme")  # choices that are not worth anything to a thief


def begin_session(person: Person, *, kept: bool, epoch: int, rehashed: str | None = None) -> None:
    """Sign the person in on this device. Raises Stale if the account has changed meanwhile."""
    token = accounts.sign_in(
        person,
        person,
        device=device(request.user_agent.string),
        kept=kept,
        epoch=epoch,
        rehashed=rehashed,
    )
    _begin_anew()  # a session that somebody else may have begun must not become this person's
    session.permanent = kept
    session["sign-in"] = token
    login_user(person)


def forget_session() -> None:
    """Nobody is signed in here any more; language and theme stay.

    Nor does the browser keep the pages that it showed: "back" would show them to whoever sits there next.
    """
    language = getattr(current_user, "language", None)
    _begin_anew()
    if language:
        session["language"] = language

    @after_this_request
    def keep_no_pages(response: Response) -> Response:
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _begin_anew() -> None:
    logout_user()
    stays = {name: session[name] for name in STAYS if name in session}
    session.clear()
    session.update(stays)
