"""E-mail addresses as accounts keep them."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

LONGEST = 254
NO_ADDRESS = _l("This is no complete e-mail address. One looks like name@example.org.")


def normal(address: str) -> str:
    """The address in small letters, its host as it is sent to. Raises ValueError for what can be none.

    Two addresses that look alike, with letters of different scripts in their host, stay apart so.
    """
    if len(address) > LONGEST:
        raise ValueError("too long for an address")
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("no address") from None
    return (found.ascii_email or found.normalized).lower()
