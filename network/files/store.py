"""The bytes: what is taken, how it is made harmless, and where it lies.

A file lies under the SHA-256 of its content, so that the same content lies there once. Pictures are drawn
anew, without place, time and camera; everything else stays as it came and is never opened by the server.
"""

import hashlib
import io
import os
import re
import secrets
import threading
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TypeVar

import filetype
import gevent
from flask import current_app
from flask_babel import lazy_gettext as _l
from gevent.monkey import is_module_patched
from PIL import Image, ImageCms, ImageOps

from network.changes import Invalid
from network.cores import outcome
from network.forms import clean_line
from network.things import now

MOST_PIXELS = 60_000_000  # of a picture that is taken; a phone of 2026 makes 50 million
LONGEST_EDGE = 3000  # pixels of a picture that is kept
NAME_LENGTH = 120
SNIFFED = 1024 * 1024  # bytes of a description inside an office file that are read

# What a zip says it is -> (extension, media type)
OPEN_XML = {
    b"wordprocessingml.document.main+xml": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    b"spreadsheetml.sheet.main+xml": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    b"presentationml.presentation.main+xml": (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
}
OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
TEXTS = {"txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "ics": "text/calendar"}
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "PNG"}
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
ACCEPTED = ".pdf,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.md,.csv,.ics,.png,.jpg,.jpeg,.webp,.gif"

BROKEN_PICTURE = _l("This picture cannot be read. It may be damaged.")
NOT_TAKEN = _l(
    "Files of this kind cannot be added. Possible are PDF, Word, Excel, PowerPoint and LibreOffice files,"
    " text, CSV, calendar files and pictures."
)

T = TypeVar("T")
Edges = tuple[int, int]  # width and height of a picture, in pixels

_one_at_a_time = threading.BoundedSemaphore(1)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')


@dataclass(frozen=True)
class Stored:
    """Content that lies in the store, and what a row needs to know about it."""

    sha256: str
    name: str
    media_type: str
    size: int
    width: int | None = None  # pixels of a picture
    height: int | None = None


def store(stream: IO[bytes], filename: str | None) -> Stored:
    """Check and keep an upload. Raises Invalid(file=...) with what to do about it."""
    content = _read(stream, current_app.config["MAX_FILE_BYTES"])
    media_type, extension, content, edges = apart(_checked, content, filename or "")
    return _keep(content, _named(filename or "", extension), media_type, edges)


def path_of(sha256: str) -> Path:
    """Where content of this sum lies."""
    return Path(current_app.instance_path) / "files" / sha256[:2] / sha256[2:]


def _read(stream: IO[bytes], most: int) -> bytes:
    content = stream.read(most + 1)
    if len(content) > most:
        raise Invalid(
            file=_l("This file is too large. At most %(size)s MB are possible.", size=most // 1024**2)
        )
    if not content:
        raise Invalid(file=_l("This file is empty."))
    return content


def apart(function: Callable[..., T], *args: Any) -> T:
    """Draw a picture where nobody else waits for it, which they would under gevent, and one after another.

    It takes a second, and half a gigabyte for a moment if the picture is as large as may be: several at once,
    which a handful of small files would bring about, are more than a small server has.
    """
    with _one_at_a_time:
        if is_module_patched("socket"):
            made, failed = gevent.get_hub().threadpool.apply(outcome, (function, args))
            if failed is not None:
                raise failed
            return made  # type: ignore[no-any-return]  # what the function made
        return function(*args)


# What it is


def _checked(content: bytes, filename: str) -> tuple[str, str, bytes, Edges | None]:
    """Media type, extension, content to keep, edges of a picture: by what it is, not by what it is called."""
    if content[:1024].lstrip().startswith(b"%PDF-"):
        return "application/pdf", "pdf", content, None
    if content.startswith(b"PK\x03\x04"):
        found = _office_file(content)
        if found is not None:
            return found[1], found[0], content, None
        raise Invalid(file=NOT_TAKEN)
    guessed = filetype.guess_mime(content) or ""
    if guessed in PICTURES:
        kind = PICTURES[guessed]
        return f"image/{kind.lower()}", EXTENSIONS[kind], *_drawn_anew(content, kind)
    if guessed in ("image/heic", "image/heif", "image/avif"):
        raise Invalid(file=_l("Not every device can show this kind of photo. Please save it as JPEG or PNG."))
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(
            file=_l("This is an old or encrypted office file. Please save it as DOCX, XLSX, PPTX or PDF.")
        )
    extension = Path(filename).suffix.lower().lstrip(".")
    text = _text(content) if not guessed and extension in TEXTS else None
    if text is None:
        raise Invalid(file=NOT_TAKEN)
    return TEXTS[extension], extension, text.encode(), None


def _office_file(content: bytes) -> tuple[str, str] | None:
    """What an office file says it is; None for other archives and for files that carry programs (macros)."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    said = member.read(100).strip()
                extension = OPEN_DOCUMENT.get(said)
                return (extension, said.decode()) if extension else None
            if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
                return None
            with archive.open("[Content_Types].xml") as member:
                said = member.read(SNIFFED)
    # Whatever a made-up archive brings the library to say: it is not one that we take.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError, LookupError):
        return None
    return next((found for word, found in OPEN_XML.items() if word in said), None)


def _text(content: bytes) -> str | None:
    """The text of a text file, or None if it is none. What German Windows writes is understood."""
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in ("utf-8-sig", "utf-16" if marked else "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) else text
    return None


# Pictures


def _opened(content: bytes) -> Image.Image:
    """A picture, upright and in plain colours. Its header is asked for its size before it is unpacked."""
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF"))
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid(file=_l("This picture has too many pixels. Please make it smaller."))
        picture.load()
        picture = ImageOps.exif_transpose(picture)
        profile = picture.info.get("icc_profile")
        transparent = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
        if profile and picture.mode == "RGB":
            picture = _in_usual_colours(picture, profile)
        picture = picture.convert("RGBA" if transparent else "RGB")
        picture.info.clear()  # place, time, camera, comments
        return picture
    except Invalid:
        raise
    except Image.DecompressionBombError:
        raise Invalid(file=_l("This picture has too many pixels. Please make it smaller.")) from None
    except Exception:  # damaged pictures make the library raise nearly anything
        raise Invalid(file=BROKEN_PICTURE) from None


def _in_usual_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, given, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except ImageCms.PyCMSError:  # a broken profile: the colours are then as good as they are
        return picture
    return converted or picture


def _drawn_anew(content: bytes, kind: str) -> tuple[bytes, Edges]:
    picture = _opened(content)
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    if kind == "JPEG":
        picture = picture.convert("RGB")
    return _saved(picture, kind), picture.size


def _saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, quality=88)  # PNG knows no quality and leaves it aside
    return out.getvalue()


# Names and places


def _named(filename: str, extension: str) -> str:
    """A name for people: no folders, no control characters, the ending that fits the content."""
    last = re.split(r"[\\/]", filename)[-1]
    stem = clean_line(_FORBIDDEN.sub(" ", last)) or ""
    ending = Path(stem).suffix.lower().lstrip(".")
    if (
        ending == extension
        or (extension, ending) == ("jpg", "jpeg")
        or ending in ACCEPTED.replace(".", "").split(",")
    ):
        stem = stem[: -len(ending) - 1]
    stem = stem.strip(". ")[: NAME_LENGTH - 6].strip() or "file"
    return f"{stem}.{extension}"


def _keep(content: bytes, name: str, media_type: str, edges: Edges | None) -> Stored:
    sha256 = hashlib.sha256(content).hexdigest()
    place = path_of(sha256)
    if not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = place.with_name(f".{secrets.token_hex(8)}")
        unfinished.write_bytes(content)
        unfinished.replace(place)
    moment = now().timestamp()
    os.utime(place, (moment, moment))  # `drop` and `sweep` spare what somebody has just stored
    return Stored(sha256, name, media_type, len(content), *(edges or ()))


# Letting go


def drop(sha256: str, since: float) -> None:
    """Delete content, unless somebody has stored it again after that moment."""
    place = path_of(sha256)
    if place.exists() and place.stat().st_mtime <= since:
        place.unlink(missing_ok=True)


def sweep(older_than: float, is_used: Callable[[str], bool]) -> None:
    """Delete what was stored before that moment and is not used: uploads that were then refused."""
    for place in (Path(current_app.instance_path) / "files").glob("*/*"):
        if place.stat().st_mtime < older_than and not is_used(place.parent.name + place.name):
            place.unlink(missing_ok=True)
