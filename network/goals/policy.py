"""Who drafts goals, who consents to them, who adopts them, and who tells what became of them."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.goals.models import (
    Goal,
    GoalPlan,
    GoalState,
    GoalText,
    Milestone,
    PlanState,
    ProgressReport,
)
from network.groups import policy as groups
from network.groups.models import Group, GroupKind, Visibility
from network.meetings import policy as meetings
from network.things import now, rules


def may_read(user: Any, goal: Goal) -> bool:
    """All of it: who may read the group; goals of the network every member of it, once they are proposed."""
    if not user.is_authenticated or user.is_clock:
        return False
    if groups.may_read(user, goal.parent):
        return True
    return goal.of_network and goal.state != GoalState.DRAFT


def may_see_public_side(user: Any, goal: Goal) -> bool:
    """Everybody, when a public group shows a goal that was adopted."""
    return goal.public and goal.in_force and goal.parent.visibility == Visibility.PUBLIC


def may_see(user: Any, goal: Goal) -> bool:
    """The goal's page: all of it or its public side."""
    return may_read(user, goal) or may_see_public_side(user, goal)


def may_read_part(user: Any, part: Milestone | ProgressReport | GoalPlan) -> bool:
    """Milestones, reports and plans are read with the goal."""
    return part.parent.removed_at is None and may_read(user, part.parent)


def may_read_text(user: Any, text: GoalText) -> bool:
    """A text as it is written, with earlier versions and comments: the group, to which they were said.

    What it says is read on the goal's page, by whoever reads the goal.
    """
    goal = text.parent
    return goal.removed_at is None and may_read(user, goal) and groups.may_read(user, goal.parent)


def may_read_decision(user: Any, plan: GoalPlan) -> bool:
    """By which decision a plan was adopted, in its words: who reads the group that took it.

    It may be a closed one that adopts a goal of the network.
    """
    return plan.decision is not None and groups.may_read(user, plan.decision.group)


def _is_open(plan: GoalPlan) -> bool:
    """Whether a plan still waits for what becomes of it; an amendment only while its goal is in force."""
    goal = plan.parent
    waits = goal.state == (GoalState.PROPOSED if plan.is_first else GoalState.ADOPTED)
    return waits and plan.state == PlanState.PROPOSED and goal.removed_at is None


def _is_adopted(goal: Goal) -> bool:
    """Whether it is in force and has not ended."""
    return goal.state == GoalState.ADOPTED and goal.removed_at is None


@because(_l("Goals are drafted by members of the group."))
def may_draft(user: Any, group: Group) -> bool:
    """Members and leads, and the Office; goals of the network also the coordination group."""
    if not user.is_authenticated or user.is_clock or user.is_silenced or group.archived:
        return False
    if groups.may_write(user, group):
        # The plenary is everybody: there those draft who steer it or coordinate the network.
        return group.kind != GroupKind.PLENARY or groups.may_steer(user, group) or user.in_coordination
    return group.kind in (GroupKind.COORDINATION, GroupKind.PLENARY) and bool(user.in_coordination)


@because(_l("A goal is written by members of the group, as long as it is a draft."))
def may_change(user: Any, goal: Goal) -> bool:
    """Whoever drafts in the group, until the goal is proposed or removed."""
    return goal.state == GoalState.DRAFT and goal.removed_at is None and may_draft(user, goal.parent)


@because(_l("A removed draft is brought back by members of the group."))
def may_restore(user: Any, goal: Goal) -> bool:
    """Whoever drafts in the group; done again it does nothing."""
    return (goal.removed_at is not None or goal.state == GoalState.DRAFT) and may_draft(user, goal.parent)


def may_write_text(user: Any, text: GoalText) -> bool:
    """A text of the goal: as the goal."""
    return may_change(user, text.parent)


may_write_text.because = may_change.because  # type: ignore[attr-defined]  # a rule bears its sentence


@because(_l("A proposed goal is taken back by whoever proposed it, and by those who lead the group."))
def may_take_back(user: Any, plan: GoalPlan) -> bool:
    """Whoever put it forward, leads and the Office, until it is adopted."""
    goal = plan.parent
    if not _is_open(plan) or not user.is_authenticated or user.is_clock:
        return False
    own = plan.person_id == user.id and may_draft(user, goal.parent)
    return own or groups.may_steer(user, goal.parent)


@because(_l("Only the Coordination Office consents to goals, while they are proposed."))
def may_consent(user: Any, plan: GoalPlan) -> bool:
    """The Office, until the plan is adopted."""
    return _is_open(plan) and bool(user.works_in_office) and not plan.parent.parent.archived


@because(
    _l(
        "Goals are adopted by those who lead the group, with a decision, "
        "once the Coordination Office has consented."
    )
)
def may_adopt(user: Any, plan: GoalPlan) -> bool:
    """Leads and the Office; not without the Office's consent."""
    return (
        _is_open(plan)
        and plan.has_consent
        and not user.is_clock
        and groups.may_steer(user, plan.parent.parent)
    )


@because(_l("Amendments are proposed by members of the group, while the goal is in force."))
def may_amend(user: Any, goal: Goal) -> bool:
    """Whoever drafts in the group; only what is adopted and has not ended."""
    return _is_adopted(goal) and may_draft(user, goal.parent)


@because(_l("Progress is reported by members of the group and the goal's owner, while the goal is in force."))
def may_report(user: Any, goal: Goal) -> bool:
    """Members, leads, the owner and the Office."""
    if not _is_adopted(goal) or not user.is_authenticated or user.is_clock or user.is_silenced:
        return False
    owns = goal.owner_id == user.id and not goal.parent.archived and may_read(user, goal)
    return owns or may_draft(user, goal.parent)


