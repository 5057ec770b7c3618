"""The start page, "My area", the personal calendar, and search."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_sqlalchemy.pagination import SelectPagination
from icalendar import vText
from sqlalchemy import and_, inspect, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from werkzeug.wrappers import Response as BaseResponse

from network import menus, search
from network.attendance.models import Answer, Attendance
from network.directory.models import Network
from network.discussions.counts import of_user
from network.extensions import db, limiter
from network.goals.lists import waits_for
from network.groups import news
from network.groups.asking import asking, led
from network.groups.models import Group, JoinRequest, Visibility
from network.groups.parts import of_cards
from network.groups.policy import role
from network.home import actions, found, parts
from network.home.waiting import BELL, circulated, forget_count, ids, waiting, waiting_by_kind
from network.invitations import calendar
from network.meetings.lists import coming, known, meetings_seen_by
from network.meetings.models import AgendaItem, Meeting, MeetingState, Presenter
from network.meetings.policy import may_read
from network.minutes.models import Minutes, MinutesState
from network.minutes.registers import is_overdue
from network.moderation.models import CaseState
from network.needs.lists import what_became
from network.needs.policy import may_see as may_see_need
from network.notices.counts import how_many_unread
from network.people.models import Person, PersonState
from network.things import Thing, now

blueprint = Blueprint("home", __name__)

MEETINGS_ON_START = 5
MEETINGS_IN_AREA = 8
NEWS_IN_AREA = 4
RESULTS = 20
CALENDAR_BACK = timedelta(days=90)

# How people are welcomed: the languages that are spoken most in such networks.
WELCOMES = [
    ("de", "ltr", "Willkommen"),
    ("ar", "rtl", "أهلًا وسهلًا"),
    ("uk", "ltr", "Ласкаво просимо"),
    ("tr", "ltr", "Hoş geldiniz"),
    ("fa", "rtl", "خوش آمدید"),
    ("en", "ltr", "Hello and welcome"),
]


# The start page


@blueprint.get("/")
def start() -> Any:
    """What the network is, for visitors; whoever is signed in goes on to their own area."""
    if current_user.is_authenticated:
        return redirect(url_for(".my"))
    groups = db.session.scalars(
        select(Group)
        .where(Group.visibility == Visibility.PUBLIC, Group.archived_at.is_(None), Group.removed_at.is_(None))
        .order_by(Group.name)
        .options(joinedload(Group.topics))
    ).unique()
    public = meetings_seen_by(current_user).where(coming(), known())
    meetings = db.session.scalars(public.order_by(Meeting.starts_at, Meeting.id).limit(MEETINGS_ON_START))
    root = Network.the()
    shown = list(groups)
    return render_template(
        "home/start.html",
        groups=shown,
        parts=of_cards(current_user, shown),
        meetings=list(meetings),
        welcomes=WELCOMES,
        applications_open=root is not None and root.applications_open,
    )


# My area


@dataclass(frozen=True)
class Date:
    """A meeting in one's area, and one's own part in it."""

    meeting: Meeting
    attendance: Attendance | None

    @property
    def owes_answer(self) -> bool:
        """Whether the person was asked and can still answer."""
        mine = self.attendance
        return mine is not None and mine.answer == Answer.NONE and self.meeting.state == "announced"


@blueprint.get("/my")
@login_required
def my() -> str:
    """What the person needs today: meetings, what waits, what is new."""
    user = current_user._get_current_object()
    forget_count(user.id)  # what the page lists is what the bell counts
    seen = news.visits(user)
    rows = db.session.execute(
        select(Group, seen.number)
        .outerjoin(seen, seen.room_id == Group.room_id)
        .where(Group.removed_at.is_(None), Group.archived_at.is_(None))
        .order_by(Group.name)
        .options(joinedload(Group.room))
    ).all()
    visits = {group: number for group, number in rows if role(user, group) is not None}
    dates = _dates(user, [group.id for group in visits])
    changes = news.latest(user, [group.room_id for group in visits], most=NEWS_IN_AREA)
    told_of = news.ids_in(change for found in changes.values() for change in found)
    held = news.things(told_of, *ids(asking(user)), *circulated(user), what_became(user))
    held += news.related(held)
    told = {
        group: [line for line in news.lines(changes.get(group.room_id, []), number or 0) if line.is_new]
        for group, number in visits.items()
    }
    return render_template(
        "home/my.html",
        running=[date for date in dates if date.meeting.running],
        dates=[date for date in dates if not date.meeting.running][:MEETINGS_IN_AREA],
        groups=list(visits),
        unread=of_user(user),
        news={group: lines for group, lines in told.items() if lines},
        mentions=how_many_unread(user),
        counted=waiting_by_kind(user),
        **_waiting(user, held),
    )


def _dates(user: Any, groups: list[int]) -> list[Date]:
    """Meetings that are on or to come: of one's groups, and where one was invited or holds an office."""
    mine = aliased(Attendance, flat=True)  # it is a thing as well, beside the meeting
    query = (
        meetings_seen_by(user)
        .add_columns(mine)
        .outerjoin(
            mine,
            and_(mine.meeting_id == Meeting.id, mine.person_id == user.id, mine.removed_at.is_(None)),
        )
        .where(coming(), known(), _concerns(user, groups))
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MEETINGS_IN_AREA + 5)
    )
    return [Date(meeting, attendance) for meeting, attendance in db.session.execute(query)]


