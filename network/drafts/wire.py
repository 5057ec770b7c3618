"""What an update says, read before it is applied to a document.

The document's library trusts its input: a value or an element that is nested some ten thousand levels deep
ends the process, an update whose beginning is missing is kept until the beginning comes, and any client may
write under the id of another one. So an update is read here first, in one go and without recursion.

The format is that of Yjs' `encodeStateAsUpdate` (version 1): blocks by client, then what is deleted.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

Vector = dict[int, int]  # by client id: the clock up to which its items are known

DEEPEST_VALUE = 20  # levels of lists and maps in an attribute
FEW = 20  # elements; so few are not looked at one by one
MOST_BLOCKS = 200_000
_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _SKIP = 0, 1, 2, 3, 4, 5, 6, 7, 8, 10
_NAMED_TYPES = (3, 5)  # elements and hooks bear a name
_TYPES = range(7)
_FIXED = {127: 0, 126: 0, 124: 4, 123: 8, 122: 8, 121: 0, 120: 0}  # values and their length in bytes


class Unreadable(ValueError):
    """No update, or one that no editor of ours makes."""


@dataclass
class Update:
    """What was read: which items it brings, by client, and on which others it builds."""

    begins: Vector = field(default_factory=dict)
    ends: Vector = field(default_factory=dict)
    needs: Vector = field(default_factory=dict)  # the clock up to which others must be known
    deletes: bool = False
    levels: int = 0  # at most so many levels deeper is a document with it

    def news(self, known: Mapping[int, int]) -> list[int]:
        """The clients of whom it brings items that are not known yet."""
        return [client for client, end in self.ends.items() if end > known.get(client, 0)]

    def fits(self, known: Mapping[int, int]) -> bool:
        """Whether nothing is missing between what is known and what it brings or refers to."""
        if any(begin > known.get(client, 0) for client, begin in self.begins.items()):
            return False
        return all(
            clock <= known.get(client, 0) or clock <= self.ends.get(client, 0)
            for client, clock in self.needs.items()
        )


def read(data: bytes) -> Update:
    """Read an update. Raises Unreadable for anything that is not exactly one."""
    try:
        return _Reading(data).update()
    except (IndexError, UnicodeDecodeError, OverflowError):
        raise Unreadable from None


def read_vector(data: bytes) -> Vector:
    """Read a state vector. Raises Unreadable for anything that is not exactly one."""
    reading = _Reading(data)
    try:
        found = {}
        for _client in range(reading.number()):
            client = reading.number()
            found[client] = reading.number()
    except IndexError:
        raise Unreadable from None
    if reading.at != len(data):
        raise Unreadable
    return found


def read_caret(data: bytes) -> tuple[int, int, str]:
    """Read a message about one client's caret: client, clock, state. Raises Unreadable for anything else."""
    reading = _Reading(data)
    try:
        if reading.number() != 1:
            raise Unreadable
        found = (reading.number(), reading.number(), reading.text())
    except (IndexError, UnicodeDecodeError):
        raise Unreadable from None
    if reading.at != len(data):
        raise Unreadable
    return found


@dataclass
class _Block:
    """An item's place: below which element, else beside which item, and whether it is an element itself."""

    clock: int
    below: tuple[int, int] | None
    beside: tuple[int, int] | None
    is_type: bool


