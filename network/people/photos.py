"""Pictures of people: re-encoded as small squares, without anything that hid in the file."""

import hashlib
import io
import secrets
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps, UnidentifiedImageError

from network.changes import Invalid, afterwards
from network.files.store import apart

SIDE = 352  # pixels: the largest place of a picture, on a dense screen
MOST_PIXELS = 50_000_000  # more is no photo but a trap for memory
TYPE = "image/webp"
FORMATS = ("JPEG", "PNG", "WEBP")


def store(upload: Any) -> str:
    """Keep an uploaded picture; returns its SHA-256. Raises Invalid(photo=...) for what is none of ours.

    Type is told by content. Only pixels are kept: no place, no camera, no date.
    """
    content = upload.stream.read(current_app.config["MAX_PHOTO_BYTES"] + 1)
    if len(content) > current_app.config["MAX_PHOTO_BYTES"]:
        raise Invalid(photo=_l("This file is too large."))
    encoded = apart(_encoded, content)
    digest = hashlib.sha256(encoded).hexdigest()
    file = _file(digest)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{secrets.token_hex(8)}")
    unfinished.write_bytes(encoded)
    unfinished.replace(file)
    return digest


def read(digest: str) -> bytes | None:
    """A stored picture, or None if it is no longer there."""
    try:
        return _file(digest).read_bytes()
    except OSError:
        return None


def drop(digest: str) -> None:
    """Step of an action: delete a stored picture after the commit."""
    file = _file(digest)
    afterwards(lambda: file.unlink(missing_ok=True))


def _file(digest: str) -> Path:
    return Path(current_app.instance_path) / "photos" / digest[:2] / f"{digest}.webp"


def _encoded(content: bytes) -> bytes:
    unreadable = Invalid(photo=_l("This picture cannot be read. Please use a JPEG, PNG or WebP file."))
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(photo=_l("This picture has too many pixels. Please make it smaller first."))
            picture.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG: decode no more than is needed
            upright = ImageOps.exif_transpose(picture)
            square = ImageOps.fit(upright.convert("RGBA"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise unreadable from None
    sheet = Image.new("RGB", square.size, "white")
    sheet.paste(square, mask=square.getchannel("A"))
    out = io.BytesIO()
    sheet.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
