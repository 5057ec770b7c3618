"""A file that lies at a thing."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column

from network.extensions import db
from network.things import Room, Thing, child_of, thing_id


class File(Thing):
    """An upload. It is heard and seen where its parent is; `sha256` is empty once it has been erased."""

    id: Mapped[int] = thing_id()
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int | None]  # pixels of a picture, by which a page keeps its place until it has come
    height: Mapped[int | None]
    withheld: Mapped[bool] = mapped_column(default=False)  # by moderation: nobody else brings it back

    parent: Mapped[Thing] = child_of("Thing")
    placing = frozenset({"attached", "restored"})
    sentences = {
        "attached": _l("%(who)s added the file “%(what)s”"),
        "removed": _l("%(who)s removed the file “%(what)s”"),
        "restored": _l("%(who)s brought back the file “%(what)s”"),
        "erased": _l("%(who)s erased a file"),
    }

    @property
    def is_picture(self) -> bool:
        """Whether a browser may show it instead of saving it."""
        return self.media_type.startswith("image/")

    @property
    def ending(self) -> str:
        """Its kind as people know it: PDF, DOCX, ..."""
        return self.name.rpartition(".")[2].upper()

    @property
    def needs(self) -> str:
        """Who sees the button that removes it: words of the rights in its room."""
        return type(self.parent).files_need

    def is_in(self, room: Room) -> bool:
        """Where its parent is, as long as that shows its files."""
        return room.id == self.room_id and self.parent.shows_files

    @classmethod
    def look(cls) -> list[Any]:
        return [joinedload(cls.parent)]


def is_used(sha256: str) -> bool:
    """Whether a file has this content, also one that was removed and can be brought back."""
    return db.session.scalar(select(File.id).where(File.sha256 == sha256).limit(1)) is not None
