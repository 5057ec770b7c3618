"""What the clock does about moderation."""

from datetime import timedelta

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from network import jobs
from network.changes import CLOCK
from network.extensions import db
from network.moderation import actions
from network.moderation.models import CaseEntry, CaseState, ModerationCase, Report
from network.things import now


@jobs.daily(hour=3)
def forget_words() -> None:
    """Delete the words and reporters of cases that were decided long ago, once no measure is in force."""
    before = now() - timedelta(days=current_app.config["KEEP_CASES_DAYS"])
    has_words = or_(
        select(Report.id).where(Report.case_id == ModerationCase.id, Report.person_id.is_not(None)).exists(),
        select(CaseEntry.id).where(CaseEntry.case_id == ModerationCase.id, CaseEntry.text != "").exists(),
    )
    old = (
        select(ModerationCase)
        .where(
            ModerationCase.state == CaseState.DECIDED,
            ModerationCase.decided_at < before,
            has_words,
        )
        .options(joinedload(ModerationCase.room))
    )
    for case in db.session.scalars(old).unique().all():
        actions.forget(CLOCK, case)
