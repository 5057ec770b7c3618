"""What becomes of plans: the Office's consent, adoption by a decision, amendments, withdrawal."""

from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from network import dates
from network.changes import Invalid, action, record
from network.dates import local
from network.drafts import markdown
from network.drafts import texts as drafts
from network.extensions import db
from network.goals import letters, plans, policy
from network.goals.models import PARTS, Consent, Goal, GoalPlan, GoalState, PlanState
from network.goals.readings import read_anew
from network.goals.writing import (
    present_plan,
    put_plan,
    reopen_draft,
    texts_of,
    with_deciding,
    with_group,
)
from network.groups.models import GroupKind
from network.loop.models import LinkKind
from network.loop.tying import tie
from network.minutes.models import Decision
from network.people.models import Person
from network.things import now

EARLIER = relativedelta(years=1)  # a decision may have been taken before its plan was written down here


@action(policy.may_consent, rooms=with_group)
def consent(
    actor: Person, plan: GoalPlan, *, said: str, remark: str = "", seen: str | None = None
) -> GoalPlan:
    """The Office's word on a plan: consent, consent with a remark, or please rework because.

    A goal that is to be reworked is a draft again; an amendment is settled thereby and may be proposed anew.
    Raises Invalid if it was answered otherwise since the answer that the writer has `seen`.
    """
    if (plan.consent, plan.remark) == (said, remark):
        return plan
    if seen is not None and seen != plan.answered:
        raise Invalid(said=answered_meanwhile(plan))
    plan.consent, plan.remark = Consent(said), remark
    plan.consented_by_id, plan.consented_at = actor.id, now()
    goal = plan.parent
    if plan.consent == Consent.REWORK:
        plan.state = PlanState.SENT_BACK
        record("sent back", plan, by=actor)
        if plan.is_first:
            reopen_draft(actor, goal)
            record("sent back", goal, by=actor, also=[goal.parent.room])
    else:
        record("consented" if plan.is_first else "amendment consented", plan, by=actor)
        if plan.is_first:
            record("consented", goal, by=actor, also=[goal.parent.room])
    letters.tell_of_consent(plan, actor)
    return plan


def answered_meanwhile(plan: GoalPlan) -> Any:
    """What to say to whoever was about to answer as the Office when somebody else has answered."""
    return _l(
        "%(name)s has answered meanwhile: “%(said)s”. "
        "Your answer is not saved; what you wrote is still here.",
        name=plan.consented_by.name if plan.consented_by else "",
        said=plan.consent_label,
    )


@action(policy.may_adopt, rooms=with_deciding)
def adopt(
    actor: Person,
    plan: GoalPlan,
    *,
    decision_id: int | None = None,
    procedure: str = "",
    adopted_on: date | None = None,
) -> GoalPlan:
    """Record that a plan was adopted: by a decision, or in the written procedure that is described.

    From now on it is frozen, and the goal is as it says. The first one sets the day of the first review.
    """
    goal, today = plan.parent, dates.today()
    decision = db.session.get(Decision, decision_id) if decision_id is not None else None
    if decision is None and not procedure:
        raise Invalid(decision_id=_l("Please choose the decision, or say how it was adopted otherwise."))
    if decision_id is not None and (decision is None or not is_of(decision, goal)):
        raise Invalid(decision_id=_l("Please choose a decision of this group or of the whole network."))
    if adopted_on is not None and adopted_on > today:
        raise Invalid(adopted_on=_l("Please choose a day that has come."))
    if adopted_on is not None and adopted_on < local(plan.created_at).date() - EARLIER:
        raise Invalid(
            adopted_on=_l("Please choose a day that is at most a year before the plan was proposed.")
        )
    _let_stand(actor, goal, plan)
    last = db.session.scalar(select(func.max(GoalPlan.number)).where(GoalPlan.goal_id == goal.id))
    plan.number, plan.state = (last or 0) + 1, PlanState.ADOPTED
    plan.content = present_plan(goal)
    plan.decision, plan.procedure = decision, procedure
    plan.adopted_by_id, plan.adopted_at = actor.id, now()
    plan.adopted_on = adopted_on or (local(decision.parent.parent.starts_at).date() if decision else today)
    if plan.is_first:
        goal.state, goal.adopted_on = GoalState.ADOPTED, plan.adopted_on
    if plan.is_first or "review_months" in plan.changes:
        goal.review_on = plan.adopted_on + relativedelta(months=goal.review_months)
    read_anew(goal)
    if decision is not None:
        tie(actor, goal, decision, LinkKind.ADOPTED_BY)
    record("adopted", plan, by=actor)
    record("adopted" if plan.is_first else "amended", goal, by=actor, also=[goal.parent.room])
    return plan


def is_of(decision: Decision, goal: Goal) -> bool:
    """Whether a goal can be adopted by this decision: of its group or of those who speak for all."""
    if decision.removed_at is not None:
        return False
    direction = decision.group.kind in (GroupKind.COORDINATION, GroupKind.PLENARY)
    return decision.group_id == goal.parent_id or direction


def _let_stand(actor: Any, goal: Goal, plan: GoalPlan) -> None:
    """Let the goal say what the plan sets. The first one was written into it as it was drafted.

    Of lists it is the single changes that count, since others may have been adopted meanwhile.
    """
    if plan.is_first:
        return
    changes = plans.combined(plan.before, plan.changes, present_plan(goal)).content
    texts = texts_of(goal)
    for part in PARTS:
        if part in changes:
            text = texts[part]
            draft = drafts.begin(actor, text)
            if drafts.write(actor, draft, markdown.parse(changes.pop(part))):
                record("written", text, by=actor)
    put_plan(actor, goal, plans.values_of(changes))


@action(policy.may_amend, rooms=with_group)
def amend(
    actor: Person, goal: Goal, *, reason: str, seen: plans.Content | None = None, **wanted: Any
) -> GoalPlan:
    """Propose to change an adopted goal; `wanted` are fields of a plan as JSON keeps them.

    Only what differs is kept, so that two amendments at once both stand: each sets its own fields.
    What differs from the plan that the writer has `seen` counts: an amendment that was adopted while they
    wrote is not undone thereby. Raises Invalid if nothing differs.
    """
    present = present_plan(goal)
    if seen is not None:
        wanted = plans.combined(seen, wanted, present).content
    changes = plans.differing(present, wanted)
    if not changes:
        raise Invalid(title=_l("Nothing is different from the plan in force."))
    plan = GoalPlan(
        parent=goal,
        goal_id=goal.id,
        room_id=goal.room_id,
        created_by_id=actor.id,
        person_id=actor.id,
        is_first=False,
        changes=changes,
        before={name: present[name] for name in changes},
        reason=reason,
    )
    db.session.add(plan)
    record("amendment proposed", plan, by=actor)
    letters.ask_for_consent(plan)
    return plan


@action(policy.may_take_back, rooms=with_group)
def take_back(actor: Person, plan: GoalPlan) -> GoalPlan:
    """Withdraw a plan that is proposed. A goal that was not adopted yet is a draft again."""
    plan.state = PlanState.WITHDRAWN
    record("withdrawn", plan, by=actor)
    if plan.is_first:
        reopen_draft(actor, plan.parent)
        record("taken back", plan.parent, by=actor, also=[plan.parent.parent.room])
    return plan
