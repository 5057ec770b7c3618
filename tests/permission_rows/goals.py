"""Rows for goals and their plans, reports and milestones, and for links."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from network.dates import today
from network.discussions.models import Thread
from network.extensions import db
from network.goals import actions, adopting, tending, writing
from network.goals.models import Goal, GoalPlan, GoalText, Milestone, ProgressReport
from network.groups.models import GroupKind
from network.loop import actions as linking
from network.loop.models import Link
from network.needs.models import Need
from network.things import now
from tests.goals.makers import drafted
from tests.permission_rows.discussions import message
from tests.permission_rows.needs import need
from tests.permission_rows.stage import SECRET, Stage, decision, group, item, meeting
from tests.permission_rows.words import (
    COORDINATION,
    EVERYBODY,
    GROUP_MEMBER,
    IN_GROUP,
    LEAD,
    NOBODY,
    OFFICE,
    SIGNED_IN,
    STEERING,
    WRITING,
    Scene,
    Table,
    hidden,
    only,
    row,
)

TITLE = f"{SECRET} goal"
OWNING = STEERING | only(GROUP_MEMBER)  # who looks after it in these scenes is the member


def draft(of: str = "network") -> Scene:
    """A draft of the member."""

    def make(stage: Stage) -> Goal:
        facts = {"owner_id": stage[GROUP_MEMBER].id}
        return drafted(stage[GROUP_MEMBER], stage.groups[of], TITLE, **facts)  # type: ignore[index]  # a StrEnum is a string

    return Scene(f"draft goal of a {of} group", make)


def removed_draft() -> Scene:
    """A draft that was taken out of sight."""
    there = draft()

    def make(stage: Stage) -> Goal:
        goal: Goal = actions.remove_goal(stage[LEAD], there.make(stage))
        return goal

    return Scene("removed draft of a goal", make)


def text(of: str = "network") -> Scene:
    """A text of a draft."""
    there = draft(of)

    def make(stage: Stage) -> GoalText:
        return writing.texts_of(there.make(stage))["statement"]

    return Scene(f"text of a goal of a {of} group", make)


def plan(of: str = "network", *, consent: bool = False) -> Scene:
    """A plan that is proposed by the member, perhaps with the Office's consent."""
    there = draft(of)

    def make(stage: Stage) -> GoalPlan:
        found: GoalPlan = actions.propose_goal(stage[GROUP_MEMBER], there.make(stage))
        if consent:
            adopting.consent(stage[OFFICE], found, said="given")
        return found

    return Scene(f"plan of a {of} group{' with consent' if consent else ''}", make)


def goal(of: str = "network", *, public: bool = False, overridden: bool = False) -> Scene:
    """A goal in force."""
    there = plan(of, consent=True)

    def make(stage: Stage) -> Goal:
        adopted = adopting.adopt(stage[OFFICE], there.make(stage), procedure="By e-mail.")
        found: Goal = adopted.parent
        if public:
            tending.publish(stage[LEAD], found, public=True)
        if overridden:
            tending.say_health(stage[LEAD], found, health="at_risk", reason="Rooms are missing.")
        return found

    return Scene(f"{'public ' if public else ''}goal of a {of} group", make)


def ended(of: str = "network") -> Scene:
    """A goal that has just been recorded as achieved."""
    there = goal(of)

    def make(stage: Stage) -> Goal:
        found: Goal = tending.end(stage[LEAD], there.make(stage), state="achieved", reason="Counted.")
        return found

    return Scene(f"ended goal of a {of} group", make)


def direction() -> Scene:
    """A goal of the network that is proposed: of the coordination group, which is closed."""

    def make(stage: Stage) -> Goal:
        coordinating = stage.group("closed", kind=GroupKind.COORDINATION)
        db.session.commit()
        return actions.propose_goal(stage[LEAD], drafted(stage[LEAD], coordinating, TITLE)).parent  # type: ignore[no-any-return]  # an action's result

    return Scene("goal of the network", make)


def coordinating() -> Scene:
    """The coordination group."""

    def make(stage: Stage) -> Any:
        found = stage.group("network", kind=GroupKind.COORDINATION)
        db.session.commit()
        return found

    return Scene("coordination group", make)