def _concerns(user: Any, groups: list[int]) -> Any:
    invited = select(Attendance.meeting_id).where(
        Attendance.person_id == user.id, Attendance.removed_at.is_(None)
    )
    return or_(
        Meeting.parent_id.in_(groups),
        Meeting.chair_id == user.id,
        Meeting.minute_taker_id == user.id,
        Meeting.id.in_(invited),
    )


def _waiting(user: Any, held: list[Thing]) -> dict[str, list[Any]]:
    """What waits, by its kind, of what has been loaded: with it come things that the news speak of."""
    own = led(user)
    kinds: dict[str, list[Any]] = {
        name: [thing for thing in held if thing.type == type]
        for name, type in (
            ("requests", "join_request"),
            ("proposals", "agenda_proposal"),
            ("minutes", "minutes"),
            ("corrections", "correction"),
            ("attended", "attendance"),
            ("tasks", "action"),
            ("goals", "goal"),
            ("plans", "goal_plan"),
            ("cases", "moderation_case"),
            ("messages", "message"),
            ("needs", "need"),
        )
    }
    asked: list[JoinRequest] = [one for one in kinds.pop("requests") if one.state == "open"]
    kinds["invitations"] = [one for one in asked if one.invited and one.person_id == user.id]
    kinds["requests"] = [one for one in asked if not one.invited and one.group_id in own]
    kinds["proposals"] = [one for one in kinds["proposals"] if one.state == "open" and one.parent_id in own]
    circulated_ones = [one for one in kinds["minutes"] if one.state == MinutesState.CIRCULATED]
    still_open = Counter(one.minutes_id for one in kinds.pop("corrections") if one.is_open)
    attended = {
        one.meeting_id for one in kinds.pop("attended") if one.person_id == user.id and one.was_present
    }
    kinds["to_settle"] = [
        (one, still_open[one.id])
        for one in circulated_ones
        if still_open[one.id] and (one.parent.minute_taker_id == user.id or one.parent.parent_id in own)
    ]
    kinds["to_correct"] = sorted(
        (
            one
            for one in circulated_ones
            if one.meeting_id in attended and not one.corrections_over and may_read(user, one.parent)
        ),
        key=lambda one: (one.corrections_until, one.id),
    )
    kinds["goals"] = [one for one in kinds["goals"] if waits_for(user, one, own)]
    kinds["needs"] = [one for one in reversed(kinds["needs"]) if may_see_need(user, one)]
    kinds["minutes"] = [one for one in kinds["minutes"] if _is_to_send(user, one, own)]
    open_cases = [case.group_id for case in kinds.pop("cases") if case.state == CaseState.OPEN]
    waits = [said.parent.group_id for said in kinds.pop("messages") if said.state == "waiting"]
    kinds["judging"] = sorted(Counter(id for id in open_cases + waits if id in own).items())
    tasks = sorted(
        (one for one in kinds["tasks"] if one.state == "open"),
        key=lambda one: (one.due_on is None, one.due_on, one.id),
    )
    kinds["tasks"] = [one for one in tasks if one.person_id == user.id]
    kinds["late"] = [
        one for one in tasks if one.person_id != user.id and one.group_id in own and is_overdue(one)
    ]
    return kinds


def _is_to_send(user: Any, minutes: Minutes, led_groups: set[int]) -> bool:
    """Whether the user is to finish these minutes of a meeting that is over."""
    meeting = minutes.parent
    if minutes.state != MinutesState.WRITING or meeting.state != MeetingState.CLOSED:
        return False
    if meeting.minute_taker_id is not None:
        return bool(meeting.minute_taker_id == user.id)
    return meeting.parent_id in led_groups


@blueprint.after_app_request
def count_anew(response: Response) -> Response:
    """After a deed of the person the bell counts again."""
    user = current_user._get_current_object() if request.method == "POST" else None
    if isinstance(user, Person):
        forget_count(inspect(user).identity[0])  # nothing is read for it
    return response


