"""The package in which a file of Word's comes, looked at before anything of it is unpacked."""

import io
import zipfile

MOST_PARTS = 2_000  # files in the package
MOST_UNPACKED = 60 * 1024 * 1024  # bytes of all of them
MOST_XML = 16 * 1024 * 1024  # bytes of one that is read


class Unreadable(Exception):
    """The file cannot be read: `why` is `macros`, `old`, `locked`, `large`, `long` or `broken`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def look_into(content: bytes) -> None:
    """Refuse what is no document, or would be too much, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, RuntimeError, LookupError):
        raise Unreadable("broken") from None
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("locked")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("large")
    if any(part.file_size > MOST_XML for part in parts if part.filename.endswith((".xml", ".rels"))):
        raise Unreadable("large")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise Unreadable("macros")
    if "[Content_Types].xml" not in names:
        raise Unreadable("broken")
