"""Who may what: the table of product.md as rows for routes and live deeds.

`ROUTES` says of each "METHOD /path" who gets an answer, `DEEDS` of each live deed who may do it; all
others get 404 where they may not see, 403 with a reason where they see and may not act. A route or deed
without a row fails in test_urls.py, so nobody forgets to decide.
"""

# The columns of the table, plus those whose right comes from elsewhere.
VISITOR, MEMBER, GUEST, GROUP_MEMBER, LEAD, OFFICE = COLUMNS = (
    "visitor",
    "member",
    "guest",
    "group member",
    "lead",
    "office",
)
CHAIR, MINUTE_TAKER, OWNER, LINK, ADMINISTRATOR = ELSEWHERE = (
    "chair",
    "minute-taker",
    "owner",  # the person whom it is about
    "link",  # the holder of a signed link
    "administrator",
)

Who = frozenset[str]


def only(*who: str) -> Who:
    """These and nobody else."""
    unknown = set(who) - {*COLUMNS, *ELSEWHERE}
    assert not unknown, f"no column of the table: {sorted(unknown)}"
    return frozenset(who)


EVERYBODY = only(*COLUMNS)
SIGNED_IN = EVERYBODY - {VISITOR}
IN_GROUP = only(GUEST, GROUP_MEMBER, LEAD, OFFICE)
STEERING = only(LEAD, OFFICE)

ROUTES: dict[str, Who] = {
    "GET /health/live": EVERYBODY,
    "GET /health/ready": EVERYBODY,
    "GET /rooms/<id>/changes": EVERYBODY,
    "GET /sign-in": EVERYBODY,
    "GET /static/<path:filename>": EVERYBODY,
    "GET /t/<id>": EVERYBODY,
    "POST /sign-in": EVERYBODY,
}

DEEDS: dict[str, Who] = {}
