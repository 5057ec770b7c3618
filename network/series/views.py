"""Pages of series: their pattern with the days that it means, and the meetings made by it."""

from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import login_required
from sqlalchemy import select

from network import dates
from network.changes import Invalid
from network.doors import ask, back, often, person
from network.extensions import db
from network.groups.models import Group
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.meetings.warnings import holiday_on
from network.series import actions, policy
from network.series.forms import NewSeriesForm, SeriesForm, present, suggestions
from network.series.models import Series
from network.series.pattern import days, in_words, times
from network.things import find

Kind = TypeVar("Kind", bound=SeriesForm)
blueprint = Blueprint("series", __name__)

blueprint.add_app_template_global(in_words, "series_in_words")  # for its fragment

SHOWN = 5  # days of a preview


def preview(series: Series, since: date | None = None) -> list[tuple[datetime, datetime, str | None]]:
    """The next days of a pattern: begin, end, and the public holiday that falls on it."""
    since = since or max(dates.today(), series.first_day)
    return [(*times(series, day), holiday_on(day)) for day in islice(days(series, since), SHOWN)]


@blueprint.get("/groups/<id>/series")
@login_required
def list_of_group(id: str) -> Any:
    """A group's series; those that have ended come last."""
    group = find(Group, id)
    ask(meetings.may_plan, group)
    found = db.session.scalars(
        select(Series)
        .where(Series.parent_id == group.id, Series.removed_at.is_(None))
        .order_by(Series.ended_at.is_not(None), Series.title, Series.id)
    ).all()
    return render_template("series/list_of_group.html", group=group, series=found)


@blueprint.route("/groups/<id>/series/new", methods=["GET", "POST"])
@login_required
@often
def plan(id: str) -> Any:
    """Describe a pattern, look at the days that it means, then begin it."""
    group = find(Group, id)
    ask(meetings.may_plan, group)
    form = _form(NewSeriesForm, suggestions(group))
    if form.validate_on_submit():
        try:
            series = actions.plan_series(person(), group, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("The series begins. Its meetings are prepared by themselves, as drafts."))
            return redirect(url_for(".show", id=series.id), 303)
    return _page("series/new.html", form, group=group)


@blueprint.route("/series/<id>/edit", methods=["GET", "POST"])
@login_required
@often
def change(id: str) -> Any:
    """Change the pattern for what is not prepared yet."""
    series = find(Series, id)
    ask(policy.may_plan_series, series)
    form = _form(SeriesForm, present(series))
    if form.validate_on_submit():
        try:
            actions.change_series(person(), series, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        else:
            flash(_("Saved. Meetings that are prepared already stay as they are."))
            return redirect(url_for(".show", id=series.id), 303)
    return _page("series/edit.html", form, series=series, group=series.parent)


def _form(kind: type[Kind], begin: dict[str, Any]) -> Kind:
    """Filled in from what was sent: with GET to look at the days, with POST to save."""
    if request.method == "POST":
        return kind()
    if "first_on" in request.args:
        return kind(request.args, meta={"csrf": False})  # nothing is changed by looking
    return kind(data=begin)


def _page(template: str, form: SeriesForm, **facts: Any) -> Any:
    """The form, and below it the days if it was sent to look at them."""
    looks = request.method == "GET" and "first_on" in request.args and form.validate()
    pattern = form.pattern() if looks else None
    page = render_template(
        template,
        form=form,
        days=preview(pattern) if pattern else None,
        words=in_words(pattern) if pattern else "",
        **facts,
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/series/<id>")
@login_required
def show(id: str) -> Any:
    """The pattern, the next days, and the meetings made by it."""
    series = find(Series, id)
    user = person()
    made = db.session.scalars(
        select(Meeting)
        .where(Meeting.series_id == series.id, Meeting.removed_at.is_(None))
        .order_by(Meeting.starts_at.desc())
        .limit(12)
    ).all()
    return render_template(
        "series/show.html",
        series=series,
        group=series.parent,
        days=preview(series) if series.ended_at is None else [],
        meetings=[meeting for meeting in made if meetings.may_read(user, meeting)],
        plans=policy.may_plan_series(user, series),
    )


@blueprint.post("/series/<id>/end")
@login_required
@often
def end(id: str) -> Any:
    """Prepare no more meetings."""
    series = find(Series, id)
    actions.end_series(person(), series)
    flash(_("The series has ended. Meetings that are prepared already stay."))
    return back(url_for(".show", id=series.id))


@blueprint.post("/series/<id>/prepare")
@login_required
@often
def prepare(id: str) -> Any:
    """Make the next draft now."""
    series = find(Series, id)
    meeting = actions.prepare_next(person(), series)
    if meeting is None:
        flash(_("Nothing to prepare: the next meeting is there already, or the series has ended."), "info")
        return redirect(url_for(".show", id=series.id), 303)
    flash(_("The draft is ready. Only those who plan the meeting see it until it is announced."))
    return redirect(url_for("sitting.show", id=meeting.id), 303)
