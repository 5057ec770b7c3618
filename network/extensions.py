"""The shared instances, created once and empty; `create_app` fills them."""

from functools import cached_property
from typing import Any

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from network.quotes import Nesting

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of ours."""

    metadata = MetaData(naming_convention=NAMES)


class _Babel(Babel):  # type: ignore[misc]  # the library has no types
    """Translates, with inner quotation marks where a sentence quotes a name that has its own."""

    @cached_property
    def domain_instance(self) -> Nesting:
        return Nesting(domain=self.domain)


db: Any = SQLAlchemy(model_class=Base)
login = LoginManager()
babel = _Babel()
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, headers_enabled=False)
migrate = Migrate()
socketio = SocketIO()