class _Reading:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.found = Update()
        self.blocks: dict[int, list[_Block]] = {}
        self.types = 0

    def number(self) -> int:
        """A whole number of at most 53 bits, seven to a byte."""
        data, at = self.data, self.at
        byte = data[at]
        at += 1
        value = byte & 127
        shift = 7
        while byte > 127:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if shift > 56:
                raise Unreadable
        if value >> 53:
            raise Unreadable
        self.at = at
        return value

    def skip(self, length: int) -> None:
        self.at += length
        if self.at > len(self.data):
            raise Unreadable

    def text(self) -> str:
        length = self.number()
        start = self.at
        self.skip(length)
        return self.data[start : self.at].decode()

    def update(self) -> Update:
        found = self.found
        seen = 0
        for _client in range(self.number()):
            count = self.number()
            client = self.number()
            clock = self.number()
            seen += count
            if seen > MOST_BLOCKS or client in found.begins or count == 0:
                raise Unreadable
            found.begins[client] = clock
            blocks = self.blocks[client] = []
            for _block in range(count):
                clock += self.block(client, clock, blocks)
            found.ends[client] = clock
        for _client in range(self.number()):
            client = self.number()
            for _range in range(self.number()):
                clock, length = self.number(), self.number()
                found.needs[client] = max(found.needs.get(client, 0), clock + length)
                found.deletes = True
        if self.at != len(self.data):
            raise Unreadable
        found.levels = self.types if self.types <= FEW else self.deepest()
        return found

    def reference(self) -> tuple[int, int]:
        client, clock = self.number(), self.number()
        needs = self.found.needs
        if needs.get(client, 0) <= clock:
            needs[client] = clock + 1
        return client, clock

    def block(self, client: int, clock: int, blocks: list[_Block]) -> int:
        """Read one block; its length in clocks."""
        info = self.data[self.at]
        self.at += 1
        kind = info & 31
        if kind == _GC:
            return self.positive()
        if kind == _SKIP:  # a gap: what comes after it does not follow on what is known
            raise Unreadable
        beside = self.reference() if info & 128 else None
        right = self.reference() if info & 64 else None
        below = None
        if beside is None and right is None:
            if self.number():
                self.text()  # one of the document's roots
            else:
                below = self.reference()
            if info & 32:
                self.text()
        blocks.append(_Block(clock, below, beside or right, kind == _TYPE))
        return self.content(kind)

    def positive(self) -> int:
        length = self.number()
        if length == 0:
            raise Unreadable
        return length

    def content(self, kind: int) -> int:
        if kind == _STRING:
            text = self.text()
            length = len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
            if not length:
                raise Unreadable
            return length
        if kind == _DELETED:
            return self.positive()
        if kind == _FORMAT:
            self.text()
            self.json()
        elif kind == _TYPE:
            self.types += 1
            number = self.number()
            if number not in _TYPES:
                raise Unreadable
            if number in _NAMED_TYPES:
                self.text()
        elif kind == _ANY:
            length = self.positive()
            for _value in range(length):
                self.value()
            return length
        elif kind == _JSON:
            length = self.positive()
            for _value in range(length):
                self.json()
            return length
        elif kind == _EMBED:
            self.json()
        elif kind == _BINARY:
            self.skip(self.number())
        else:  # documents within documents, and whatever else may come
            raise Unreadable
        return 1

    def json(self) -> None:
        text = self.text()
        if text.count("[") + text.count("{") > DEEPEST_VALUE:
            raise Unreadable

    def value(self, level: int = 0) -> None:
        """Skip one value, which may hold others, down to a depth."""
        kind = self.data[self.at]
        self.at += 1
        if kind in _FIXED:
            self.skip(_FIXED[kind])
        elif kind == 125:
            while self.data[self.at] > 127:
                self.at += 1
            self.at += 1
        elif kind == 119:
            self.text()
        elif kind == 116:
            self.skip(self.number())
        elif kind in (117, 118) and level < DEEPEST_VALUE:
            for _entry in range(self.number()):
                if kind == 118:
                    self.text()
                self.value(level + 1)
        else:
            raise Unreadable

    def deepest(self) -> int:
        """How many levels of elements it brings, one in another; what it does not bring counts as none."""
        starts = {client: [block.clock for block in blocks] for client, blocks in self.blocks.items()}
        depths: dict[int, int] = {}  # by id() of a block

        def block_at(place: tuple[int, int]) -> _Block | None:
            blocks = self.blocks.get(place[0])
            index = bisect_right(starts[place[0]], place[1]) - 1 if blocks else -1
            return blocks[index] if blocks and index >= 0 else None

        for blocks in self.blocks.values():
            for block in blocks:
                path = []
                step: _Block | None = block
                while step is not None and id(step) not in depths:
                    depths[id(step)] = 0  # a circle, which no editor makes, ends here
                    path.append(step)
                    where = step.below or step.beside
                    step = block_at(where) if where else None
                depth = depths[id(step)] if step is not None else 0
                for one in reversed(path):
                    depth += 1 if one.below is not None or one.beside is None else 0
                    depths[id(one)] = depth
        return max(depths.values(), default=0)
