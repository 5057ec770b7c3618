"""What is still open in texts: suggestions that nobody took in or declined, and comments without an end."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from network.drafts.models import Draft, DraftComment
from network.extensions import db

# A passage that is to go and what is to come in its place are one suggestion.
_SUGGESTION = re.compile(r"(?:<(ins|del)\b[^>]*>.*?</\1>)+", re.DOTALL)


@dataclass(frozen=True)
class Unsettled:
    """How much is open in one text, as it is shown."""

    suggestions: int
    comments: int


def unsettled(drafts: Sequence[Draft]) -> dict[int, Unsettled]:
    """What is open, by the ids of those of these texts in which something is: one statement for all."""
    counted = db.session.execute(
        select(DraftComment.parent_id, func.count(DraftComment.id))
        .where(
            DraftComment.parent_id.in_([draft.id for draft in drafts]),
            DraftComment.resolved_at.is_(None),
            DraftComment.removed_at.is_(None),
        )
        .group_by(DraftComment.parent_id)
    )
    comments = {row[0]: int(row[1]) for row in counted}
    found = {
        draft.id: Unsettled(len(_SUGGESTION.findall(draft.html)), comments.get(draft.id, 0))
        for draft in drafts
    }
    return {id: one for id, one in found.items() if one.suggestions or one.comments}
