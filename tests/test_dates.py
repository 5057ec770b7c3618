"""Days and lists, as the language of the reader writes them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from network import dates

NEXT = date(2027, 1, 5)


@pytest.mark.parametrize(
    ("language", "this_year", "next_year"),
    [
        ("de", "Donnerstag, 26. November", "Dienstag, 5. Januar 2027"),
        ("en", "Thursday, 26 November", "Tuesday, 5 January 2027"),
        ("ar", "الخميس، 26 نوفمبر", "الثلاثاء، 5 يناير 2027"),
    ],
)
def test_a_day_of_another_year_says_which(
    app: Flask, clock: Any, language: str, this_year: str, next_year: str
) -> None:
    with force_locale(language):
        assert dates.day(date(2026, 11, 26)) == this_year
        assert dates.day(NEXT) == next_year


def test_the_year_turns_at_midnight_of_the_network(app: Flask, clock: Any) -> None:
    clock.move_to(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    with force_locale("en"):
        assert dates.day(NEXT) == "Tuesday, 5 January"


def test_a_list_keeps_each_part_in_its_direction_and_leaves_out_what_is_empty(app: Flask) -> None:
    parts = ["Anke <Krämer>", "", None, Markup("<b>حلقة</b>")]
    with force_locale("en"):
        assert dates.joined(parts) == "<bdi>Anke &lt;Krämer&gt;</bdi>, <bdi><b>حلقة</b></bdi>"
    with force_locale("ar"):
        assert dates.joined(parts) == "<bdi>Anke &lt;Krämer&gt;</bdi>، <bdi><b>حلقة</b></bdi>"