@because(_l("A report is corrected by whoever made it, and by those who lead the group."))
def may_correct(user: Any, report: ProgressReport) -> bool:
    """Its author, leads and the Office, while the goal is in force."""
    if report.withdrawn_at is not None or not may_report(user, report.parent):
        return False
    return report.person_id == user.id or groups.may_steer(user, report.parent.parent)


def may_reach(user: Any, milestone: Milestone) -> bool:
    """As reporting."""
    return milestone.removed_at is None and may_report(user, milestone.parent)


may_reach.because = may_report.because  # type: ignore[attr-defined]  # a rule bears its sentence


def may_change_milestone(user: Any, milestone: Milestone) -> bool:
    """As the goal: those of an adopted one are changed by an amendment."""
    return milestone.removed_at is None and may_change(user, milestone.parent)


may_change_milestone.because = may_change.because  # type: ignore[attr-defined]  # as above


@because(_l("This is for the goal's owner and for those who lead the group."))
def may_tend(user: Any, goal: Goal) -> bool:
    """Say how it does, record a review: the owner, leads and the Office, while it is in force."""
    if not _is_adopted(goal) or not user.is_authenticated or user.is_clock:
        return False
    owns = goal.owner_id == user.id and not user.is_silenced and not goal.parent.archived
    return (owns and may_read(user, goal)) or groups.may_steer(user, goal.parent)


@because(_l("What became of a goal is recorded by those who lead the group."))
def may_end(user: Any, goal: Goal) -> bool:
    """Leads and the Office, while it is in force."""
    return _is_adopted(goal) and not user.is_clock and groups.may_steer(user, goal.parent)


@because(
    _l(
        "That a goal has ended is taken back by those who lead the group, within 14 days; "
        "then its end stands."
    )
)
def may_reopen(user: Any, goal: Goal) -> bool:
    """Leads and the Office, as long as it may have been a slip."""
    until = goal.reopened_until if goal.removed_at is None else None
    return until is not None and now() < until and not user.is_clock and groups.may_steer(user, goal.parent)


@because(_l("Adopted goals of public groups are shown to the public by those who lead the group."))
def may_publish(user: Any, goal: Goal) -> bool:
    """Leads and the Office; only where the group is public."""
    return (
        goal.in_force
        and goal.removed_at is None
        and goal.parent.visibility == Visibility.PUBLIC
        and not user.is_clock
        and groups.may_steer(user, goal.parent)
    )


@because(_l("Items are proposed by members of the group."))
def may_put_forward(user: Any, goal: Goal) -> bool:
    """Whoever proposes items in the group, of what is no draft any more and has not ended."""
    waits = goal.state in (GoalState.PROPOSED, GoalState.ADOPTED) and goal.removed_at is None
    return waits and meetings.may_propose(user, goal.parent)


def may_discuss(user: Any, goal: Goal) -> bool:
    """Whoever speaks in the group, once it is proposed: who reads it then is not who read the draft.

    What there is to say about a draft is said in comments on its text, which stay in the group.
    """
    is_told = goal.state != GoalState.DRAFT and goal.removed_at is None
    return is_told and may_read(user, goal) and groups.may_speak(user, goal.parent)


@because(_l("This is done by the program when it is due."))
def may_remind(user: Any, goal: Goal) -> bool:
    """The clock, of a goal in force of a group that still works."""
    return bool(user.is_clock) and _is_adopted(goal) and not goal.parent.archived


@because(_l("This is done by the program when it is due."))
def may_vacate(user: Any, goal: Goal) -> bool:
    """The clock, when whoever looks after it has left the network."""
    return bool(user.is_clock) and not goal.ended


def rights(user: Any, goal: Goal) -> set[str]:
    """Words for `data-needs` on the goal's page: `write` its texts, `propose` what belongs to it."""
    words = set()
    if may_change(user, goal):
        words |= {"write", "propose"}
    if may_report(user, goal):
        words.add("propose")
    if groups.may_steer(user, goal.parent):
        words.add("steer")
    return words


def until(user: Any, goal: Goal) -> datetime | None:
    """When a guest's right to the group ends."""
    return None if goal.of_network else groups.until(user, goal.parent)


def may_attach(user: Any, goal: Goal) -> bool:
    """Files of a goal: whoever writes it or reports on it."""
    return may_change(user, goal) or may_report(user, goal)


def may_link(user: Any, goal: Goal) -> bool:
    """Links of a goal: whoever drafts in its group, also when it has ended."""
    return may_read(user, goal) and may_draft(user, goal.parent)


def may_link_report(user: Any, report: ProgressReport) -> bool:
    """What shows a report: whoever may put it right."""
    return may_correct(user, report)


def may_attach_evidence(user: Any, part: ProgressReport | Milestone) -> bool:
    """Evidence of a report or a milestone: whoever reports."""
    return may_report(user, part.parent)


rules(
    Goal,
    see=may_see,
    enter=may_read,
    rights=rights,
    until=until,
    discuss=may_discuss,
    attach=may_attach,
    link=may_link,
)
rules(GoalText, see=may_read_text, write_draft=may_write_text)
rules(Milestone, see=may_read_part, attach=may_attach_evidence)
rules(ProgressReport, see=may_read_part, attach=may_attach_evidence, link=may_link_report)
rules(GoalPlan, see=may_read_part)