def report(of: str = "network") -> Scene:
    """A report of the member."""
    there = goal(of)

    def make(stage: Stage) -> ProgressReport:
        found: ProgressReport = tending.report(
            stage[GROUP_MEMBER], there.make(stage), value=Decimal(50), on=today()
        )
        return found

    return Scene(f"report on a goal of a {of} group", make)


def reported() -> Scene:
    """A goal with all that its page can show: reports, a correction, a review, an amendment that waits."""
    there = report()

    def make(stage: Stage) -> Goal:
        first = there.make(stage)
        found = first.parent
        lead = stage[LEAD]
        tending.correct(lead, first, value=Decimal("48.5"), on=today(), reason="Two were counted twice.")
        second = tending.report(lead, found, value=Decimal(3), on=today(), note="Of another school.")
        tending.withdraw(lead, second, reason="Of another school.")
        tending.review(lead, found, note="We go on like this.")
        tending.say_health(lead, found, health="at_risk", reason="Rooms are missing.")
        wanted = {**writing.present_plan(found), "target": "90"}
        adopting.amend(lead, found, reason="More schools take part.", **wanted)
        return found

    return Scene("goal with reports", make)


def amendment_of_goal() -> Scene:
    """An amendment that waits for the Office's consent."""
    there = goal()

    def make(stage: Stage) -> GoalPlan:
        found = there.make(stage)
        wanted = {**writing.present_plan(found), "target": "90", "statement": "Children **read**."}
        return adopting.amend(stage[LEAD], found, reason="More schools.", **wanted)  # type: ignore[no-any-return]  # an action's result

    return Scene("amendment of a goal", make)


def milestone(of: str = "network", *, done: bool = False) -> Scene:
    """A milestone of a goal in force."""
    there = goal(of)

    def make(stage: Stage) -> Milestone:
        found = writing.milestones_of(there.make(stage))[0]
        if done:
            tending.reach(stage[LEAD], found, reached_on=today())
        return found

    return Scene(f"milestone of a {of} group{', reached' if done else ''}", make)


def link() -> Scene:
    """A goal that is linked with another one."""
    one, other = goal(), goal()

    def make(stage: Stage) -> Link:
        found: Link = linking.link(
            stage[GROUP_MEMBER], one.make(stage), to_id=other.make(stage).id, kind="follows_from"
        )
        return found

    return Scene("link of a goal", make)


def unlinked() -> Scene:
    """The same, taken off again."""
    there = link()

    def make(stage: Stage) -> Link:
        found: Link = linking.unlink(stage[GROUP_MEMBER], there.make(stage))
        return found

    return Scene("link that was taken off", make)


def linked() -> Scene:
    """A discussion that is linked with a goal, and so is a message of it."""
    there, said = goal(), message()

    def make(stage: Stage) -> Thread:
        one, talk = there.make(stage), said.make(stage)
        for other in (talk, talk.parent):
            linking.link(stage[GROUP_MEMBER], one, to_id=other.id)
        return talk.parent

    return Scene("discussion that is linked", make)


def day(distance: int = 0) -> str:
    return f"{today() + timedelta(days=distance)}"


PLAN = {"title": f"{TITLE} anew", "review_months": "3", "weight": "1", "milestones": "Ten schools asked"}


def value(*_scene: Any) -> dict[str, Any]:
    return {"value": "51", "on": day()}


def corrected(*_scene: Any) -> dict[str, Any]:
    return {"value": "51", "on": day(), "reason": "Two were counted twice."}


def reached(*_scene: Any) -> dict[str, Any]:
    return {"reached_on": day(), "evidence": "Ten letters."}


def words(_stage: Any, thing: GoalText, _who: Any) -> dict[str, Any]:
    return {"words": f"Children read, {now().timestamp()}.", "revision": thing.revision}


def amendment(_stage: Any, _thing: Any, _who: Any) -> dict[str, Any]:
    return {**PLAN, "reason": "It takes longer."}


def to_group(stage: Stage, thing: Any, _who: Any) -> dict[str, Any]:
    return {"kind": "discussed_in", "to": f"/groups/{thing.parent_id}"}


def came_up_in(_stage: Any, thing: Need, _who: Any) -> dict[str, Any]:
    return {"kind": "discussed_in", "to": f"/groups/{thing.group_id}"}


