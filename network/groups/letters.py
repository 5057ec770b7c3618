"""The letters of groups: invitations, requests and their answers, and what changed for somebody."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from network.groups.models import Group, JoinRequest, Membership, Place
from network.people.letters import KINDS, site_url, write_if_wanted
from network.people.models import Person

KINDS.setdefault("groups", _l("Invitations to groups, requests to join, and changes of my role"))


def invited(request: JoinRequest, by: Person) -> None:
    """Step: somebody is asked into the group."""
    _tell(
        request.person,
        "groups",
        "group_invited",
        _l("Invitation to the group “%(name)s”", name=request.group.name),
        request.group,
        request=request,
        by=by,
    )


def asked(request: JoinRequest, leads: Iterable[Person]) -> None:
    """Step: the leads hear that somebody wants to join."""
    for lead in leads:
        _tell(
            lead,
            "groups",
            "group_asked",
            _l("%(who)s would like to join “%(name)s”", who=request.person.name, name=request.group.name),
            request.group,
            request=request,
        )


def answered(request: JoinRequest) -> None:
    """Step: whoever asked hears the answer."""
    _tell(
        request.person,
        "answers",
        "group_answered",
        _l("Your request to join “%(name)s”", name=request.group.name),
        request.group,
        request=request,
        accepted=request.state == "accepted",
    )


def given_place(membership: Membership, by: Person) -> None:
    """Step: somebody has another role now."""
    _tell(
        membership.person,
        "groups",
        "group_role",
        _l("Your role in the group “%(name)s”", name=membership.parent.name),
        membership.parent,
        membership=membership,
        leads=membership.role == Place.LEAD,
        by=by,
    )


def removed(membership: Membership, by: Person, reason: str) -> None:
    """Step: somebody was taken out of the group, and reads why."""
    _tell(
        membership.person,
        "groups",
        "group_removed",
        _l("You are no longer in the group “%(name)s”", name=membership.parent.name),
        membership.parent,
        reason=reason,
        by=by,
    )


def _tell(person: Person, kind: str, template: str, subject: Any, group: Group, **facts: Any) -> None:
    write_if_wanted(
        person,
        kind,
        template,
        subject,
        about=group,
        group=group,
        group_url=site_url(f"/groups/{group.id}"),
        **facts,
    )
