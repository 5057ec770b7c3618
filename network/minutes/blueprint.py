"""The addresses under which minutes are: one blueprint for the several files of pages."""

from typing import Any

from flask import Blueprint

from network.changes import Invalid

blueprint = Blueprint("minutes", __name__)


def facts_of(form: Any) -> dict[str, Any]:
    """What a deed carries. Raises Invalid, since a deed has no page of its own to show what is wrong."""
    if not form.validate():
        raise Invalid(**{name: errors[0] for name, errors in form.errors.items() if name and errors})
    facts: dict[str, Any] = form.facts()
    return facts
