"""The form for an upload."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from network.files.store import ACCEPTED
from network.forms import Creating


class Upload(Creating):
    """One file."""

    file = FileField(_l("File"), [FileRequired(_l("Please choose a file."))], render_kw={"accept": ACCEPTED})
