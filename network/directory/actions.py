"""What can be done to the network's own data: its settings, topics and organisations."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from network import error_record, jobs
from network.changes import Invalid, action, record
from network.directory import policy
from network.directory.models import (
    Municipality,
    Network,
    Organisation,
    Topic,
    folded_name,
    is_in_use,
    topic_is_used,
)
from network.extensions import db


@action(policy.may_change_settings)
def change_settings(actor: Any, network: Network, **facts: Any) -> None:
    """Set name, district, state, contact, legal pages, reminders and whether applications are open."""
    for name, value in facts.items():
        setattr(network, name, value)
    record("changed", network, by=actor)
    Network.forget_facts()


@action(policy.may_keep_organisations)
def add_organisation(
    actor: Any, network: Network, *, name: str, kind: str, municipality_id: int | None = None
) -> Organisation:
    """Add an organisation; a name that differs in capitals and blanks alone is refused."""
    _refuse_double(name)
    organisation = Organisation(
        parent_id=network.id,
        room_id=network.room_id,
        created_by_id=actor.id,
        name=name,
        folded_name=folded_name(name),
        kind=kind,
        municipality_id=municipality_id,
    )
    db.session.add(organisation)
    record("added", organisation, by=actor)
    return organisation


@action(policy.may_change)
def change_organisation(
    actor: Any, organisation: Organisation, *, name: str, kind: str, municipality_id: int | None = None
) -> None:
    """Correct its name, its kind, or the municipality where it is."""
    _refuse_double(name, besides=organisation)
    organisation.name, organisation.folded_name, organisation.kind = name, folded_name(name), kind
    organisation.municipality_id = municipality_id
    record("changed", organisation, by=actor)


@action(policy.may_change)
def archive_organisation(actor: Any, organisation: Organisation) -> None:
    """Take it out of the lists to choose from. People who belong to it keep it beside their name."""
    organisation.archived = True
    record("archived", organisation, by=actor)


@action(policy.may_change)
def restore_organisation(actor: Any, organisation: Organisation) -> None:
    """Bring an archived one back."""
    organisation.archived = False
    record("restored", organisation, by=actor)


@action(policy.may_change_settings)
def set_topics(actor: Any, network: Network, *, topics: list[dict[str, Any]]) -> None:
    """Set the topic list in its order: `[{"id": 3 or None, "names": {"de": ..}}]`.

    A topic that is left out goes, unless a group still has it.
    """
    known = {topic.id: topic for topic in db.session.scalars(select(Topic))}
    kept: set[int] = set()
    for place, given in enumerate(topics):
        topic = known.get(given["id"] or 0)
        if topic is None:
            topic = Topic(slug=_slug(given["names"]), names={}, place=place)
            db.session.add(topic)
        topic.place, topic.names = place, given["names"]
        db.session.flush()
        kept.add(topic.id)
    for topic in known.values():
        if topic.id not in kept:
            if topic_is_used(topic):
                raise Invalid(topics=_l("“%(name)s” is still the topic of a group.", name=topic.name))
            db.session.delete(topic)
    record("changed", network, by=actor)


@action(policy.may_change_settings)
def set_municipalities(actor: Any, network: Network, *, municipalities: list[dict[str, Any]]) -> None:
    """Set the municipalities of the district in their order: `[{"id": 3 or None, "name": ..}]`.

    One that is left out goes, unless something is still there. Raises Invalid for that, and for a name that
    stands there twice.
    """
    if len({folded_name(given["name"]) for given in municipalities}) < len(municipalities):
        raise Invalid(municipalities=_l("Please give each municipality a name of its own."))
    known = {one.id: one for one in db.session.scalars(select(Municipality))}
    kept = {given["id"] for given in municipalities}
    for one in known.values():
        if one.id not in kept:
            if is_in_use(one):
                raise Invalid(municipalities=_l("Something still lies in “%(name)s”.", name=one.name))
            db.session.delete(one)
        else:  # so that two can exchange their names
            one.name = f"#{one.id}"
    db.session.flush()
    for place, given in enumerate(municipalities):
        found = known.get(given["id"] or 0)
        if found is None:
            found = Municipality(place=place, name=given["name"])
            db.session.add(found)
        found.place, found.name = place, given["name"]
    record("changed", network, by=actor)


@action(policy.may_administer)
def retry_job(actor: Any, network: Network, *, failure_id: int) -> None:
    """Queue a job again that had failed for good."""
    jobs.retry(failure_id)
    record("retried", network, by=actor, failure=failure_id)


@action(policy.may_administer)
def dismiss_job(actor: Any, network: Network, *, failure_id: int) -> None:
    """Leave it at that."""
    jobs.dismiss(failure_id)
    record("dismissed", network, by=actor, failure=failure_id)


@action(policy.may_administer)
def settle_error(actor: Any, network: Network, *, error_id: int) -> None:
    """Settle an error of the record, with the earlier ones like it."""
    error_record.settle(error_id)
    record("settled", network, by=actor, error=error_id)


def _slug(names: dict[str, str]) -> str:
    """A short word for a new topic, unlike those that exist."""
    base = "".join(c if c.isalnum() and c.isascii() else "-" for c in next(iter(names.values())).lower())
    base = base.strip("-")[:30] or "topic"
    taken = set(db.session.scalars(select(Topic.slug)))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 1000))) if slug not in taken)


def _refuse_double(name: str, besides: Organisation | None = None) -> None:
    found = db.session.scalars(
        select(Organisation).where(Organisation.folded_name == folded_name(name))
    ).one_or_none()
    if found is not None and found is not besides:
        raise Invalid(name=_l("There is an organisation of this name already."))
