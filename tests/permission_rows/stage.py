"""The cast of the table, and the things on which its rows are tried."""

import io
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from network import links
from network.agenda.models import AgendaProposal
from network.attendance.models import Attendance, Presence
from network.directory.models import Topic
from network.drafts.models import Draft, DraftComment
from network.error_record import RecordedError
from network.extensions import db
from network.files.models import File
from network.files.store import store
from network.groups.models import Group, GroupDesk, GroupKind, Joining, JoinRequest, Place, Visibility
from network.jobs import JobFailure
from network.meetings.models import AgendaItem, ItemState, Meeting, MeetingState, PublicSide
from network.minutes import actions as writing
from network.minutes.models import Action, Decision, ItemMinutes, Minutes, MinutesRevision, MinutesState
from network.people import photos
from network.people.models import EmailChange, Person, PersonState, SignIn, token_hash
from network.people.passwords import hashed
from network.series.models import Series
from network.things import now
from tests.permission_rows.words import (
    ADMINISTRATOR,
    CHAIR,
    COORDINATION,
    GROUP_MEMBER,
    GUEST,
    LEAD,
    MEMBER,
    MINUTE_TAKER,
    OFFICE,
    OTHER_LEAD,
    Scene,
)
from tests.world import PASSWORD, join, make_group, make_organisation, make_person, make_world, own

SECRET = "Unspeakable"  # stands in the title of everything, and so in no answer to those who may not see it


@cache
def password_hash() -> str:
    """Of the password that everybody who needs one has; made once, since that takes its time."""
    return hashed(PASSWORD)


class Stage:
    """The people of all columns, and a group of each visibility in which each of them has the same place."""

    def __init__(self) -> None:
        self.world = world = make_world()
        self.people: dict[str, Person] = {
            MEMBER: world.olena,
            GUEST: world.guel,
            GROUP_MEMBER: world.ben,
            LEAD: world.anke,
            OFFICE: world.olaf,
            OTHER_LEAD: world.lev,
            COORDINATION: world.kira,
            ADMINISTRATOR: world.ada,
            CHAIR: make_person(world, "Cem Vorsitz", "cem@example.org"),
            MINUTE_TAKER: make_person(world, "Mina Stift", "mina@example.org"),
        }
        world.olena.password_hash = password_hash()
        self.groups = {seen: self.group(seen) for seen in Visibility}
        db.session.add(Topic(slug="language", place=1, names={"en": "Language", "de": "Sprache"}))
        db.session.commit()

    def __getitem__(self, who: str) -> Person:
        return self.people[who]

    def group(self, visibility: str = Visibility.NETWORK, **more: Any) -> Group:
        """A group of its own, with everybody in their places."""
        group = make_group(self.world, f"{SECRET} group", visibility=visibility, **more)
        for who, place in ((LEAD, Place.LEAD), (GROUP_MEMBER, Place.MEMBER), (GUEST, Place.GUEST)):
            join(group, self.people[who], place)
        db.session.flush()
        return group

    def newcomer(self, **more: Any) -> Person:
        """Somebody new in the network."""
        facts = {"password_hash": password_hash(), **more}
        person = make_person(self.world, "Nele Neu", f"{secrets.token_hex(6)}@example.org", **facts)
        db.session.commit()
        return person

    def meeting(
        self, state: str = MeetingState.ANNOUNCED, of: str = Visibility.NETWORK, **more: Any
    ) -> Meeting:
        """A meeting with two items, to which everybody of the group is invited. Announced, it begins soon."""
        group = more.pop("group", None) or self.groups[Visibility(of)]
        begun = state in (MeetingState.RUNNING, MeetingState.PAUSED)
        if state == MeetingState.CLOSED:
            starts = now() - timedelta(days=2)
        else:
            starts = now() + timedelta(minutes=-10 if begun else 20)
        begin: dict[str, Any] = {}
        if begun or state == MeetingState.CLOSED:
            begin = {"started_at": starts, "announced_at": starts - timedelta(days=7)}
        if state == MeetingState.CLOSED:
            begin["ended_at"] = starts + timedelta(minutes=90)
        if state == MeetingState.PAUSED:
            begin["paused_at"] = now()
        meeting = Meeting(
            parent_id=group.id,
            title=f"{SECRET} meeting",
            state=state,
            starts_at=starts,
            ends_at=starts + timedelta(minutes=90),
            calendar_uid=f"{secrets.token_hex(8)}@example.org",
            check_in_code=secrets.token_hex(3).upper(),
            chair_id=self[CHAIR].id,
            minute_taker_id=self[MINUTE_TAKER].id,
            **{**begin, **more},
            **own(),
        )
        db.session.add(meeting)
        db.session.flush()
        if meeting.public:
            db.session.add(PublicSide(parent_id=meeting.id, meeting_id=meeting.id, **own()))
        for place, item_state in enumerate(_states_of_items(state), start=1):
            opened = now() if item_state == ItemState.CURRENT and begun else None
            self.within(
                AgendaItem(title=f"{SECRET} item {place}", place=place, state=item_state, opened_at=opened),
                meeting,
            )
        if not meeting.is_template:
            for who in (LEAD, GROUP_MEMBER, GUEST, CHAIR, MINUTE_TAKER):
                presence = Presence.ROOM if begun else Presence.UNKNOWN
                arrived = now() if begun else None
                self.within(
                    Attendance(
                        meeting_id=meeting.id,
                        person_id=self[who].id,
                        presence=presence,
                        arrived_at=arrived,
                        told_number=0,
                    ),
                    meeting,
                )
        if begun or state == MeetingState.CLOSED:
            self.within(Minutes(meeting_id=meeting.id), meeting)
        db.session.commit()
        return meeting

    def within(self, thing: Any, parent: Any) -> Any:
        """A thing below another one, heard in the same room."""
        thing.parent_id, thing.room_id = parent.id, parent.room_id
        db.session.add(thing)
        db.session.flush()
        return thing

    def file(self, parent: Any, **more: Any) -> File:
        """A small text that lies at a thing."""
        kept = store(io.BytesIO(SECRET.encode()), f"{SECRET}.txt")
        file = self.within(
            File(name=kept.name, media_type=kept.media_type, size=kept.size, sha256=kept.sha256, **more),
            parent,
        )
        db.session.commit()
        return file


