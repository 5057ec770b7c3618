"""The network itself, its topics, and the organisations that act in it."""

import time
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, Boolean, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from network.extensions import db
from network.things import Labelled, Thing, child_of, thing_id

FACTS_SECONDS = 20  # how long a process may show the network's facts as they were


class OrganisationKind(Labelled):
    """What an actor is; the list of product.md."""

    MUNICIPALITY = "municipality", _l("Municipality")
    AUTHORITY = "authority", _l("Authority")
    COUNSELLING_CENTRE = "counselling-centre", _l("Counselling centre")
    SUPPORT_SERVICE = "support-service", _l("Support service")
    COMMUNITY_SHELTER = "community-shelter", _l("Community shelter")
    ASSOCIATION = "association", _l("Association")
    RELIGIOUS_COMMUNITY = "religious-community", _l("Church or religious community")
    SCHOOL_OR_PROVIDER = "school-or-provider", _l("School or education provider")
    COMPANY = "company", _l("Company")
    CITIZENS_INITIATIVE = "citizens-initiative", _l("Citizens' initiative")


@dataclass(frozen=True)
class Facts:
    """What every page says about the network."""

    id: int
    name: str
    district: str
    contact: str


class Network(Thing):
    """The whole: the root of all things and owner of the public room. There is one."""

    id: Mapped[int] = thing_id()
    name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str] = mapped_column(String(120), default="")
    # ISO 3166-2 without the country ("ST"): whose public holidays are warned of.
    state: Mapped[str] = mapped_column(String(3), default="")
    contact: Mapped[str] = mapped_column(Text, default="")
    imprint: Mapped[str] = mapped_column(Text, default="")
    privacy: Mapped[str] = mapped_column(Text, default="")
    accessibility: Mapped[str] = mapped_column(Text, default="")
    # Hours before a meeting at which those invited are reminded.
    reminder_hours: Mapped[list[int]] = mapped_column(JSON, default=lambda: [168, 24])
    applications_open: Mapped[bool] = mapped_column(Boolean, default=True)

    parent = None
    sentences = {
        "set up": _l("%(who)s set up the network"),
        "changed": _l("%(who)s changed the settings of the network"),
        "retried": _l("%(who)s started a failed job again"),
        "dismissed": _l("%(who)s settled a failed job"),
        "settled": _l("%(who)s settled an error"),
    }

    @staticmethod
    def the() -> "Network | None":
        """The one row, or None before `network init`."""
        return db.session.scalars(select(Network).limit(1)).one_or_none()

    @staticmethod
    def here() -> Facts:
        """Its facts for every page, remembered for some seconds; neutral words before `network init`."""
        kept = current_app.extensions.get("network facts")
        if kept and time.monotonic() - kept[0] < FACTS_SECONDS:
            facts: Facts = kept[1]
            return facts
        row = Network.the()
        if row is None:
            return Facts(0, "Integration network", "", "")
        facts = Facts(row.id, row.name, row.district, row.contact)
        current_app.extensions["network facts"] = (time.monotonic(), facts)
        return facts

    @staticmethod
    def forget_facts() -> None:
        """Read them anew at the next page."""
        current_app.extensions.pop("network facts", None)


class Topic(db.Model):
    """An entry of the topic list. Reference data: its place in the list gives it one of six colours."""

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    place: Mapped[int]
    names: Mapped[dict[str, str]] = mapped_column(JSON)  # by language code
    icon: Mapped[str] = mapped_column(String(40), default="message-circle")

    @property
    def name(self) -> str:
        """In the reader's language, else in the network's first one that has it."""
        code = str(get_locale())
        return self.names.get(code) or next((name for name in self.names.values() if name), self.slug)

    @property
    def colour(self) -> str:
        """The colour token, `t1` to `t6`."""
        return f"t{self.place % 6 + 1}"


class Municipality(db.Model):
    """A place of the district that offers serve and where needs are seen. Reference data, as topics are."""

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[int]  # in the lists to choose from
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Organisation(Thing):
    """An actor of the network. Public: it is heard in the network's room."""

    id: Mapped[int] = thing_id()
    name: Mapped[str] = mapped_column(String(160))
    # The name as it is compared: two organisations may not differ in capitals and spaces alone.
    folded_name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    archived: Mapped[bool] = mapped_column(default=False)
    municipality_id: Mapped[int | None] = mapped_column(ForeignKey("municipality.id"), index=True)

    parent: Mapped[Network] = child_of("Network")
    page = "directory.organisation"
    sentences = {
        "added": _l("%(who)s added the organisation “%(what)s”"),
        "changed": _l("%(who)s changed the organisation “%(what)s”"),
        "archived": _l("%(who)s archived the organisation “%(what)s”"),
        "restored": _l("%(who)s brought back the organisation “%(what)s”"),
    }

    @property
    def kind_label(self) -> Any:
        """Its kind in words."""
        return OrganisationKind(self.kind).label


topic_of = db.Table(
    "topic_of",
    db.Column("thing_id", ForeignKey("thing.id"), primary_key=True),
    db.Column("topic_id", ForeignKey("topic.id"), primary_key=True),
)


def folded_name(name: str) -> str:
    """A name as it is compared: capitals and blanks do not tell two organisations apart."""
    return " ".join(name.split()).casefold()


def organisations_of(wanted: str, *, archived: bool = False) -> Any:
    """A page of organisations by name, those whose name has all of the wanted words."""
    query = select(Organisation).where(Organisation.archived == archived, Organisation.removed_at.is_(None))
    for word in folded_name(wanted).split():
        query = query.where(Organisation.folded_name.contains(word, autoescape=True))
    return db.paginate(query.order_by(Organisation.folded_name), per_page=50, max_per_page=50)


def topic_is_used(topic: Topic) -> bool:
    """Whether something still carries the topic."""
    query = select(topic_of.c.thing_id).where(topic_of.c.topic_id == topic.id).limit(1)
    return db.session.scalar(query) is not None


def is_in_use(municipality: Municipality) -> bool:
    """Whether something still names the municipality, of whichever feature."""
    for column in _columns_of_municipalities():
        if db.session.scalar(select(column).where(column == municipality.id).limit(1)) is not None:
            return True
    return False


def _columns_of_municipalities() -> list[Any]:
    """All columns of the database that refer to one: features below have their own."""
    return [
        key.parent
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column is Municipality.__table__.c.id
    ]


def municipalities() -> list[Municipality]:
    """All of them, in their order."""
    return list(db.session.scalars(select(Municipality).order_by(Municipality.place)))


def languages() -> list[str]:
    """In which languages a topic has a name."""
    found: list[str] = current_app.config["LANGUAGES"]
    return found
