"""Files over HTTP: shown, added, removed and brought back."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from network.changes import Invalid, Refused
from network.dates import number
from network.extensions import db, limiter
from network.files import actions, policy
from network.files.forms import Upload
from network.files.models import File
from network.files.store import path_of, store
from network.things import Thing, find, whole

blueprint = Blueprint("files", __name__)


@blueprint.app_template_filter("file_size")
def file_size(size: int) -> str:
    """A size in bytes as people read it: 12 kB, 1.4 MB."""
    if size < 1024**2:
        return _("%(number)s kB", number=number(max(1, round(size / 1024))))
    return _("%(number)s MB", number=number(round(size / 1024**2, 1)))


# Nothing in it runs, loads or belongs to our origin, whatever a browser takes it for.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

uploads = limiter.limit(
    lambda: current_app.config["RATE_UPLOADS_ACCOUNT"], key_func=lambda: f"person:{current_user.id}"
)


@blueprint.get("/files/<id>/<path:name>")
def show(id: str, name: str) -> Response:
    """The content. Pictures may be shown in the page, everything else is saved."""
    file = find(File, id, policy.may_see)
    place = path_of(file.sha256)
    if not place.exists():
        abort(404)
    answer = send_file(
        place,
        mimetype=file.media_type,
        as_attachment=not file.is_picture,
        download_name=file.name,
        conditional=True,
        etag=file.sha256,
    )
    answer.headers["Cache-Control"] = "private, no-cache"  # asked again each time: a right may have ended
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.get("/things/<id>/files/new")
def new(id: str) -> str:
    """The form for an upload."""
    return _form(_place(id), Upload())


@blueprint.post("/things/<id>/files")
@uploads
def attach(id: str) -> Any:
    """Add a file to a thing and go back to it."""
    thing, form = _place(id), Upload()
    if form.validate():
        try:
            upload = store(form.file.data.stream, form.file.data.filename)
            actions.attach(current_user, thing, key=form.key.data, upload=upload)
            return _back_to(thing)
        except Invalid as invalid:
            form.refuse(invalid.errors)
    return _form(thing, form), 422


@blueprint.post("/files/<id>/remove")
def remove(id: str) -> AnyResponse:
    """Take a file out of sight; the notice on the next page can undo it."""
    file = find(File, id, policy.may_see)
    actions.remove_file(current_user, file)
    flash(Markup(render_template("files/removed.html", file=file)), "undo")
    return _back_to(file.parent)


@blueprint.post("/files/<id>/restore")
def restore(id: str) -> AnyResponse:
    """Bring back a file. It is 404 for those who could not see it before."""
    key = whole(id)
    file = db.session.get(File, key) if key is not None else None
    if file is None or not policy.may_see(current_user, file):
        abort(404)
    actions.restore_file(current_user, file)
    return _back_to(file.parent)


def _place(id: str) -> Thing:
    """The thing, if the reader may add files there; asked before anything that was sent is looked at."""
    thing = find(Thing, id)
    if not policy.may_attach(current_user, thing):
        raise Refused(policy.may_attach.because)  # type: ignore[attr-defined]  # set by its decorator
    return thing


def _form(thing: Thing, form: Upload) -> str:
    return render_template(
        "files/new.html", thing=thing, form=form, most=current_app.config["MAX_FILE_BYTES"] // 1024**2
    )


def _back_to(thing: Thing) -> AnyResponse:
    return redirect(url_for("rooms.permalink", id=thing.id), 303)
