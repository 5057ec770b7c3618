"""What people share: things, the rooms in which their changes are heard, and how to find them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, partial
from typing import Any, ClassVar, Self, TypeVar

from flask import abort
from flask_login import current_user
from sqlalchemy import BindParameter, ForeignKey, Index, String, TypeDecorator, bindparam, event, select
from sqlalchemy import DateTime as SqlDateTime
from sqlalchemy.exc import DataError
from sqlalchemy.orm import (
    Mapped,
    RelationshipProperty,
    declared_attr,
    joinedload,
    mapped_column,
    relationship,
    with_polymorphic,
)

from network.extensions import db

T = TypeVar("T", bound="Thing")

# What is raised for a value from outside that no column holds: a number of a hundred digits, half a sign,
# and on PostgreSQL a NUL in a text.
UNSTORABLE = (OverflowError, UnicodeEncodeError, DataError)


class Labelled(StrEnum):
    """What a column may hold, each value with what people read: `OPEN = "open", _l("Open")`."""

    label: Any

    def __new__(cls, value: str, label: Any = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class UTCDateTime(TypeDecorator):  # type: ignore[type-arg]  # SQLAlchemy's generic has no runtime form here
    """A moment: aware in Python, UTC in the database. SQLite would lose the zone."""

    impl = SqlDateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_moment_told: ContextVar[datetime | None] = ContextVar("moment_told", default=None)


def now() -> datetime:
    """This moment, in UTC; inside `at`, the one that is told of."""
    return _moment_told.get() or datetime.now(UTC)


def moment(ago: timedelta = timedelta()) -> BindParameter[datetime]:
    """`now() - ago` in a statement, asked for each time it is sent, so that the statement can be kept."""
    return bindparam("moment", callable_=lambda: now() - ago, type_=UTCDateTime(), unique=True)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let what is done inside have happened at another moment: how the demo network gets its past."""
    token = _moment_told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _moment_told.reset(token)


