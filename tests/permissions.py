"""Who may what: the table of product.md as rows for routes, live deeds and rooms.

`ROUTES` has at least one row for each "METHOD /path", `DEEDS` for each live deed, `ROOMS` for each kind of
room; see `Row` in permission_rows/words.py for what a row says. A route or deed without a row fails in
test_urls.py, so nobody forgets to decide; test_permissions.py tries every cell.
"""

from tests.permission_rows import (
    approval,
    coverage,
    deeds,
    discussions,
    drafts,
    entry,
    exports,
    goals,
    groups,
    imports,
    meetings,
    minutes,
    moderation,
    needs,
)
from tests.permission_rows.words import Table

ROUTES: Table = {}
for part in (
    entry,
    groups,
    discussions,
    meetings,
    minutes,
    approval,
    exports,
    imports,
    drafts,
    moderation,
    goals,
    needs,
    coverage,
):
    twice = set(ROUTES) & set(part.ROUTES)
    assert not twice, f"decided upon twice: {sorted(twice)}"
    ROUTES |= part.ROUTES

DEEDS = deeds.DEEDS | discussions.DEEDS | drafts.DEEDS
ROOMS = deeds.ROOMS + discussions.ROOMS + goals.ROOMS + needs.ROOMS
