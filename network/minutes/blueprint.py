"""The addresses under which minutes are: one blueprint for the several files of pages."""

from typing import Any

from flask import Blueprint, current_app
from flask_login import current_user

from network.changes import Invalid
from network.extensions import limiter

blueprint = Blueprint("minutes", __name__)

often = limiter.limit(
    lambda: current_app.config["RATE_DEEDS_ACCOUNT"], key_func=lambda: f"person:{current_user.id}"
)


def facts_of(form: Any) -> dict[str, Any]:
    """What a deed carries. Raises Invalid, since a deed has no page of its own to show what is wrong."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    facts: dict[str, Any] = form.facts()
    return facts
