"""What is said of a need, as forms show it, and whether two who say it better want different things."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from network.needs.models import Need


def present(need: Need) -> dict[str, Any]:
    """What is said of a need, by the names that `change_need` takes."""
    return {
        "title": need.title,
        "text": need.text,
        "topic_id": need.topic.id if need.topic else None,
        "municipality_id": need.municipality_id,
        "place": need.place,
        "target": need.target,
        "languages": [one.code for one in need.languages],
        "group_id": need.group_id,
    }


def digest(value: Any) -> str:
    """What a form remembers of a fact that was there when it was read."""
    told = "\n".join(sorted(value)) if isinstance(value, list) else str(value if value is not None else "")
    return sha256(told.encode()).hexdigest()[:12]


def clashing(need: Need, seen: Mapping[str, str], facts: Mapping[str, Any]) -> list[str]:
    """The facts that somebody sets to one thing, and others have set to another since the form was read."""
    return [
        name
        for name, there in present(need).items()
        if name in facts
        and name in seen
        and digest(there) not in (seen[name], digest(facts[name]))
        and digest(facts[name]) != seen[name]
    ]
