"""What an old page sends after its sign-in has ended, or another one has begun, is not lost.

The token of such a page fits no more. Nothing is done with what it sent; but it is shown, with who would send
it now, and can be sent once more. This is offered to pages of our own only: on a page of somebody else's
the browser names their origin, and a press of our button must not do what they have thought of.
"""

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

STREAM = "text/vnd.turbo-stream.html"
NOT_TYPED = frozenset({"csrf_token", "key", "_key", "version", "revision"})
SHORT = 30  # characters of a value that, in one word, is rather a choice than something typed


def typed() -> list[str]:
    """The texts that somebody wrote, as far as they can tell by them what it is about."""
    return [
        value
        for name, value in request.form.items(multi=True)
        if name.rpartition("-")[2] not in NOT_TYPED
        and (len(value) > SHORT or " " in value.strip() or "\n" in value.strip())
    ]


def can_be_sent_again() -> bool:
    """Whether the page that sent it is ours, holds something typed, and nothing that must not be kept."""
    return (
        request.method == "POST"
        and request.origin is not None
        and request.origin.rstrip("/") == request.host_url.rstrip("/")
        and not any("password" in name or name.endswith("present") for name in request.form)
        and bool(typed())
    )


def page(title: str, number: str) -> str:
    """What was written, and a form that sends it with a token that fits. Files have to be chosen anew."""
    sent = [pair for pair in request.form.items(multi=True) if pair[0].rpartition("-")[2] != "csrf_token"]
    return render_template(
        "errors/unsent.html",
        title=title,
        sent=sent,
        typed=typed(),
        number=number,
        has_files=any(file.filename for file in request.files.values()),
        action=request.script_root + (request.full_path if request.query_string else request.path),
    )


def is_turbo_deed() -> bool:
    """Sent by Turbo from a form, whose text stays if the page does."""
    return request.method not in ("GET", "HEAD") and STREAM in request.headers.get("Accept", "")


def streams(usual: str) -> Markup:
    """For a form that Turbo has sent, whose page stays; its `data-account` says for whom it was made.

    A page of whoever is signed in now is given a token that fits; others are told what has happened.
    `usual` is the sentence for a visitor's page.
    """
    toast = current_app.jinja_env.get_template("components/messages.html").module.toast  # type: ignore[attr-defined]  # a template's macro
    field = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    if not current_user.is_authenticated:
        words, sign_in = (
            _("You have been signed out. What you have typed stays here."),
            url_for("people.sign_in"),
        )
        out = toast(words, "info", sign_in, _("Sign in again in a new window"), new_window=True)
        return (
            _stream("update", "html[data-account] #toasts", out)
            + _stream("replace", "html:not([data-account]) input[name=csrf_token]", field)
            + _stream("append", "html:not([data-account]) #toasts", toast(usual, "error"))
        )
    ours = f'html[data-account="{current_user.id}"]'
    again = toast(
        _("You have signed in anew since this page was opened. Please send it once more."), "info", stay=True
    )
    other = toast(
        _(
            "In this browser %(name)s is signed in now. What you have typed stays here; to send it,"
            " sign in as before.",
            name=current_user.name,
        ),
        "info",
        stay=True,
    )
    return (
        _stream("replace", f"{ours} input[name=csrf_token]", field)
        + _stream("update", f"{ours} #toasts", again)
        + _stream("update", f'html:not([data-account="{current_user.id}"]) #toasts', other)
    )


def _stream(action: str, targets: str, html: Markup) -> Markup:
    frame = Markup('<turbo-stream action="{}" targets="{}"><template>{}</template></turbo-stream>')
    return frame.format(action, targets, html)
