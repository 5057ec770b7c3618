"""Rows for reports, cases, measures and objections."""

from typing import Any

from network import links
from network.discussions import actions as discussions
from network.discussions.models import Message
from network.extensions import db
from network.groups.models import Visibility
from network.moderation import actions
from network.moderation.models import Measure, ModerationCase
from network.people.models import Person, Role
from tests.permission_rows.stage import SECRET, Stage, file, group, person
from tests.permission_rows.words import (
    EVERYBODY,
    GROUP_MEMBER,
    IN_GROUP,
    LEAD,
    NOBODY,
    OFFICE,
    SIGNED_IN,
    STEERING,
    VISITOR,
    Scene,
    Table,
    hidden,
    only,
    row,
)
from tests.world import join

OFFICE_ALONE = only(OFFICE)
BY_LINK = only(VISITOR, GROUP_MEMBER)  # whose the decision is, signed in or not


def author(stage: Stage, of: str) -> Person:
    """Somebody who writes in the group and stands in no column."""
    found = stage.newcomer()
    join(stage.groups[Visibility(of)], found)
    db.session.commit()
    return found


def _message(stage: Stage, of: str, by: str = "", state: str = "posted") -> Message:
    writer = stage[by] if by else author(stage, of)
    found = discussions.start(writer, stage.groups[Visibility(of)], title=f"{SECRET} talk", text=SECRET)
    message: Message = db.session.query(Message).filter_by(thread_id=found.id).one()
    if state != message.state:
        message.state = state
        db.session.commit()
    return message


def message(of: str = "network", by: str = "", state: str = "posted") -> Scene:
    """What somebody wrote, who stands in no column unless it is said who."""
    name = f"{state} message of {by or 'somebody'} in the {of} group"
    return Scene(name, lambda stage: _message(stage, of, by, state))


def _case(stage: Stage, of: str, by: str = "") -> ModerationCase:
    reporter = author(stage, of)
    made: ModerationCase = actions.report(reporter, _message(stage, of, by), rule="respect", text=SECRET)
    return made


def case(of: str = "network", by: str = "") -> Scene:
    """What somebody has reported about such a message."""
    return Scene(f"case of {by or 'somebody'} in the {of} group", lambda stage: _case(stage, of, by))


def claimed() -> Scene:
    """A case of which the lead takes care."""
    return Scene("claimed case", lambda stage: actions.claim(stage[LEAD], _case(stage, "network")))


def decided(by: str = "", *, objected: bool = False) -> Scene:
    """A case in which the message was hidden by somebody of the Office in no column; perhaps objected to."""

    def make(stage: Stage) -> ModerationCase:
        found = _case(stage, "network", by)
        judge = stage.newcomer(role=Role.OFFICE)
        facts = {"version": found.version, "rule": "respect", "text": "Please be kind."}
        actions.decide(judge, found, measure=Measure.HIDE, **facts)
        if objected:
            actions.object_to(found.person, found, text="No.")
        return found

    return Scene(f"{'objected' if objected else 'decided'} case of {by or 'somebody'}", make)


def judgement(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"version": thing.version, "measure": "note", "rule": "respect", "text": "Please be kind."}


def answer(_stage: Any, thing: Any, _who: Any) -> dict[str, Any]:
    return {"version": thing.version, "falls": "no", "text": "It stands."}


def objection_link(_stage: Any, thing: Any) -> dict[str, Any]:
    return {"token": links.make("objection", case=thing.id, entry=thing.decision.id)}


REPORT = {"rule": "respect", "text": "This hurts."}
SENTENCE = {"text": "It is wrong."}
RULES = {"slug-0": "respect", "name-0-en": "Respect", "text-0-en": "Be kind.", "weight-0": "2"}
SETTINGS = {"words": "win", "objection_days": "14", "first_posts": "0", "first_seconds": "20"}

ROUTES: Table = {
    "GET /things/<id>/report": [
        row(SIGNED_IN, message()),
        row(IN_GROUP, message("closed"), sees=IN_GROUP),
        row(SIGNED_IN - {GROUP_MEMBER}, message(by=GROUP_MEMBER)),
        row(SIGNED_IN, person()),
        row(SIGNED_IN, file()),
    ],
    "POST /things/<id>/report": [
        row(SIGNED_IN, message(), facts=REPORT),
        row(IN_GROUP, message("closed"), sees=IN_GROUP, facts=REPORT),
        row(SIGNED_IN, person(), facts=REPORT),
        row(SIGNED_IN, file(), facts=REPORT),
    ],
    "POST /things/<id>/case": [
        row(STEERING, message()),
        row(STEERING, message("closed"), sees=IN_GROUP),
        row(OFFICE_ALONE, person()),
        row(OFFICE_ALONE, file()),
    ],
    "POST /messages/<id>/approve": [
        row(STEERING, message(state="waiting")),
        row(STEERING, message("closed", state="waiting"), sees=IN_GROUP),
    ],
    "GET /moderation": [hidden(OFFICE_ALONE)],
    "GET /groups/<id>/moderation": [hidden(STEERING, group("network")), hidden(STEERING, group("closed"))],
    "GET /cases/<id>": [
        hidden(STEERING, case()),
        hidden(STEERING, case("closed")),
        hidden(OFFICE_ALONE, case(by=LEAD)),
        hidden(NOBODY, case(by=OFFICE)),  # the lead does not judge the Office, nor it itself
    ],
    "POST /cases/<id>/claim": [hidden(STEERING, case()), hidden(OFFICE_ALONE, case(by=LEAD))],
    "POST /cases/<id>/release": [hidden(STEERING, claimed())],
    "POST /cases/<id>/decide": [
        hidden(STEERING, case(), facts=judgement),
        hidden(OFFICE_ALONE, case(by=LEAD), facts=judgement),
        hidden(NOBODY, case(by=OFFICE), facts=judgement),
    ],
    "POST /cases/<id>/answer": [row(OFFICE_ALONE, decided(objected=True), sees=STEERING, facts=answer)],
    "POST /cases/<id>/lift": [hidden(STEERING, decided(), facts={"lift-text": "Enough."})],
    "GET /cases/<id>/object": [hidden(only(GROUP_MEMBER), decided(by=GROUP_MEMBER))],
    "POST /cases/<id>/object": [hidden(only(GROUP_MEMBER), decided(by=GROUP_MEMBER), facts=SENTENCE)],
    "GET /objections/<token>": [
        row(BY_LINK, decided(by=GROUP_MEMBER), sees=EVERYBODY, address=objection_link)
    ],
    "POST /objections/<token>": [
        row(BY_LINK, decided(by=GROUP_MEMBER), sees=EVERYBODY, address=objection_link, facts=SENTENCE)
    ],
    "GET /moderation/mine": [row(SIGNED_IN)],
    "GET /moderation/record": [hidden(OFFICE_ALONE)],
    "GET /moderation/record.csv": [hidden(OFFICE_ALONE)],
    "GET /moderation/figures": [row(EVERYBODY)],
    "GET /rules": [row(EVERYBODY)],
    "GET /settings/rules": [hidden(OFFICE_ALONE)],
    "POST /settings/rules": [hidden(OFFICE_ALONE, facts=RULES)],
    "GET /settings/moderation": [hidden(OFFICE_ALONE)],
    "POST /settings/moderation": [hidden(OFFICE_ALONE, facts=SETTINGS)],
}
