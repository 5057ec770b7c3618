"""Where to go next: only to pages of ours, whatever an address claims."""

from urllib.parse import urlsplit

from flask import request

LONGEST = 1000


def safe_next(target: str | None) -> str:
    """The wished-for page if it is one of this site's, else the start page."""
    start = request.script_root + "/"
    if not target or len(target) > LONGEST or not target.startswith("/"):
        return start
    # "//host", "/\host" and control characters inside are other hosts to some browsers.
    if target.startswith(("//", "/\\")) or "\\" in target or any(ord(sign) < 33 for sign in target):
        return start
    parts = urlsplit(target)
    return start if parts.scheme or parts.netloc else target


def signed_out_page(target: str) -> bool:
    """Whether a page is one of those for signing in, to which nobody wants to return."""
    return urlsplit(target).path.startswith(("/sign-in", "/sign-out", "/reset", "/invitation", "/apply"))
