"""Every page that can be opened, with somebody who opens it and something that is shown on it.

A page that is added has to be added here too: `test_every_page.py` names the one that is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask, url_for
from sqlalchemy import select, update

from network import links
from network.agenda.models import AgendaProposal
from network.attendance.models import Attendance
from network.directory.models import Organisation, Topic
from network.discussions.models import REACTIONS, Message, Reaction, Thread
from network.extensions import db
from network.groups.models import Group, Place
from network.jobs import JobFailure
from network.meetings.models import AgendaItem, ItemState, Meeting
from network.minutes.models import Action, Decision, ItemMinutes
from network.people.models import Affiliation, Person
from network.things import now
from network.transactions import begin_writing
from tests.clients import reader_of
from tests.permission_rows import approval, coverage, discussions, goals, imports, moderation, needs
from tests.permission_rows import stage as made
from tests.permission_rows.drafts import first as first_of_draft
from tests.permission_rows.stage import Stage
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
    VISITOR,
    Scene,
)
from tests.world import join, make_person

# What is answered in another way than by a page.
NO_PAGES = {
    "approval.download": "a version as a file",
    "attendance.export": "a table as a file",
    "coverage.export": "a table as a file",
    "discussions.people": "JSON for the page's script",
    "discussions.people_of_group": "JSON for the page's script",
    "discussions.titles_of": "JSON for the page's script",
    "drafts.authors": "JSON for the page's script",
    "exports.minutes": "a file",
    "exports.published": "a file",
    "exports.year": "a file",
    "files.show": "a file",
    "goals.export": "a table as a file",
    "goals.export_group": "a table as a file",
    "health.live": "for the one who watches the server",
    "health.metrics": "for the one who watches the server",
    "health.ready": "for the one who watches the server",
    "home.feed": "a calendar file",
    "invitations.calendar_file": "a calendar file",
    "needs.export": "a table as a file",
    "messages.show": "leads on to its place in the discussion",
    "needs.show_alike": "a part of the page on which a need is observed",
    "moderation_record.export": "a table as a file",
    "people.download": "a file",
    "people.photo": "a picture",
    "rooms.changes": "JSON for the page's script",
    "rooms.permalink": "leads on to the thing's page",
    "static": "files",
}

# Words as German has them; nothing may be pushed off a small window by one.
LONG = "Sprachmittlungskoordinierungsstelle"
LONG_NAME = "Maximiliane-Charlotte von Hohenwarsleben-Niederndodeleben"
LONG_HOUSE = "Verbandsgemeindeverwaltungsaußenstelle Haldensleben-Süplingen e.V."
TEXT = f"""Die {LONG} berichtet: **vierzig** Personen warten auf einen Platz.

- Integrationskursträgerversammlung am Mittwoch
- https://www.example.org/ein/sehr/langer/pfad/ohne/jede/leerstelle/der/in/keine/zeile/passt

1. Zuerst die Räume.
2. Dann die Zeiten."""


@dataclass(frozen=True)
class Example:
    """A page's endpoint, who opens it, what it shows, what else its address needs, and how it answers."""

    endpoint: str
    who: str
    on: Scene | None = None
    address: Callable[[Stage, Any], dict[str, Any]] | None = None
    query: str = ""
    status: int = 200

    def __str__(self) -> str:
        shown = f", {self.on.name}" if self.on else ""
        return f"{self.endpoint} ({self.who}{shown}{', ' + self.query if self.query else ''})"


def page(endpoint: str, who: str, on: Scene | None = None, **more: Any) -> Example:
    """A line of the list."""
    return Example(endpoint, who, on, **more)


def legal(name: str) -> Callable[[Stage, Any], dict[str, Any]]:
    return lambda _stage, _thing: {"page": name}


def its_goal(_stage: Stage, plan: Any) -> dict[str, Any]:
    return {"id": plan.goal_id}


def code_of(_stage: Stage, meeting: Meeting) -> dict[str, Any]:
    return {"code": meeting.check_in_code}


