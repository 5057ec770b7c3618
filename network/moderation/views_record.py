"""The Office's record of moderation and its settings, and the yearly figures for everybody."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import login_required
from sqlalchemy import select

from network import menus, tables
from network.changes import Invalid
from network.dates import local
from network.directory.models import Network, languages
from network.doors import often, person
from network.extensions import db
from network.groups.models import Group
from network.moderation import policy, record, rules, settings
from network.moderation.forms import SettingsForm
from network.moderation.models import CASE_STATES, MEASURES, Measure
from network.things import now, whole

blueprint = Blueprint("moderation_record", __name__)

FURTHER = 2  # empty rules at the end of the form


def _office_only() -> Network:
    """The network, for the Office; 404 for all others."""
    network = Network.the()
    if network is None or not policy.may_set(person(), network):
        abort(404)
    return network


@blueprint.get("/moderation/record")
@login_required
def show() -> str:
    """All decisions, filtered."""
    _office_only()
    wanted = _wanted()
    groups = db.session.execute(select(Group.id, Group.name).order_by(Group.name)).all()
    return render_template(
        "moderation/record.html",
        pages=db.paginate(record.decisions(wanted), per_page=50, max_per_page=50),
        wanted=wanted,
        groups=[(id, name) for id, name in groups],
        rules=rules.current(),
        measures=MEASURES,
        states=CASE_STATES,
        became=record.became,
    )


@blueprint.get("/moderation/record.csv")
@login_required
def export() -> Response:
    """The same as a table for spreadsheets."""
    _office_only()
    return tables.file("moderation.csv", record.heads(), record.rows(_wanted()))


def _wanted() -> record.Wanted:
    """The filter of the address; what cannot be read filters nothing."""
    given = request.args
    return record.Wanted(
        begin=_day(given.get("begin", "")),
        end=_day(given.get("end", "")),
        group_id=whole(given.get("group", "")),
        rule=given.get("rule", "")[:40],
        measure=given.get("measure", "") if given.get("measure") in list(Measure) else "",
        state=given.get("state", "") if given.get("state") in CASE_STATES else "",
    )


def _day(given: str) -> date | None:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2200 else None


@blueprint.get("/moderation/figures")
def figures() -> str:
    """A year in figures, for everybody."""
    this, first = local(now()).year, record.first_year()
    year = whole(request.args.get("year", str(this)))
    if year is None or not first <= year <= this:
        abort(404)
    years = range(this, first - 1, -1)
    return render_template("moderation/figures.html", figures=record.figures(year), years=years)


@blueprint.route("/settings/moderation", methods=["GET", "POST"])
@login_required
@often
def change_settings() -> Any:
    """Words to watch, the time for objections, new accounts."""
    network = _office_only()
    now_set = rules.settings()
    names = ("objection_days", "first_posts", "first_seconds")
    kept = {name: getattr(now_set, name) for name in names}
    form = SettingsForm(data={**kept, "words": "\n".join(now_set.words)})
    if form.validate_on_submit():
        settings.change_settings(person(), network, **form.facts())
        flash(_("Saved."))
        return redirect(url_for(".change_settings"), 303)
    return render_template("moderation/settings.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/settings/rules", methods=["GET", "POST"])
@login_required
@often
def change_rules() -> Any:
    """The network's own list of rules."""
    network = _office_only()
    problem = None
    if request.method == "POST":
        rows, problem = _rows_sent()
        if problem is None:
            try:
                settings.set_rules(person(), network, written=rows)
            except Invalid as invalid:
                problem = invalid.description
            else:
                flash(_("Saved."))
                return redirect(url_for(".change_rules"), 303)
    else:
        rows = _rows_kept()
    further = [{"slug": "", "names": {}, "texts": {}, "weight": 2} for _number in range(FURTHER)]
    page = render_template("moderation/edit_rules.html", rows=rows + further, problem=problem)
    return page, 422 if problem else 200


def _rows_kept() -> list[dict[str, Any]]:
    written = [row for row in rules.rows() if not row.retired]
    if written:
        return [
            {"slug": row.slug, "names": row.names, "texts": row.texts, "weight": row.weight}
            for row in written
        ]
    return [rules.in_all_languages(rule) for rule in rules.BUILT_IN]


def _rows_sent() -> tuple[list[dict[str, Any]], str | None]:
    """The rules of the form in their order, and what is wrong with them."""
    rows = []
    for number in range(min(len(request.form), 60)):
        if f"slug-{number}" not in request.form:
            continue
        names, texts = _by_language(f"name-{number}-", 40), _by_language(f"text-{number}-", 500)
        weight = whole(request.form.get(f"weight-{number}", "")) or 2
        if names:
            slug = request.form[f"slug-{number}"][:40]
            rows.append({"slug": slug, "names": names, "texts": texts, "weight": min(weight, 3)})
        elif texts:
            return rows, _("Please give each rule a word.")
    return rows, None


def _by_language(prefix: str, most: int) -> dict[str, str]:
    found = {code: " ".join(request.form.get(prefix + code, "").split())[:most] for code in languages()}
    return {code: said for code, said in found.items() if said}


menus.add("footer", 6, _l("Moderation in figures"), "moderation_record.figures")