def _states_of_items(state: str) -> tuple[str, str]:
    if state in (MeetingState.RUNNING, MeetingState.PAUSED):
        return ItemState.CURRENT, ItemState.PLANNED
    if state == MeetingState.CLOSED:
        return ItemState.DONE, ItemState.POSTPONED
    return ItemState.PLANNED, ItemState.PLANNED


def current_of(meeting: Meeting) -> int:
    """What a chair's command names: the item that is on, or 0."""
    return meeting.current.id if meeting.current else 0


# Scenes


def group(of: str = "network", **more: Any) -> Scene:
    """The group of this visibility that all rows share; with facts of its own a new one."""
    if not more:
        return Scene(f"{of} group", lambda stage: stage.groups[Visibility(of)])
    return Scene(f"own {of} group {_said(more)}", lambda stage: _kept(stage.group(of, **more)))


def _said(facts: dict[str, Any]) -> str:
    return ", ".join(str(value) for value in facts.values() if isinstance(value, str))


def _kept(thing: Any) -> Any:
    db.session.commit()
    return thing


def meeting(state: str = "announced", of: str = "network", **more: Any) -> Scene:
    """A meeting in a state, of a group of a visibility."""
    words = " ".join(name for name, value in more.items() if value is True)
    name = " ".join(word for word in (state, words, f"meeting of the {of} group") if word)
    return Scene(name, lambda stage: stage.meeting(state, of, **_made(more)))


def item(state: str = "announced", of: str = "network", place: int = 2, /, **more: Any) -> Scene:
    """An item of such a meeting; in a running one the first is on."""

    def make(stage: Stage) -> AgendaItem:
        found = stage.meeting(state, of).agenda[place - 1]
        for name, value in _made(more).items():
            setattr(found, name, value)
        return _kept(found)

    words = " ".join(value if isinstance(value, str) else name for name, value in more.items())
    return Scene(f"{words} item {place} of a {state} meeting of the {of} group".strip(), make)