PAGES = [
    # Before one is signed in
    page("home.start", VISITOR),
    page("people.sign_in", VISITOR),
    page("people.apply", VISITOR),
    page("people.apply_sent", VISITOR),
    page("people.ask_reset", VISITOR),
    page("people.reset_sent", VISITOR),
    page("people.left", VISITOR),
    page("directory.legal", VISITOR, address=legal("imprint")),
    page("directory.legal", VISITOR, address=legal("privacy")),
    page("directory.legal", VISITOR, address=legal("accessibility")),
    page("directory.licences", VISITOR),
    page("groups.index", VISITOR),
    page("groups.show", VISITOR, made.group("public")),
    page("meetings.index", VISITOR),
    page("meetings.list_of_group", VISITOR, made.group("public")),
    page("sitting.show", VISITOR, made.meeting("announced", "public", public=True)),
    page("sitting.show", VISITOR, made.meeting("running", "public", public=True)),
    page("home.find", VISITOR, query="q=Sprach"),
    # Pages that say no
    page("sitting.show", VISITOR, made.meeting("announced", "closed"), status=404),
    page("meetings.change", GROUP_MEMBER, made.meeting(), status=403),
    # By a signed link
    page(
        "people.accept",
        VISITOR,
        made.person("invited"),
        address=made.token("invitation", "person", "epoch"),
    ),
    page("people.reset", VISITOR, made.person(), address=made.token("reset", "person", "epoch")),
    page(
        "people.confirm_email",
        VISITOR,
        made.address_change(confirmed=False),
        address=made.token("email-confirm", "change"),
    ),
    page(
        "people.object_email",
        VISITOR,
        made.address_change(confirmed=True),
        address=made.token("email-object", "change"),
    ),
    page(
        "people.unsubscribe",
        VISITOR,
        made.person(),
        address=made.token("unsubscribe", "person", kind="meetings"),
    ),
    page(
        "invitations.answer_by_link",
        VISITOR,
        made.attendance(),
        address=made.token("answer", "attendance"),
    ),
    page(
        "invitations.answer_by_link",
        VISITOR,
        made.attendance(state="cancelled"),
        address=made.token("answer", "attendance"),
        status=410,
    ),
    page("people.reset", VISITOR, address=lambda *_: {"token": "cut-off"}, status=404),
    # One's own
    page("home.my", LEAD),
    page("home.my", MEMBER),
    page("home.my_calendar", GROUP_MEMBER),
    page("home.find", GROUP_MEMBER, query="q=Sprach"),
    page("home.find", GROUP_MEMBER, query="q=nothing-of-this-name"),
    page("people.edit", LEAD),
    page("people.change_email", LEAD),
    page("people.change_password", LEAD),
    page("people.change_photo", LEAD),
    page("people.notifications", LEAD),
    page("people.sign_ins", LEAD),
    page("people.sign_out_everywhere", LEAD),
    page("people.data", LEAD),
    page("people.leave", LEAD),
    page("people.show", GROUP_MEMBER, made.portrayed()),
    # The directory and the settings
    page("directory.organisations", MEMBER),
    page("directory.organisation", MEMBER, made.organisation()),
    page("directory.new_organisation", OFFICE),
    page("directory.edit_organisation", OFFICE, made.organisation()),
    page("directory.settings", OFFICE),
    page("directory.topics", OFFICE),
    # The Office
    page("office.show", OFFICE),
    page("office.people", OFFICE),
    page("office.person", OFFICE, made.person(applied_organisation=LONG_HOUSE)),
    page("office.person", OFFICE, made.person("invited")),
    page("office.admit", OFFICE, made.person("applied", applied_text=TEXT)),
    page("office.decline", OFFICE, made.person("applied")),
    page("office.erase", OFFICE, made.person()),
    page("office.place", OFFICE, made.person(applied_organisation=LONG_HOUSE)),
    page("office.invite", OFFICE),
    page("office.invite_list", OFFICE),
    # Moderation
    page("moderation.everything", OFFICE, moderation.case()),
    page("moderation.of_group", LEAD, made.group()),
    page("moderation.report", GROUP_MEMBER, moderation.message()),
    page("moderation.mine", GROUP_MEMBER, moderation.decided(GROUP_MEMBER)),
    page("moderation.object_to", GROUP_MEMBER, moderation.decided(GROUP_MEMBER)),
    page("moderation.object_by_link", VISITOR, moderation.decided(), address=moderation.objection_link),
    page("moderation.list_of_rules", VISITOR),
    page("cases.show", OFFICE, moderation.case()),
    page("cases.show", LEAD, moderation.claimed()),
    page("cases.show", OFFICE, moderation.decided(objected=True)),
    page("moderation_record.show", OFFICE, moderation.decided()),
    page("moderation_record.figures", VISITOR),
    page("moderation_record.change_rules", OFFICE),
    page("moderation_record.change_settings", OFFICE),
    # The administration
    page("administration.accounts_found", ADMINISTRATOR),
    page("administration.account", ADMINISTRATOR, made.person()),
    page("administration.account", ADMINISTRATOR, made.person("invited")),
    page("administration.errors", ADMINISTRATOR, made.recorded_error()),
    page("administration.errors", ADMINISTRATOR, query="number=00000000"),
    page("administration.failed_jobs", ADMINISTRATOR),
    # Groups
    page("groups.index", MEMBER),
    page("groups.new", OFFICE),
    page("groups.show", LEAD, made.group()),
    page("groups.show", GROUP_MEMBER, made.group()),
    page("groups.show", MEMBER, made.group("closed")),
    page("groups.show", OFFICE, made.archived()),
    page("groups.ask", MEMBER, made.group()),
    page("groups.edit", LEAD, made.group()),
    page("groups.invite", LEAD, made.group()),
    page("groups.leave", LEAD, made.group()),
    page("groups.leave", GROUP_MEMBER, made.group()),
    page("groups.members", LEAD, made.group()),
    page("groups.members", GUEST, made.group()),
    page("groups.place", LEAD, made.membership()),
    page("groups.remove", LEAD, made.membership()),
    page("groups.decline", LEAD, made.request()),
    page("agenda.show_proposals", LEAD, made.group()),
    page("agenda.new_proposal", GROUP_MEMBER, made.group()),
    page("agenda.answer", LEAD, made.proposal()),
    # Discussions
    page("discussions.index", GROUP_MEMBER),
    page("discussions.of_group", LEAD, made.group()),
    page("discussions.of_group", GROUP_MEMBER, made.group(), query="q=Sprach"),
    page("discussions.new", GROUP_MEMBER, made.group()),
    page("discussions.show", LEAD, discussions.thread()),
    page("discussions.show", GROUP_MEMBER, discussions.thread()),
    page("discussions.show", MEMBER, discussions.thread()),
    page("discussions.show", GROUP_MEMBER, discussions.thread("network", "about")),
    page("discussions.show", GROUP_MEMBER, discussions.thread(locked_at=now)),
    page("discussions.about", GROUP_MEMBER, made.item()),
    page("messages.more", GUEST, discussions.message()),
    page("messages.more", LEAD, discussions.message(state="hidden", reason="Freundlich bleiben")),
    page("messages.edit", GUEST, discussions.message()),
    page("threads.rename", LEAD, discussions.thread()),
    page("notices.index", LEAD, discussions.mentioned()),
    page("notices.choose", GROUP_MEMBER),
    page("notices.of_group", GROUP_MEMBER, made.group()),
    page(
        "notices.end",
        VISITOR,
        made.person(),
        address=made.token("end notices", "person", kinds=["mentions"], groups=[]),
    ),
    # Meetings being prepared
    page("meetings.index", LEAD),
    page("meetings.list_of_group", GROUP_MEMBER, made.group()),
    page("meetings.plan", LEAD, made.group()),
    page("meetings.change", LEAD, made.meeting()),
    page("meetings.cancel", LEAD, made.meeting()),
    page("meetings.save_as_template", LEAD, made.meeting("closed")),
    page("meetings.templates", LEAD, made.group()),
    page("agenda.template", LEAD, made.meeting("draft", is_template=True)),
    page("agenda.change", LEAD, made.item()),
    page("agenda.carry_over", LEAD, made.meeting("draft")),
    page("series.list_of_group", LEAD, made.group()),
    page("series.plan", LEAD, made.group()),
    page("series.show", LEAD, made.series()),
    page("series.change", LEAD, made.series()),
    page("invitations.announce", LEAD, made.meeting("draft")),
    page("invitations.invite_also", LEAD, made.meeting()),
    page("invitations.tell", LEAD, made.meeting()),
    page("files.new", LEAD, made.item()),
    page("sitting.show", LEAD, made.meeting("draft")),
    page("sitting.show", LEAD, made.meeting()),
    page("sitting.show", GROUP_MEMBER, made.meeting()),
    page("sitting.show", MEMBER, made.meeting()),
    # Who is there
    page("attendance.answer", GROUP_MEMBER, made.meeting()),
    page("attendance.show", CHAIR, made.meeting("running")),
    page("attendance.show", MEMBER, made.meeting()),
    page("attendance.edit", CHAIR, made.attendance(state="running")),
    page("attendance.code", CHAIR, made.meeting("running")),
    page("attendance.signatures", LEAD, made.meeting()),
    page("attendance.enter_code", GROUP_MEMBER),
    page("attendance.check_in_by_code", GROUP_MEMBER, made.meeting("running"), address=code_of),
    # Meetings being held, and after
    page("sitting.show", CHAIR, made.meeting("running")),
    page("sitting.show", MINUTE_TAKER, made.meeting("running")),
    page("sitting.show", GROUP_MEMBER, made.meeting("running")),
    page("sitting.show", LEAD, made.meeting("paused")),
    page("sitting.show", GROUP_MEMBER, made.meeting("closed")),
    page("sitting.show", GROUP_MEMBER, made.meeting("cancelled")),
    page("sitting.add_item_now", CHAIR, made.meeting("running")),
    page("sitting.hand_over", CHAIR, made.meeting("running")),
    page("sitting.close", CHAIR, made.meeting("running")),
    page("minutes.write", MINUTE_TAKER, made.written()),
    page("minutes.versions", MINUTE_TAKER, made.written()),
    page("drafts.show_versions", MINUTE_TAKER, made.draft()),
    page("drafts.show_version", MINUTE_TAKER, made.draft(), address=first_of_draft),
    page("drafts.comments", MINUTE_TAKER, made.draft_of_comment()),
    page("drafts.erase", OFFICE, made.draft()),
    page("minutes.show", MINUTE_TAKER, made.meeting("running")),
    page("minutes.show", LEAD, made.meeting("closed")),
    page("minutes.show", GROUP_MEMBER, made.minutes("circulated")),
    page("minutes.show", GROUP_MEMBER, approval.sent()),
    page("minutes.show", MINUTE_TAKER, approval.sent_with_corrections()),
    page("minutes.show", LEAD, approval.approved()),
    page("minutes.show", OFFICE, approval.published()),
    page("approval.propose", LEAD, approval.sent_item()),
    page("approval.correction", MINUTE_TAKER, approval.correction()),
    page("approval.approve", LEAD, approval.sent()),
    page("approval.versions", GROUP_MEMBER, approval.approved(), query="check=1"),
    page("approval.version", GROUP_MEMBER, approval.approved(), address=approval.first_version),
    page("approval.compare", GROUP_MEMBER, approval.approved()),
    page("approval.add", LEAD, approval.approved()),
    page("approval.publish", MINUTE_TAKER, approval.approved("public")),
    page("approval.withdraw", OFFICE, approval.published()),
    page("approval.erase", OFFICE, approval.approved()),
    page("approval.published", VISITOR, approval.published_minutes()),
    page("groups.show", VISITOR, approval.group_with_published()),
    page("minutes.circulate", LEAD, made.meeting("closed")),
    page("minutes.take_back", LEAD, made.minutes("circulated")),
    page("minutes.of_group", GROUP_MEMBER, made.group()),
    page("minutes.register", GROUP_MEMBER, made.group()),
    page("minutes.actions_of_group", GROUP_MEMBER, made.group()),
    page("imports.upload", LEAD, made.group()),
    page("imports.show", LEAD, imports.old_minutes(imports.TEXT + TEXT)),
    page("imports.discard", LEAD, imports.old_minutes()),
    page("minutes.my_actions", GUEST),
    page("minutes.decision", LEAD, made.decision("closed")),
    page("minutes.action", GUEST, made.task()),
    page("registers.everything", GROUP_MEMBER),
    # Goals
    page("goals.overview", MEMBER, goals.goal()),
    page("goals.report", GROUP_MEMBER, goals.goal()),
    page("goals.public", VISITOR, goals.goal("public", public=True)),
    page("goals.of_group", LEAD, made.group()),
    page("goals.of_group", GROUP_MEMBER, made.group(), query="view=board"),
    page("goals.of_group", GROUP_MEMBER, made.group(), query="view=timeline"),
    page("goals.of_group", VISITOR, made.group("public")),
    page("goals.new", GROUP_MEMBER, made.group()),
    page("goals.show", GROUP_MEMBER, goals.draft()),
    page("goals.show", OFFICE, goals.plan(), address=its_goal),
    page("goals.show", LEAD, goals.reported()),
    page("goals.show", MEMBER, goals.reported()),
    page("goals.show", VISITOR, goals.goal("public", public=True)),
    page("goals.history", GROUP_MEMBER, goals.reported()),
    page("goals.edit", GROUP_MEMBER, goals.draft()),
    page("goals.write", GROUP_MEMBER, goals.text()),
    page("goals.plan", OFFICE, goals.plan()),
    page("goals.plan", LEAD, goals.amendment_of_goal()),
    page("goals.consent", OFFICE, goals.plan()),
    page("goals.adopt", LEAD, goals.plan(consent=True)),
    page("goals.amend", GROUP_MEMBER, goals.goal()),
    page("goals.tell", GROUP_MEMBER, goals.goal()),
    page("goals.correct", GROUP_MEMBER, goals.report()),
    page("goals.withdraw", GROUP_MEMBER, goals.report()),
    page("goals.reach", GROUP_MEMBER, goals.milestone()),
    page("goals.health", LEAD, goals.goal()),
    page("goals.review", LEAD, goals.goal()),
    page("goals.owner", LEAD, goals.goal()),
    page("goals.end", LEAD, goals.goal()),
    page("goals.reopen", LEAD, goals.ended()),
    page("goals.show", LEAD, goals.ended()),
    page("needs.register", OFFICE, needs.need("reported")),
    page("needs.register", MEMBER, needs.need(), query="state=all&order=seen&mine=y"),
    page("needs.new", GROUP_MEMBER),
    page("needs.show", OFFICE, needs.need("reported")),
    page("needs.show", GROUP_MEMBER, needs.need()),
    page("needs.show", OFFICE, needs.need("met")),
    page("needs.show", OFFICE, needs.need("merged"), query="trace=y"),
    page("needs.history", MEMBER, needs.need()),
    page("needs.edit", OFFICE, needs.need()),
    page("needs.decline", OFFICE, needs.need()),
    page("needs.reopen", OFFICE, needs.need("met")),
    page("needs.merge", OFFICE, needs.need()),
    page("needs.meet", OFFICE, needs.need()),
    page("needs.propose", GROUP_MEMBER, needs.need(), address=needs.in_its_group),
    # What is missing where
    page("coverage.show", COORDINATION, coverage.missing()),
    page("coverage.show", OFFICE, coverage.missing(), query="by=language"),
    page("coverage.spot", COORDINATION, coverage.missing(), address=coverage.its_spot),
    page("coverage.spot", OFFICE, coverage.missing(), address=coverage.its_language),
    page("directory.set_municipalities", OFFICE),
    page("loop.link", GROUP_MEMBER, goals.goal()),
    page("loop.link", GROUP_MEMBER, goals.goal(), query="q=goal"),
    page("loop.links", GROUP_MEMBER, goals.linked()),
    page("registers.supersede", LEAD, made.decision("closed")),
    page(
        "registers.done_by_link",
        VISITOR,
        made.task(),
        address=lambda stage, thing: {"token": links.make("done", action=thing.id, person=stage[GUEST].id)},
    ),
    page("registers.done_by_link", VISITOR, address=lambda *_: {"token": "cut-off"}, status=404),
    page("minutes.change_action", LEAD, made.task()),
    page("minutes.drop", GUEST, made.task()),
    page("minutes.change_decision", LEAD, made.decision()),
]