def the_decision(stage: Stage, thing: Any, _who: Any) -> dict[str, Any]:
    return {"procedure": "By e-mail, nobody against."}


CONSENT = {"said": "given"}
HEALTH = {"health": "at_risk", "reason": "Rooms are missing."}
REVIEW = {"note": "We go on like this."}
END = {"state": "achieved", "reason": "They were counted.", "sure": "y"}
SLIP = {"reason": "Only half of them."}

ROUTES: Table = {
    "GET /goals": [row(SIGNED_IN)],
    "GET /goals.csv": [row(SIGNED_IN)],
    "GET /goals/report": [row(SIGNED_IN)],
    "GET /goals/public": [row(EVERYBODY)],
    "GET /groups/<id>/goals": [
        row(SIGNED_IN, group("network"), sees=NOBODY, door=False),
        row(EVERYBODY, group("public")),
        row(IN_GROUP, group("closed"), sees=NOBODY, door=False),
    ],
    "GET /groups/<id>/goals.csv": [row(SIGNED_IN, group("network")), hidden(IN_GROUP, group("closed"))],
    "GET /groups/<id>/goals/new": [
        row(WRITING, group("network")),
        row(WRITING, group("closed"), sees=IN_GROUP),
        row(WRITING | only(COORDINATION), coordinating()),
    ],
    "POST /groups/<id>/goals/new": [
        row(WRITING, group("network"), facts={"title": TITLE}),
        row(WRITING, group("closed"), facts={"title": TITLE}, sees=IN_GROUP),
        row(WRITING | only(COORDINATION), coordinating(), facts={"title": TITLE}),
    ],
    "GET /goals/<id>": [
        row(SIGNED_IN, draft(), sees=NOBODY, door=False),
        row(SIGNED_IN, goal(), sees=NOBODY, door=False),
        row(IN_GROUP, goal("closed"), sees=NOBODY, door=False),
        row(SIGNED_IN, goal("public"), sees=NOBODY, door=False),
        row(EVERYBODY, goal("public", public=True)),
        row(SIGNED_IN, direction(), sees=NOBODY, door=False),
    ],
    "GET /goals/<id>/history": [row(SIGNED_IN, goal()), hidden(IN_GROUP, goal("closed"))],
    "GET /goals/<id>/edit": [row(WRITING, draft()), row(WRITING, draft("closed"), sees=IN_GROUP)],
    "POST /goals/<id>/edit": [
        row(WRITING, draft(), facts=PLAN),
        row(WRITING, draft("closed"), facts=PLAN, sees=IN_GROUP),
        row(NOBODY, goal(), facts=PLAN),
    ],
    "GET /goal-texts/<id>": [row(WRITING, text()), row(WRITING, text("closed"), sees=IN_GROUP)],
    "POST /goal-texts/<id>": [
        row(WRITING, text(), facts=words),
        row(WRITING, text("closed"), facts=words, sees=IN_GROUP),
    ],
    "POST /goals/<id>/remove": [row(WRITING, draft()), row(NOBODY, goal())],
    "POST /goals/<id>/restore": [row(WRITING, removed_draft())],
    "POST /goals/<id>/agenda": [
        row(WRITING, goal()),
        row(WRITING, goal("closed"), sees=IN_GROUP),
        row(NOBODY, draft()),
    ],
    "POST /goals/<id>/propose": [
        row(WRITING, draft()),
        row(WRITING, draft("closed"), sees=IN_GROUP),
        row(NOBODY, goal()),
    ],
    "GET /goal-plans/<id>": [row(SIGNED_IN, plan()), hidden(IN_GROUP, plan("closed"))],
    "GET /goal-plans/<id>/consent": [row(only(OFFICE), plan())],
    "POST /goal-plans/<id>/consent": [
        row(only(OFFICE), plan(), facts=CONSENT),
        row(only(OFFICE), plan("closed"), facts=CONSENT, sees=IN_GROUP),
    ],
    "GET /goal-plans/<id>/adopt": [row(STEERING, plan(consent=True)), row(NOBODY, plan())],
    "POST /goal-plans/<id>/adopt": [
        row(STEERING, plan(consent=True), facts=the_decision),
        row(STEERING, plan("closed", consent=True), facts=the_decision, sees=IN_GROUP),
        row(NOBODY, plan(), facts=the_decision),
    ],
    "POST /goal-plans/<id>/take-back": [row(OWNING, plan()), row(OWNING, plan("closed"), sees=IN_GROUP)],
    "GET /goals/<id>/amend": [row(WRITING, goal()), row(NOBODY, draft())],
    "POST /goals/<id>/amend": [
        row(WRITING, goal(), facts=amendment),
        row(WRITING, goal("closed"), facts=amendment, sees=IN_GROUP),
    ],
    "GET /goals/<id>/report": [row(WRITING, goal()), row(NOBODY, draft())],
    "POST /goals/<id>/report": [
        row(WRITING, goal(), facts=value),
        row(WRITING, goal("closed"), facts=value, sees=IN_GROUP),
        # A visitor sees the public side; reading it is all.
        row(WRITING, goal("public", public=True), facts=value),
    ],
    "GET /progress-reports/<id>/correct": [row(OWNING, report())],
    "POST /progress-reports/<id>/correct": [
        row(OWNING, report(), facts=corrected),
        row(OWNING, report("closed"), facts=corrected, sees=IN_GROUP),
    ],
    "GET /progress-reports/<id>/withdraw": [row(OWNING, report())],
    "POST /progress-reports/<id>/withdraw": [row(OWNING, report(), facts={"reason": "Counted twice."})],
    "GET /milestones/<id>/reach": [row(WRITING, milestone())],
    "POST /milestones/<id>/reach": [
        row(WRITING, milestone(), facts=reached),
        row(WRITING, milestone("closed"), facts=reached, sees=IN_GROUP),
    ],
    "POST /milestones/<id>/reopen": [row(WRITING, milestone(done=True))],
    "GET /goals/<id>/health": [row(OWNING, goal())],
    "POST /goals/<id>/health": [row(OWNING, goal(), facts=HEALTH)],
    "POST /goals/<id>/health/compute": [row(OWNING, goal(overridden=True))],
    "GET /goals/<id>/owner": [row(OWNING, goal())],
    "POST /goals/<id>/owner": [
        row(OWNING, goal(), facts={"owner_id": ""}),
        row(OWNING, goal("closed"), facts={"owner_id": ""}, sees=IN_GROUP),
    ],
    "GET /goals/<id>/review": [row(OWNING, goal())],
    "POST /goals/<id>/review": [row(OWNING, goal(), facts=REVIEW)],
    "GET /goals/<id>/reopen": [row(STEERING, ended()), row(NOBODY, goal())],
    "POST /goals/<id>/reopen": [
        row(STEERING, ended(), facts=SLIP),
        row(STEERING, ended("closed"), facts=SLIP, sees=IN_GROUP),
        row(NOBODY, goal(), facts=SLIP),
    ],
    "GET /goals/<id>/end": [row(STEERING, goal())],
    "POST /goals/<id>/end": [
        row(STEERING, goal(), facts=END),
        row(STEERING, goal("closed"), facts=END, sees=IN_GROUP),
    ],
    "POST /goals/<id>/public": [
        row(STEERING, goal("public"), facts={"public": "y"}),
        row(NOBODY, goal(), facts={"public": "y"}),
    ],
    # Links
    "GET /things/<id>/links": [row(SIGNED_IN, goal()), hidden(IN_GROUP, goal("closed"))],
    "GET /things/<id>/link": [
        row(WRITING, goal()),
        row(OWNING, report()),
        row(WRITING, decision()),
        row(WRITING, item()),
        row(WRITING, meeting("closed")),
        row(WRITING, message()),
    ],
    "POST /things/<id>/link": [
        row(WRITING, goal(), facts=to_group),
        row(WRITING, goal("closed"), facts=to_group, sees=IN_GROUP),
        row(only(OFFICE, COORDINATION, GROUP_MEMBER), need(), facts=came_up_in),
        row(NOBODY, group("network"), facts={"kind": "serves", "to": "/groups/1"}),
    ],
    "POST /links/<id>/remove": [row(WRITING, link())],
    "POST /links/<id>/restore": [row(WRITING, unlinked())],
}

ROOMS = [
    row(SIGNED_IN, goal()),
    row(SIGNED_IN, goal("public", public=True)),  # its room is not for visitors, who see its public side
    row(IN_GROUP, goal("closed")),
    row(SIGNED_IN, direction()),
]
