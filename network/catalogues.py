"""Translations as the program reads them: compiled from the catalogues when these have changed."""

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_changed(folder: Path) -> list[Path]:
    """Compile each `messages.po` that is newer than its `messages.mo`; returns what was written.

    The file is put in place in one step, so that another process never reads half of it. Where the folder
    cannot be written to, the compiled files have to be there already, and are used as they are.
    """
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        if not os.access(source.parent, os.W_OK):
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        handle, name = tempfile.mkstemp(dir=source.parent)
        with os.fdopen(handle, "wb") as out:
            write_mo(out, catalogue)
        Path(name).chmod(0o644)  # a server may run as another user than the one who installs
        os.replace(name, compiled)
        written.append(compiled)
    return written