class FullStage(Stage):
    """The stage with what fills pages: long words, many lines, something everywhere that may be empty."""

    def __init__(self) -> None:
        super().__init__()
        self[LEAD].name = LONG_NAME
        db.session.add(Topic(slug="work", place=2, names={"en": "Work", "de": "Arbeitsmarktintegration"}))
        db.session.add(JobFailure(job="letters.deliver", arguments=[], error=f"OSError: {LONG}", tries=5))
        self.world.school.name = LONG_HOUSE
        self.world.network.imprint = self.world.network.privacy = TEXT
        for group in self.groups.values():
            for number in range(4):
                person = make_person(self.world, f"{LONG_NAME} {number}", f"{group.id}-{number}@example.org")
                db.session.add(Affiliation(person_id=person.id, organisation_id=self.world.school.id))
                join(group, person, Place.MEMBER)
        db.session.commit()

    def meeting(self, *args: Any, **more: Any) -> Meeting:
        """As on every stage, with an agenda of all kinds and, once it has begun, with minutes."""
        meeting = super().meeting(*args, **more)
        first, second = meeting.agenda[:2]
        first.planned_minutes, first.text = 25, TEXT
        for place in (1, 2):
            self.within(AgendaItem(title=f"{LONG} {place}", place=place, planned_minutes=5), second)
        last = AgendaItem(title=f"Verschiedenes der {LONG}", place=3, planned_minutes=15, internal=True)
        last.state = ItemState.PLANNED if meeting.state != "closed" else ItemState.POSTPONED
        self.within(last, meeting)
        self.file(first)
        if not meeting.is_template:
            guest = Attendance(meeting_id=meeting.id, guest_name=LONG_NAME, invited=False)
            self.within(guest, meeting)
        if meeting.minutes is not None:
            self._record(meeting, first)
        db.session.commit()
        return meeting

    def _record(self, meeting: Meeting, item: AgendaItem) -> None:
        written = {"written_by_id": self[MINUTE_TAKER].id, "written_at": now()}
        if meeting.state == "closed":
            self.within(ItemMinutes(item_id=item.id, text=TEXT, revision=1, **written), item)
        group_id = meeting.parent_id
        self.within(Decision(group_id=group_id, text=f"Die {LONG} wird eingerichtet."), item)
        due = (now() + timedelta(days=9)).date()
        self.within(
            Action(group_id=group_id, text=f"{LONG} anschreiben", person_id=self[LEAD].id, due_on=due), item
        )


