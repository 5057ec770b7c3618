"""What is asked about the text of minutes, their corrections and their versions."""

from sqlalchemy import and_, func, select
from sqlalchemy.orm import joinedload

from network.approval import snapshot
from network.approval.models import Correction, CorrectionState, MinutesErasure, MinutesVersion
from network.extensions import db
from network.minutes.content import content
from network.minutes.models import Minutes


def mark(text: str) -> str:
    """By what a form names a paragraph: whoever sends it has seen exactly this text."""
    return snapshot.digest(text)[:16]


def seen_text(minutes: Minutes) -> str:
    """By what a form names the whole text: a correction that came in since makes it another one."""
    said = [[item.id, content(item.minutes)] for item in minutes.parent.agenda]
    return snapshot.digest(snapshot.canonical({"items": said}))[:16]


def place_of(texts: list[str], paragraph: str, near: int = 0) -> int | None:
    """Where the paragraph of this mark stands, the nearest one if it stands there twice."""
    places = [place for place, text in enumerate(texts) if mark(text) == paragraph]
    return min(places, key=lambda place: abs(place - near), default=None)


def present_place(correction: Correction) -> int | None:
    """Where the paragraph stands of which a correction speaks; None if it reads otherwise by now."""
    return place_of(content(correction.parent.minutes), mark(correction.was), correction.place or 0)


def number_open(minutes: Minutes) -> int:
    """How many corrections wait for an answer."""
    query = select(func.count(Correction.id)).where(
        Correction.minutes_id == minutes.id, Correction.state == CorrectionState.OPEN
    )
    return int(db.session.scalar(query) or 0)


def versions_of(minutes: Minutes) -> list[MinutesVersion]:
    """All versions, the newest first."""
    query = select(MinutesVersion).where(MinutesVersion.minutes_id == minutes.id)
    return list(db.session.scalars(query.order_by(MinutesVersion.number.desc())))


def erasures_of(minutes: Minutes) -> list[MinutesErasure]:
    """What of them was erased, in order; each with who did it."""
    query = select(MinutesErasure).where(MinutesErasure.minutes_id == minutes.id)
    return list(db.session.scalars(query.order_by(MinutesErasure.id).options(joinedload(MinutesErasure.by))))


def versions_and_erasures(minutes: Minutes) -> tuple[list[MinutesVersion], list[MinutesErasure]]:
    """Both in one statement: all versions, the newest first, and what was erased of them, in order.

    An erasure is of the minutes, whichever versions it changed: each is read beside the first version, so
    that no other text comes more than once.
    """
    beside = and_(MinutesErasure.minutes_id == MinutesVersion.minutes_id, MinutesVersion.number == 1)
    rows = db.session.execute(
        select(MinutesVersion, MinutesErasure)
        .outerjoin(MinutesErasure, beside)
        .where(MinutesVersion.minutes_id == minutes.id)
        .order_by(MinutesVersion.number.desc(), MinutesErasure.id)
        .options(joinedload(MinutesErasure.by))
    ).all()
    versions = list(dict.fromkeys(version for version, _erasure in rows))
    return versions, [erasure for _version, erasure in rows if erasure is not None]


def newest(minutes: Minutes) -> MinutesVersion:
    """The version that holds."""
    query = select(MinutesVersion).where(MinutesVersion.minutes_id == minutes.id)
    return db.session.scalars(query.order_by(MinutesVersion.number.desc()).limit(1)).one()