# The personal calendar


@blueprint.get("/my/calendar")
@login_required
def my_calendar() -> str:
    """The secret address of one's meetings, and how to subscribe to it."""
    token = current_user.calendar_token
    address = url_for(".feed", token=token, _external=True) if token else ""
    return render_template("home/calendar.html", address=address)


@blueprint.post("/my/calendar/renew")
@login_required
def renew_calendar() -> Any:
    """A new address; whoever has the old one gets nothing more."""
    had = bool(current_user.calendar_token)
    actions.renew_calendar(current_user, current_user._get_current_object())
    flash(
        _("Your calendar has a new address. The old one no longer works.")
        if had
        else _("Your calendar is ready.")
    )
    return redirect(url_for(".my_calendar"), 303)


@blueprint.get("/calendar/<token>.ics")
@limiter.limit("120 per hour", key_func=lambda: f"calendar:{(request.view_args or {}).get('token')}")
def feed(token: str) -> BaseResponse:
    """The meetings of the person whose secret address this is."""
    person = (
        db.session.scalars(
            select(Person)
            .where(Person.calendar_token == token, Person.state == PersonState.ADMITTED)
            .options(joinedload(Person.memberships))
        )
        .unique()
        .one_or_none()
    )
    if person is None:
        abort(404)
    groups = [place.group_id for place in person.memberships if place.active]
    query = (
        meetings_seen_by(person)
        .where(known(), Meeting.starts_at > now() - CALENDAR_BACK, _concerns(person, groups))
        .order_by(Meeting.starts_at, Meeting.id)
        .options(
            selectinload(Meeting.agenda).options(
                selectinload(AgendaItem.presenters).joinedload(Presenter.person)
            )
        )
    )
    declined = set(
        db.session.scalars(
            select(Attendance.meeting_id).where(
                Attendance.person_id == person.id, Attendance.answer == Answer.DECLINED
            )
        )
    )
    events = []
    with force_locale(person.language or current_app.config["LANGUAGES"][0]):
        for meeting in db.session.scalars(query):
            event = calendar.event_of(meeting)
            if meeting.id in declined:  # known of, but no time is blocked for it
                event["TRANSP"] = vText("TRANSPARENT")
            events.append(event)
    content = calendar.file(*events, method="PUBLISH")
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    # The moment at which the file was made is no change of what it says.
    lines = [line for line in content.splitlines() if not line.startswith(b"DTSTAMP")]
    response.set_etag(hashlib.sha256(b"\n".join(lines)).hexdigest())
    return response.make_conditional(request)


# Search


@blueprint.get("/search")
def find() -> str:
    """Groups, meetings, items and minutes that have all the words, as far as the reader may see them."""
    wanted = request.args.get("q", "").strip()[:200]
    kind = request.args.get("type", "")
    hits = search.find(current_user._get_current_object(), wanted, kind)
    pages = _Pages(
        select=hits.entries,
        session=db.session,
        per_page=RESULTS,
        max_per_page=RESULTS,
        error_out=False,
        known=hits.counts.get(kind, hits.total),
    )
    lines = found.results(hits, list(pages.items))
    return render_template(
        "home/search.html",
        wanted=wanted,
        kind=kind if kind in hits.counts else "",
        hits=hits,
        pages=pages,
        sections=[(type, list(part)) for type, part in groupby(lines, lambda line: line.thing.type)],
        sources=search.sources(),
    )


class _Pages(SelectPagination):  # type: ignore[misc]  # the library has no types for it
    """Pages whose number is `known` already."""

    def _query_count(self) -> int:
        return int(self._query_args["known"])


def _is_signed_in(user: Any) -> bool:
    return bool(user.is_authenticated)


parts.add_to_groups()
menus.add("main", 10, _l("My area"), "home.my", may=_is_signed_in, icon="home")
menus.add(
    "main", 60, _l("Goals"), "goals.overview", may=_is_signed_in, icon="target-arrow", part_of=("goals",)
)
menus.add("main", 70, _l("Needs"), "needs.register", may=_is_signed_in, icon="eye", part_of=("needs",))
menus.add("main", 80, _l("Decisions"), "registers.everything", may=_is_signed_in, icon="gavel")
menus.add("tools", 10, _l("Search"), "home.find", icon="search")
menus.add(
    "tools",
    20,
    _l("What waits for me: what I am asked, what is due within 7 days, and who speaks to me"),
    "home.my",
    may=_is_signed_in,
    icon="bell",
    count=waiting,
    counted=BELL,
    values={"_anchor": "waiting"},
)
menus.add("profile", 60, _l("My calendar"), "home.my_calendar", icon="calendar-event")
