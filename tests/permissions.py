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
    "GET /actions": SIGNED_IN,
    "GET /actions/<id>": SIGNED_IN,
    "POST /actions/<id>/done": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "GET /actions/<id>/drop": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "POST /actions/<id>/drop": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "GET /actions/<id>/edit": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /actions/<id>/edit": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /actions/<id>/remove": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /actions/<id>/reopen": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "POST /actions/<id>/restore": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "GET /apply": EVERYBODY,
    "POST /apply": EVERYBODY,
    "GET /apply/sent": EVERYBODY,
    "GET /decisions/<id>": SIGNED_IN,
    "GET /decisions/<id>/edit": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /decisions/<id>/edit": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /decisions/<id>/remove": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /decisions/<id>/restore": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /decisions/<id>/settle": STEERING,
    "GET /email/confirm/<token>": only(LINK),
    "POST /email/confirm/<token>": only(LINK),
    "GET /email/object/<token>": only(LINK),
    "POST /email/object/<token>": only(LINK),
    "GET /groups/<id>/actions": SIGNED_IN,
    "GET /groups/<id>/decisions": SIGNED_IN,
    "GET /groups/<id>/minutes": SIGNED_IN,
    "GET /health/live": EVERYBODY,
    "GET /health/ready": EVERYBODY,
    "GET /invitation/<token>": only(LINK),
    "POST /invitation/<token>": only(LINK),
    "GET /items/<id>/minutes": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /items/<id>/minutes": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /items/<id>/minutes/again": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "GET /items/<id>/minutes/versions": SIGNED_IN,
    "POST /items/<id>/open": only(LEAD, OFFICE, CHAIR),
    "POST /items/<id>/postpone": only(LEAD, OFFICE, CHAIR),
    "POST /items/<id>/put-back": only(LEAD, OFFICE, CHAIR),
    "POST /items/<id>/reopen": only(LEAD, OFFICE, CHAIR),
    "POST /language": EVERYBODY,
    "GET /left": EVERYBODY,
    "GET /meetings/<id>": EVERYBODY,
    "POST /meetings/<id>/actions": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "GET /meetings/<id>/close": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/close": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/continue": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/decisions": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "GET /meetings/<id>/hand-over": only(LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "POST /meetings/<id>/hand-over": only(LEAD, OFFICE, CHAIR, MINUTE_TAKER),
    "GET /meetings/<id>/items/now": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/items/now": only(LEAD, OFFICE, CHAIR),
    "GET /meetings/<id>/minutes": SIGNED_IN,
    "GET /meetings/<id>/minutes/circulate": only(LEAD, OFFICE, MINUTE_TAKER),
    "POST /meetings/<id>/minutes/circulate": only(LEAD, OFFICE, MINUTE_TAKER),
    "POST /meetings/<id>/minutes/take-back": STEERING,
    "POST /meetings/<id>/next": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/pause": only(LEAD, OFFICE, CHAIR),
    "POST /meetings/<id>/start": only(LEAD, OFFICE, CHAIR),
    "GET /people/<id>": SIGNED_IN,
    "GET /people/<id>/photo": SIGNED_IN,
    "GET /profile": SIGNED_IN,
    "POST /profile": SIGNED_IN,
    "GET /profile/data": SIGNED_IN,
    "GET /profile/data.zip": SIGNED_IN,
    "GET /profile/email": SIGNED_IN,
    "POST /profile/email": SIGNED_IN,
    "POST /profile/interface": SIGNED_IN,
    "GET /profile/leave": SIGNED_IN,
    "POST /profile/leave": SIGNED_IN,
    "GET /profile/notifications": SIGNED_IN,
    "POST /profile/notifications": SIGNED_IN,
    "GET /profile/password": SIGNED_IN,
    "POST /profile/password": SIGNED_IN,
    "GET /profile/photo": SIGNED_IN,
    "POST /profile/photo": SIGNED_IN,
    "POST /profile/photo/remove": SIGNED_IN,
    "GET /profile/sign-ins": SIGNED_IN,
    "POST /profile/sign-ins/<id>/end": SIGNED_IN,
    "POST /profile/sign-ins/end": SIGNED_IN,
    "POST /profile/wish/take-back": SIGNED_IN,
    "GET /reset": EVERYBODY,
    "POST /reset": EVERYBODY,
    "GET /reset/<token>": only(LINK),
    "POST /reset/<token>": only(LINK),
    "GET /reset/sent": EVERYBODY,
    "GET /rooms/<id>/changes": EVERYBODY,
    "GET /sign-in": EVERYBODY,
    "POST /sign-in": EVERYBODY,
    "POST /sign-out": EVERYBODY,
    "GET /static/<path:filename>": EVERYBODY,
    "GET /t/<id>": EVERYBODY,
    "POST /theme": EVERYBODY,
    "GET /unsubscribe/<token>": only(LINK),
    "POST /unsubscribe/<token>": only(LINK),
}

DEEDS: dict[str, Who] = {
    "meetings.add_item_now": only(LEAD, OFFICE, CHAIR),
    "meetings.close": only(LEAD, OFFICE, CHAIR),
    "meetings.continue": only(LEAD, OFFICE, CHAIR),
    "meetings.next_item": only(LEAD, OFFICE, CHAIR),
    "meetings.open_item": only(LEAD, OFFICE, CHAIR),
    "meetings.pause": only(LEAD, OFFICE, CHAIR),
    "meetings.postpone_item": only(LEAD, OFFICE, CHAIR),
    "meetings.put_back_item": only(LEAD, OFFICE, CHAIR),
    "meetings.reopen_item": only(LEAD, OFFICE, CHAIR),
    "meetings.start": only(LEAD, OFFICE, CHAIR),
    "minutes.drop": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "minutes.reopen": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "minutes.tick_off": only(GROUP_MEMBER, LEAD, OFFICE, OWNER),
    "minutes.write": only(GROUP_MEMBER, LEAD, OFFICE, CHAIR, MINUTE_TAKER),
}