def below_item(
    name: str, build: Callable[[Stage, AgendaItem], Any], state: str = "running", of: str = "network"
) -> Scene:
    """What stands below the first item of such a meeting."""

    def make(stage: Stage) -> Any:
        found = stage.meeting(state, of).agenda[0]
        return _kept(stage.within(build(stage, found), found))

    return Scene(f"{name} of a {state} meeting of the {of} group", make)


def decision(state: str = "running", of: str = "network", /, **more: Any) -> Scene:
    """A decision; of a closed meeting it has its number."""

    def build(stage: Stage, found: AgendaItem) -> Decision:
        group_id = found.parent.parent_id
        last = db.session.scalar(
            select(Decision.number)
            .where(Decision.group_id == group_id, Decision.number.is_not(None))
            .order_by(Decision.number.desc())
            .limit(1)
        )
        numbered = {"year": 2026, "number": (last or 0) + 1} if state == "closed" else {}
        return Decision(group_id=group_id, text=f"{SECRET} decision", **numbered, **_made(more))

    return below_item(" ".join([*more, "decision"]), build, state, of)


def task(state: str = "running", of: str = "network", /, **more: Any) -> Scene:
    """An action that the guest has to do."""

    def build(stage: Stage, found: AgendaItem) -> Action:
        group_id = found.parent.parent_id
        return Action(group_id=group_id, text=f"{SECRET} action", person_id=stage[GUEST].id, **_made(more))

    return below_item(" ".join([*more, "action"]), build, state, of)


def _made(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: value() if callable(value) else value for name, value in facts.items()}


def written(state: str = "running", of: str = "network") -> Scene:
    """An item whose minutes have an earlier version."""

    def make(stage: Stage) -> AgendaItem:
        found = stage.meeting(state, of).agenda[0]
        text = stage.within(
            ItemMinutes(
                item_id=found.id, text="Second.", revision=2, written_by_id=stage[LEAD].id, written_at=now()
            ),
            found,
        )
        db.session.add(MinutesRevision(item_minutes_id=text.id, revision=1, text="First."))
        return _kept(found)

    return Scene(f"item with minutes of a {state} meeting of the {of} group", make)


def draft(state: str = "running", of: str = "network") -> Scene:
    """The text of an item's minutes, which the lead has written and then changed."""

    def make(stage: Stage) -> Draft:
        found = stage.meeting(state, of).agenda[0]
        writing.write(stage[LEAD], found, text=f"{SECRET} first.", revision=0)
        writing.write(stage[LEAD], found, text=f"{SECRET} second.", revision=1)
        return _kept(found.minutes.draft)

    return Scene(f"text of an item of a {state} meeting of the {of} group", make)


def draft_comment(state: str = "running", of: str = "network", **more: Any) -> Scene:
    """A comment of the lead on such a text."""

    def make(stage: Stage) -> DraftComment:
        text = draft(state, of).make(stage)
        made = DraftComment(person_id=stage[LEAD].id, text=f"{SECRET} comment", **_made(more))
        return _kept(stage.within(made, text))

    return Scene(" ".join([*more, f"comment on a text of a {state} meeting of the {of} group"]), make)


def draft_of_comment() -> Scene:
    """A text with a comment on it."""
    return Scene("text with a comment", lambda stage: draft_comment().make(stage).parent)


def minutes(state: str = "writing", of: str = "network") -> Scene:
    """A closed meeting whose minutes are in this state."""

    def make(stage: Stage) -> Meeting:
        found = stage.meeting("closed", of)
        found.minutes.state = MinutesState(state)
        return _kept(found)

    return Scene(f"meeting of the {of} group with {state} minutes", make)


def attendance(who: str = GROUP_MEMBER, state: str = "announced", of: str = "network") -> Scene:
    """Somebody's line on the list."""

    def make(stage: Stage) -> Attendance:
        found = stage.meeting(state, of)
        return next(row for row in found.attendances if row.person_id == stage[who].id)

    return Scene(f"attendance of the {who} at a {state} meeting of the {of} group", make)


