"""The pages on which approved minutes are published, withdrawn, and read by everybody."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_required
from sqlalchemy.orm import joinedload

from network.approval import doubts, policy, public, publishing, snapshot, veil
from network.approval.blueprint import blueprint, frozen_minutes_of
from network.approval.forms import PublishForm, WithdrawForm
from network.approval.models import Audience
from network.approval.reading import versions_of
from network.changes import Invalid, Stale
from network.doors import ask, often, person, with_reason
from network.groups.models import Group, Visibility
from network.groups.policy import may_read
from network.meetings import policy as meetings
from network.meetings.models import Meeting
from network.minutes.models import Minutes, MinutesState
from network.things import find

MOST_LISTED = 50  # published minutes on the page of a group: several years

blueprint.add_app_template_filter(veil.shown, "shown")


@blueprint.route("/meetings/<id>/minutes/publish", methods=["GET", "POST"])
@login_required
@often
def publish(id: str) -> Any:
    """Publish the newest version, after a look at what the public would read beside what was approved.

    A button of the form shows the preview anew, with the words that are left out by then.
    """
    minutes = frozen_minutes_of(id)
    ask(policy.may_publish, minutes)
    last = versions_of(minutes)[0]
    said, people = snapshot.read(last), public.everybody()
    named = doubts.agreed(said, people)
    standing = publishing.standing_of(minutes)
    offered = policy.audiences(minutes.parent.parent)
    is_as_before = standing is not None and standing.audience in offered
    if standing is not None:
        further = doubts.newly_doubtful(said, standing, named=named, people=people)
        suggested = [*standing.left_out, *further]
    else:
        suggested = doubts.doubtful(said, named=named, people=people)
    form = PublishForm(
        offered,
        data={
            "version": last.number,
            "audience": standing.audience if standing is not None and is_as_before else offered[-1],
            "left_out": "\n".join(suggested),
        },
    )
    is_looking = "look" in request.form
    status = 200 if is_looking or not form.is_submitted() else 422
    if form.validate_on_submit() and not is_looking:
        try:
            publishing.publish(current_user, minutes, key=form.key.data, **form.facts())
        except Invalid as invalid:
            form.refuse(invalid.errors)
        except Stale as stale:
            form.form_errors.append(stale.description)
            form.version.data, status = last.number, 409
        else:
            flash(_("The minutes are published and on their way to those who get them."))
            return redirect(url_for("minutes.show", id=minutes.meeting_id), 303)
    words = form.words() if not form.left_out.errors else []
    page = render_template(
        "approval/publish.html",
        meeting=minutes.parent,
        minutes=minutes,
        form=form,
        said=said,
        public=public.version_for_public(said, named=named, left_out=words),
        named=len(named),
        is_as_before=is_as_before,
    )
    return page, 422 if is_looking else status


@blueprint.route("/meetings/<id>/minutes/withdraw", methods=["GET", "POST"])
@login_required
@often
def withdraw(id: str) -> Any:
    """Withdraw what was published, with a reason that stays on record."""
    minutes = frozen_minutes_of(id)
    return with_reason(
        publishing.withdraw,
        minutes,
        WithdrawForm(),
        done=_("The minutes are withdrawn. They stay approved, as they are."),
        to=url_for("minutes.show", id=minutes.meeting_id),
        template="approval/withdraw.html",
        meeting=minutes.parent,
    )


@blueprint.get("/minutes/<id>")
def published(id: str) -> Any:
    """Everybody's address of published minutes. What is not public leads those who may read to all of it."""
    minutes = find(
        Minutes,
        id,
        policy.may_read_published,
        options=[joinedload(Minutes.parent).joinedload(Meeting.parent)],
    )
    meeting = minutes.parent
    standing = publishing.standing_of(minutes)
    if standing is None or minutes.published_to != Audience.PUBLIC or not _is_public(meeting.parent):
        return redirect(url_for("minutes.show", id=meeting.id))
    return render_template(
        "approval/public.html",
        meeting=meeting,
        group=meeting.parent,
        minutes=minutes,
        publication=standing,
        said=public.read_by_public(standing),
        may_read=meetings.may_read(person(), meeting),
    )


def _is_public(group: Group) -> bool:
    return group.visibility == Visibility.PUBLIC


def published_of(user: Any, group: Group) -> dict[str, Any]:
    """For the page of a public group, as visitors see it: its published minutes, the newest first."""
    if may_read(user, group):
        return {}
    if not _is_public(group):
        return {"published": []}
    listed = publishing.standing_for_public(group, MOST_LISTED)
    people = public.everybody({id for one in listed for id in one.named}) if listed else []
    return {"published": [(one, public.title_for_public(one, people)) for one in listed]}


def _address_for_public(meeting: Meeting) -> str | None:
    """Where everybody reads the minutes of a meeting, if they are published to the public."""
    minutes = meeting.minutes
    if (
        minutes is None
        or minutes.state != MinutesState.PUBLISHED
        or minutes.published_to != Audience.PUBLIC
        or not _is_public(meeting.parent)
    ):
        return None
    return url_for("approval.published", id=minutes.id)


Minutes.led_to_by = _address_for_public


Group.page_parts.append(published_of)
