"""What the minutes of an item say, paragraph by paragraph: the one place where their text is read for good.

Corrections point to these paragraphs, and approval freezes them.
"""

from network.minutes.models import ItemMinutes
from network.texts import blocks


def content(item_minutes: ItemMinutes | None) -> list[str]:
    """The paragraphs, lists and quotations in their order, each as Markdown; none if nothing is written."""
    return blocks(item_minutes.text) if item_minutes is not None else []