def named_guest(of: str = "network", removed: bool = False) -> Scene:
    """Somebody without an account on the list of a running meeting."""

    def make(stage: Stage) -> Attendance:
        found = stage.meeting("running", of)
        return _kept(
            stage.within(
                Attendance(
                    meeting_id=found.id,
                    guest_name="Jo Gast",
                    invited=False,
                    removed_at=now() if removed else None,
                ),
                found,
            )
        )

    return Scene(f"{'removed ' * removed}named guest at a running meeting of the {of} group", make)


def invited_besides(of: str = "network") -> Scene:
    """Somebody from outside who was invited as well."""

    def make(stage: Stage) -> Attendance:
        found = stage.meeting("announced", of)
        person = stage.newcomer()
        return _kept(stage.within(Attendance(meeting_id=found.id, person_id=person.id, extra=True), found))

    return Scene(f"further invitation of an announced meeting of the {of} group", make)


def proposal(of: str = "network", by: str = GROUP_MEMBER) -> Scene:
    """A proposal of somebody; there is a meeting on whose agenda it can come."""

    def make(stage: Stage) -> AgendaProposal:
        stage.meeting("draft", of)
        found = AgendaProposal(title=f"{SECRET} proposal", person_id=stage[by].id)
        return _kept(stage.within(found, stage.groups[Visibility(of)]))

    return Scene(f"proposal of the {by} in the {of} group", make)


def request(*, invited: bool = False, of: str = "network") -> Scene:
    """The member of the network has asked to join, or was invited to."""

    def make(stage: Stage) -> JoinRequest:
        found = stage.group(of)
        desk = db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == found.id)).one()
        asked = JoinRequest(group_id=found.id, person_id=stage[MEMBER].id, invited=invited)
        return _kept(stage.within(asked, desk))

    return Scene(f"{'invitation' if invited else 'request'} to join a {of} group", make)


def membership(of: str = "network") -> Scene:
    """The place of the group member, in a group of its own."""

    def make(stage: Stage) -> Any:
        found = _kept(stage.group(of))
        return next(place for place in found.memberships if place.person_id == stage[GROUP_MEMBER].id)

    return Scene(f"place of the {GROUP_MEMBER} in a {of} group", make)


def series(of: str = "network") -> Scene:
    """A series of meetings on Wednesdays."""

    def make(stage: Stage) -> Series:
        found = Series(
            title=f"{SECRET} series",
            rhythm="weeks",
            every=2,
            weekday=2,
            first_on=(now() + timedelta(days=2)).date().isoformat(),
            start_time="17:00",
        )
        return _kept(stage.within(found, stage.groups[Visibility(of)]))

    return Scene(f"series of the {of} group", make)


def file(state: str = "announced", of: str = "network", *, removed: bool = False, **more: Any) -> Scene:
    """A file at an item of such a meeting."""

    def make(stage: Stage) -> File:
        found = stage.meeting(state, of, **more).agenda[0]
        return stage.file(found, removed_at=now() if removed else None)

    words = "removed " * removed + "public " * bool(more.get("public"))
    return Scene(f"{words}file at an item of a {state} meeting of the {of} group", make)


def room_below(what: str, of: str, state: str = "announced") -> Scene:
    """A room of its own below a group or meeting: the desk of its leads, or the public side."""

    def make(stage: Stage) -> Any:
        if what == "desk":
            group_id = stage.groups[Visibility(of)].id
            return db.session.scalars(select(GroupDesk).where(GroupDesk.parent_id == group_id)).one()
        return stage.meeting(state, of, public=True).public_side

    return Scene(f"{what} of a {of} group" + (f", {state} meeting" if what != "desk" else ""), make)


def own_room(of: str) -> Scene:
    """The room of the Office's desk, of the network, or of one person."""

    def make(stage: Stage) -> Any:
        places = {"Office's desk": stage.world.desk, "network": stage.world.network}
        return places.get(of) or stage[of]

    return Scene(of if of in ("Office's desk", "network") else f"{of} as a person", make)


