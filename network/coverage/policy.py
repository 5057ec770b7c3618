"""Who sees the picture of what is missing where: the coordination group and the Office."""

from typing import Any


def may_see(user: Any) -> bool:
    """Figures and coverage of the network are for those who help to set its direction."""
    return bool(user.is_authenticated) and not user.is_clock and bool(user.in_coordination)