class Room(db.Model):
    """Where changes are numbered and heard. Its audience is uniform: all who may be in it see all of it.

    `number` is the last change's; `epoch` moves on when somebody loses a right, and with it the
    room's name on the socket, so that whoever was there has to enter again.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=0)

    __table_args__ = ({"sqlite_autoincrement": True},)

    def name(self, language: str) -> str:
        """The socket room of those who read `language` here, in the present epoch."""
        return f"room:{self.id}:{self.epoch}:{language}"


class Thing(db.Model):
    """A shared record. It has a parent (a group's is the network) and a room where it is heard.

    `parent_id` and `created_by_id` point to `thing` and never to a subtype, so that no table
    stands in a cycle; subclasses say with `child_of` what the parent is. A thing is never
    deleted, since the journal refers to it: `removed_at` takes it out of sight.
    """

    __tablename__ = "thing"

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    owns_room: Mapped[bool] = mapped_column(default=False)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("thing.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    room: Mapped[Room] = relationship(viewonly=True)

    __table_args__: Any = (
        Index("ix_thing_parent_id_type", "parent_id", "type"),
        Index("ix_thing_room_id_owns_room", "room_id", "owns_room"),
        {"sqlite_autoincrement": True},
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        if cls.__name__ == "Thing":
            return {"polymorphic_on": "type", "polymorphic_identity": "thing"}
        # Named by hand, since a subtype may hold further keys to thing.
        return {"polymorphic_identity": cls.__tablename__, "inherit_condition": cls.id == Thing.id}

    rules: ClassVar[dict[str, Callable[..., Any]]] = {}
    sentences: ClassVar[dict[str, Any]] = {}
    page: ClassVar[str] = ""  # the endpoint of its page, called with id=
    files_need: ClassVar[str] = "steer"  # the rights that show the buttons for its files
    placing: ClassVar[frozenset[str]] = frozenset({"added", "moved", "restored"})

    @property
    def dom_id(self) -> str:
        """The `id` of its root element on every page."""
        return f"{self.type}_{self.id}"

    @property
    def list_dom_id(self) -> str:
        """The `id` of the list in which its parent's page shows it."""
        return f"{type(self).home(self)}_{self.type}s"

    def home(self) -> str:
        """The root element of its parent; a type whose parents differ says it itself."""
        return self.parent.dom_id  # type: ignore[attr-defined]  # each subclass has its own `parent`

    @property
    def feature(self) -> str:
        """The folder that this thing lives in."""
        return type(self).__module__.split(".")[1]

    def faces(self, room: Room) -> list[tuple[str, str]]:
        """How it looks in a room: (id of the element, fragment). Most things look the same everywhere."""
        return [(self.dom_id, f"{self.feature}/_{self.type}.html")]

    def is_in(self, room: Room) -> bool:
        """Whether it is still shown in a room that heard of it. What can be moved says so itself."""
        return True

    @property
    def shows_files(self) -> bool:
        """Whether its files are for everybody in its room."""
        return True

    def prepare(self) -> None:
        """Load what its fragments read, before one of them is rendered that was not kept."""

    @classmethod
    def look(cls) -> list[Any]:
        """Loader options for all that its fragment reads, so that a list costs the same few statements."""
        return []

    @property
    def position(self) -> tuple[int, ...]:
        """Where it stands among its siblings; placing streams leave in this order."""
        return (self.id,)

    def placed(self) -> tuple[str, str]:
        """Where a new one goes: a Turbo Stream action and the id that it is aimed at."""
        return ("append", self.list_dom_id)

    @property
    def label(self) -> str:
        """What a sentence calls it: its title or name."""
        return str(getattr(self, "title", None) or getattr(self, "name", ""))


def thing_id() -> Mapped[int]:
    """The primary key of a subtype's own table."""
    return mapped_column(ForeignKey("thing.id"), primary_key=True)


def child_of(target: str, **options: Any) -> Any:
    """The `parent` of a subtype: `parent: Mapped[Group] = child_of("Group")`.

    Where it may be of any type it is only read, and set by `parent_id`, as every relation to `Thing`: each
    flush would look else for things of every type whose id might have changed.
    """
    return relationship(
        target,
        primaryjoin=f"foreign(Thing.parent_id) == remote({target}.id)",
        viewonly=target == "Thing",
        **options,
    )


def children(target: str, parent: str, **options: Any) -> Any:
    """The other side of `child_of`: `items = children("AgendaItem", "Meeting", order_by=...)`.

    Read only; a child is added by naming its parent. Removed ones are left out.
    """
    return relationship(
        target,
        primaryjoin=f"and_(foreign({target}.parent_id) == {parent}.id, {target}.removed_at.is_(None))",
        viewonly=True,
        **options,
    )


def fill_in(things: Sequence["Thing"], *options: Any) -> None:
    """Load what all of these, of one type, will be asked next: the same few statements for any number."""
    if things:
        model = type(things[0])
        db.session.scalars(
            select(model).where(model.id.in_([one.id for one in things])).options(*options)
        ).all()


@event.listens_for(Thing, "attribute_instrument", propagate=True)
def _keep_read_only(_model: type, name: str, attribute: Any) -> None:
    """What is only read cannot be set by mistake: it would not be stored, and nobody would hear of it."""
    relation = getattr(attribute, "property", None)
    if isinstance(relation, RelationshipProperty) and relation.viewonly and not relation.uselist:
        event.listen(attribute, "set", partial(_refuse_to_set, name))


def _refuse_to_set(name: str, *_given: Any) -> None:
    raise AttributeError(f"{name} is only read: please set its id")


@cache
def of_types(*models: type["Thing"]) -> Any:
    """Things of several types in one statement, with all their columns; of every type, if none is named.

    To put it together takes longer than most statements take, so it is done once for each choice of types;
    it stands in a statement once at most.
    """
    return with_polymorphic(Thing, models or "*", flat=True)


def rules(model: type[Thing], **may: Callable[..., Any]) -> None:
    """Tell what generic code (rooms, permalinks, files, search) asks about things of this type.

    `see(user, thing) -> bool`, `enter(user, thing) -> bool` (its room, if that is narrower),
    `attach(user, thing) -> bool` (files), `rights(user, thing) -> set of words` for `data-needs`,
    `until(user, thing) -> datetime | None` when a right ends by the clock.
    """
    model.rules = {**model.rules, **may}


def find(
    model: type[T], id: object, may: Callable[[Any, T], bool] | None = None, *, options: Iterable[Any] = ()
) -> T:
    """The thing, if it exists and the current user may see it; otherwise 404 for both.

    The request is one snapshot, so the room's number that comes along is as old as all
    that is read after it. Without `may` the type's own rule `see` is asked.
    """
    number = whole(id)
    if number is None:
        abort(404)
    thing = db.session.get(model, number, options=[joinedload(Thing.room), *options])
    if thing is None or thing.removed_at is not None:
        abort(404)
    may = may or type(thing).rules["see"]
    if not may(current_user._get_current_object(), thing):
        abort(404)
    return thing


def whole(value: object) -> int | None:
    """A database id from outside, or None for whatever is no positive whole number of 63 bits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 < value < 2**63 else None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return whole(int(value))
    return None
