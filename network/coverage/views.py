"""The pages on which is read what is missing where, beside what there is."""

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required

from network import menus, tables
from network.coverage import counting, policy
from network.coverage.counting import WHOLE_DISTRICT, By, Key, Where
from network.directory.models import Municipality, Topic
from network.doors import person
from network.extensions import db
from network.needs.lists import numbers_of
from network.needs.policy import observes
from network.people.forms import SPOKEN, language_name
from network.things import whole

blueprint = Blueprint("coverage", __name__)

MOST_THIN = 8
DISTRICT = "district"  # in addresses, in place of a municipality's id


def _reader() -> Any:
    """Whoever may see the picture; for all others there is none."""
    user = person()
    if not policy.may_see(user):
        abort(404)
    return user


def _by() -> By:
    return By.LANGUAGE if request.args.get("by") == By.LANGUAGE else By.MUNICIPALITY


@blueprint.app_template_global("spot_of")
def spot_of(topic_id: int, by: By, key: Key) -> str:
    """The address of one topic in one place or language."""
    return url_for("coverage.spot", topic_id=topic_id, by=by, key=key or DISTRICT)


@blueprint.app_template_global("of_register")
def of_register(by: By, key: Key, topic_id: int | None = None) -> dict[str, Any]:
    """The same for the register of needs, which cannot be narrowed to the whole district."""
    narrowed: dict[str, Any] = {} if topic_id is None else {"topic": topic_id}
    return narrowed | ({} if key == WHOLE_DISTRICT else {str(by): key})


@blueprint.get("/coverage")
@login_required
def show() -> str:
    """The picture: the thinnest spots, then all of them as a table."""
    found = counting.picture(_reader(), _by())
    return render_template(
        "coverage/show.html", picture=found, thinnest=found.thinnest(MOST_THIN), ways=list(By)
    )


@blueprint.get("/coverage/<topic_id>/<by>/<key>")
@login_required
def spot(topic_id: str, by: str, key: str) -> str:
    """One topic in one place or language: what is missing there, and what there is."""
    user = _reader()
    topic = db.session.get(Topic, whole(topic_id) or 0)
    where = _where(by, key)
    if topic is None or where is None:
        abort(404)
    held = counting.held(user, topic, By(by), where.key)
    return render_template(
        "coverage/spot.html",
        topic=topic,
        by=By(by),
        where=where,
        held=held,
        numbers=numbers_of(held.needs + held.needs_of_all),
        here={
            "topic_id": topic.id,
            **({"municipality_id": where.key} if _is_municipality(by, where) else {}),
        },
        may_observe=observes(user),
    )


def _is_municipality(by: str, where: Where) -> bool:
    return by == By.MUNICIPALITY and where.key != WHOLE_DISTRICT


def _where(by: str, key: str) -> Where | None:
    """The place or language that an address names, if there is such a one."""
    if by == By.LANGUAGE:
        return Where(key, language_name(key)) if key in SPOKEN else None
    if by != By.MUNICIPALITY:
        return None
    if key == DISTRICT:
        return Where(WHOLE_DISTRICT, counting.whole_district())
    found = db.session.get(Municipality, whole(key) or 0)
    return Where(found.id, found.name) if found is not None else None


@blueprint.get("/coverage.csv")
@login_required
def export() -> Response:
    """The numbers of the picture as a table, a line for each topic in each place or language."""
    found = counting.picture(_reader(), _by())
    heads = [
        _("Topic"),
        _("Municipality") if found.by == By.MUNICIPALITY else _("Language"),
        _("Needs"),
        _("Organisations"),
        _("Goals"),
        _("Needs for each organisation and goal"),
    ]
    rows = (
        [
            one.topic.name,
            one.where.name,
            len(one.needs),
            len(one.organisations),
            len(one.goals),
            one.thinness,
        ]
        for one in found.spots.values()
    )
    return tables.file(f"coverage-{found.by}.csv", heads, rows)


menus.add(
    "profile",
    34,
    _l("What is missing where"),
    "coverage.show",
    may=policy.may_see,
    icon="map",
    part_of=("coverage",),
)
menus.add("office", 37, _l("What is missing where"), "coverage.show", icon="map")
