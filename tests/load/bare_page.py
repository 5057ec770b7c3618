"""The peer of `pages.py`: what a careful Flask programmer writes without any of our machinery.

The same database and rows, five statements, every label through gettext, dates through Babel, a
signed-in session, one Jinja template that is written out in full; no cache, no rules, no live updates.
"""

from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from flask import Flask, render_template_string, session
from flask_babel import Babel, get_locale
from sqlalchemy import create_engine, text

from network.config import ROOT
from network.people.models import token_hash

PAGE = (Path(__file__).parent / "bare_page.html").read_text()

MENU = [
    ("My area", "/my"),
    ("Groups", "/groups"),
    ("Meetings", "/meetings"),
    ("Organisations", "/organisations"),
]
KINDS = {"exchange": "Exchange", "information": "Information", "decision": "Decision"}
ANSWERS = {"none": "No answer yet", "accepted": "Accepted", "declined": "Declined"}


def bare_app(url: str) -> Flask:
    """The peer, on the same database."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="measured",
        BABEL_DEFAULT_LOCALE="de",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    Babel(app)
    options = {} if url.startswith("sqlite") else {"isolation_level": "REPEATABLE READ"}
    engine = create_engine(url, **options)

    @app.get("/meetings/<int:id>")
    def show(id: int) -> Any:
        with engine.connect() as connection:

            def rows(statement: str, **values: Any) -> Any:
                return connection.execute(text(statement), values).all()

            reader = rows(
                "select p.id, p.name from sign_in s join person p on p.id = s.person_id"
                " where s.token_hash = :token and s.ended_at is null",
                token=token_hash(session["sign-in"]),
            )[0]
            meeting = rows(
                "select m.*, g.name as group_name from meeting m join thing t on t.id = m.id"
                ' join "group" g on g.id = t.parent_id where m.id = :id',
                id=id,
            )[0]
            items = rows(
                "select i.*, n.text as minutes from agenda_item i join thing t on t.id = i.id"
                " left join item_minutes n on n.item_id = i.id where t.parent_id = :id order by i.place",
                id=id,
            )
            presenters: dict[int, list[str]] = {}
            for item_id, name in rows(
                "select r.item_id, p.name from presenter r join person p on p.id = r.person_id"
                " join thing t on t.id = r.item_id where t.parent_id = :id",
                id=id,
            ):
                presenters.setdefault(item_id, []).append(name)
            attendances = rows(
                "select p.name, a.answer from attendance a join person p on p.id = a.person_id"
                " where a.meeting_id = :id",
                id=id,
            )
        return render_template_string(
            PAGE,
            locale=str(get_locale()),
            reader=reader,
            meeting=meeting,
            items=items,
            presenters=presenters,
            attendances=attendances,
            menu=MENU,
            kinds=KINDS,
            answers=ANSWERS,
            day=lambda value: format_date(value, "full", locale=get_locale()),
            clock=lambda value: format_time(value, "HH:mm", locale=get_locale()),
        )

    return app
