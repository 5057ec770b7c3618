"""The reminder of an action, and the signed link in it by which it is ticked off."""

from datetime import date

from flask_babel import lazy_gettext as _l

from network import letters, links
from network.minutes.models import Action
from network.people.letters import KINDS, site_url, unsubscribe_url, wants

PURPOSE = "done"

KINDS.setdefault("actions", _l("Reminders of what I have to do"))


def done_url(action: Action) -> str:
    """The address in the letter: for this action and the person who has it to do, and nothing else."""
    return site_url(f"/done/{links.make(PURPOSE, action=action.id, person=action.person_id)}")


def remind(action: Action, *, today: date) -> None:
    """Step of an action: tell whoever has it to do when it is due, unless they want no such letters."""
    person = action.person
    if person is None or not wants(person, "actions"):
        return
    letters.write(
        person,
        "action_reminder",
        _l("Due today: %(action)s", action=action.label)
        if action.due_on == today
        else _l("Overdue: %(action)s", action=action.label)
        if action.due_on is not None and action.due_on < today
        else _l("Reminder: %(action)s", action=action.label),
        unsubscribe=unsubscribe_url(person, "actions"),
        about=action,
        action=action,
        today=today,
        done_url=done_url(action),
    )