def person(state: str = PersonState.ADMITTED, **more: Any) -> Scene:
    """Somebody new, in a state of the account."""
    facts: dict[str, Any] = {"state": state}
    if state == PersonState.INVITED:
        facts["invited_until"] = datetime(2200, 1, 1, tzinfo=UTC)
        facts["password_hash"] = None
    return Scene(f"{state} person {_said(more)}".strip(), lambda stage: stage.newcomer(**facts, **more))


def plenary() -> Scene:
    """The plenary: everybody belongs to it."""
    return group("network", kind=GroupKind.PLENARY.value)


def free_group() -> Scene:
    """A group that one joins by oneself."""
    return group("network", joining=Joining.FREE.value)


def archived(of: str = "network") -> Scene:
    """A group that was archived."""
    return Scene(f"archived {of} group", lambda stage: _kept(stage.group(of, archived_at=now())))


def organisation(**more: Any) -> Scene:
    """An organisation of its own."""

    def make(stage: Stage) -> Any:
        found = make_organisation(stage.world, f"{secrets.token_hex(4)} e.V.", "association")
        for name, value in more.items():
            setattr(found, name, value)
        return _kept(found)

    return Scene(" ".join([*more, "organisation"]), make)


def failed_job() -> Scene:
    """A job that has failed for good."""

    def make(stage: Stage) -> JobFailure:
        failure = JobFailure(job="letters.deliver", arguments=[], error="OSError", tries=5)
        db.session.add(failure)
        return _kept(failure)

    return Scene("failed job", make)


def recorded_error() -> Scene:
    """An error of the record that nobody has settled."""

    def make(stage: Stage) -> RecordedError:
        place = f"network/groups/views.py:{secrets.randbelow(10**6)} show"
        error = RecordedError(
            number=secrets.token_hex(4),
            at=now(),
            endpoint="groups.show",
            address="GET /groups/<id>",
            kind="sqlalchemy.exc.OperationalError, sqlite3.OperationalError",
            place=place,
            calls=["flask/app.py:917 full_dispatch_request", place],
        )
        db.session.add(error)
        return _kept(error)

    return Scene("recorded error", make)


def portrayed() -> Scene:
    """Somebody with a picture."""
    return Scene("person with a picture", lambda stage: stage.newcomer(photo=_portrait()))


@cache
def _portrait() -> str:
    return str(photos.store(FileStorage(io.BytesIO(picture()), "me.png")))


@cache
def picture() -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, "PNG")
    return out.getvalue()


def other_sign_in() -> Scene:
    """A second device of the member of the network."""

    def make(stage: Stage) -> SignIn:
        found = SignIn(
            person_id=stage[MEMBER].id,
            token_hash=token_hash(secrets.token_hex(8)),
            until=now() + timedelta(days=1),
        )
        db.session.add(found)
        return _kept(found)

    return Scene(f"another device of the {MEMBER}", make)


def address_change(*, confirmed: bool) -> Scene:
    """A wished-for change of address, or one that has happened."""

    def make(stage: Stage) -> EmailChange:
        who = stage.newcomer()
        old, new = str(who.email), f"{secrets.token_hex(6)}@example.org"
        change = EmailChange(person_id=who.id, old_email=old, new_email=new)
        if confirmed:
            change.confirmed_at = now()
            who.email = new
        db.session.add(change)
        return _kept(change)

    return Scene(f"{'confirmed' if confirmed else 'wished-for'} change of address", make)


def token(purpose: str, *names: str, **facts: Any) -> Callable[[Stage, Any], dict[str, Any]]:
    """The address of a signed link: `names` says which ids and values of the thing it carries."""

    def address(stage: Stage, thing: Any) -> dict[str, Any]:
        own = {"person": "id", "change": "id", "attendance": "id", "epoch": "links_epoch"}
        return {"token": links.make(purpose, **{name: getattr(thing, own[name]) for name in names}, **facts)}

    return address