class EveryPage:
    """The addresses of all examples, and the sign-in of each person who opens one."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.stage = stage = FullStage()
        self.readers = {
            who: reader_of(app, stage[who]) for who in {example.who for example in PAGES} - {VISITOR}
        }
        scenes: dict[str, Any] = {}
        things = []
        for example in PAGES:
            if example.on and example.on.name not in scenes:
                scenes[example.on.name] = example.on.make(stage)
            things.append(scenes[example.on.name] if example.on else None)
        self._lengthen()
        with app.test_request_context():
            self.paths = [self._path(example, thing) for example, thing in zip(PAGES, things, strict=True)]
        db.session.commit()

    def _path(self, example: Example, thing: Any) -> str:
        where = {"id": thing.id} if thing is not None else {}
        if example.address:
            where = example.address(self.stage, thing)
        path = url_for(example.endpoint, **where)
        return f"{path}?{example.query}" if example.query else path

    def _lengthen(self) -> None:
        """Give everything a title as long as German ones are."""
        for model, length in ((Group, 1), (Meeting, 2), (AgendaItem, 1), (AgendaProposal, 1)):
            column = model.name if model is Group else model.title  # type: ignore[attr-defined]  # both have
            for thing in db.session.scalars(select(model).where(column.contains(made.SECRET))):
                title = f"{LONG} " * length + str(thing.id)
                setattr(thing, column.key, title)
        for thread in db.session.scalars(select(Thread).where(Thread.own_title.contains(made.SECRET))):
            thread.own_title = f"{LONG} {thread.id}"
        for message in db.session.scalars(select(Message)):
            message.text, message.edited_at = TEXT, now()
            for place, emoji in enumerate(REACTIONS):
                message.reactions.append(
                    Reaction(person_id=self.stage[GUEST if place else LEAD].id, emoji=emoji)
                )
        for organisation in db.session.scalars(select(Organisation)):
            organisation.name = f"{LONG_HOUSE} {organisation.id}"
        db.session.commit()

    def speak(self, language: str) -> None:
        """Let everybody read in this language from now on."""
        db.session.rollback()
        begin_writing()  # the server process may be writing on the same file
        db.session.execute(update(Person).values(language=language))
        db.session.commit()
