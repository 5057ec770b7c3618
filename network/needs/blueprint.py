"""The addresses under which needs are: one blueprint, and what its files of pages share."""

from typing import Any

from flask import Blueprint, render_template
from sqlalchemy.orm import joinedload, selectinload

from network.needs.models import Need, NeedSupport

blueprint = Blueprint("needs", __name__)


def whole_need() -> list[Any]:
    """Loader options for a need with all that its page says of itself, in its own statement."""
    return [
        joinedload(Need.person),
        joinedload(Need.organisation),
        joinedload(Need.municipality),
        joinedload(Need.group),
        joinedload(Need.topics),
        joinedload(Need.languages),
        joinedload(Need.merged_into),
        selectinload(Need.supports).joinedload(NeedSupport.organisation),
    ]


def again(form: Any, template: str, **context: Any) -> Any:
    """The page of a form, with what is wrong in it."""
    page = render_template(template, form=form, **context)
    return page, 422 if form.is_submitted() else 200
