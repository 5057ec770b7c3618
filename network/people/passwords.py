"""Passwords: how they are kept, compared and judged.

Argon2id with one lane. Hashing takes a core for some ten milliseconds, so under gevent it runs in
threads of its own, as many as there are cores, and pages and sockets go on meanwhile. Nobody holds a
room or a database connection while they wait for it.
"""

import os
import re
import unicodedata
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask_babel import lazy_gettext as _l

from network.cores import Cores
from network.extensions import db
from network.people.models import Person
from network.texts import folded

QUEUE = 400  # passwords that may wait for a core, a hall that signs in at once; further ones are sent away
AGAIN_SECONDS = 30
LEAST = 10  # characters
MOST = 200

# OWASP's recommendation for one lane: 46 MiB, one pass.
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)

# The most common ones that are long enough, folded: what attackers try first in German and English.
COMMON = frozenset(
    re.findall(
        r"\S+",
        """
        0123456789 1234567890 12345678910 123456789a 123456789q 1234567891 0987654321 9876543210
        1122334455 1q2w3e4r5t 1q2w3e4r5t6z 1q2w3e4r5t6y 1qaz2wsx3edc qwertzuiop qwertyuiop qwertz1234
        qwerty1234 qwertz12345 qwerty12345 qwerty123456 asdfghjkl1 asdfghjklo yxcvbnm123 zxcvbnm123
        qazwsxedcr password12 password123 password1234 password123! password12345 passwordpassword
        passwort12 passwort123 passwort1234 passwort123! passwort12345 passwortpasswort meinpasswort
        geheimgeheim geheim1234 geheim12345 hallo12345 hallohallo hallo123456 hallowelt1 iloveyou12
        iloveyou123 ichliebedich ichliebedich1 schatz1234 schalke041904 sommer2024 sommer2025 sommer2026
        winter2024 winter2025 winter2026 herbst2025 herbst2026 fruhling2025 fruhling2026 letmein123
        welcome123 welcome1234 willkommen willkommen1 willkommen123 admin12345 administrator admin123456
        changeme123 superman123 batman1234 football123 fussball123 dragon1234 sunshine123 princess123
        master1234 monkey1234 starwars123 abcdefghij abcdefghijk abc1234567 abcd123456 abcdef1234
        test123456 test1234567 testtest12 testtest123 deutschland deutschland1 integration integration1
        netzwerk123 netzwerk1234 demo-network
        """,
    )
)


_cores = cache(Cores)


@cache
def _nobodys() -> str:
    """A hash that no password has, to compare with where there is no account."""
    return _hasher.hash(os.urandom(32))


def hashed(password: str) -> str:
    """The hash that an account keeps. Pages say `end_reading` before: waiting holds no connection then."""
    return _cores().run(_hasher.hash, _bytes(password), most=QUEUE, again=AGAIN_SECONDS)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one of the hash. Without a hash it takes as long, and is not.

    The session's reading ends here, so that waiting holds no database connection.
    """
    end_reading()
    nobodys = _nobodys()
    if len(password) > MOST:  # nobody's: to bring megabytes into their usual form would hold everybody up
        password_hash, password = None, ""
    fits = _cores().run(_verify, password_hash or nobodys, _bytes(password), most=QUEUE, again=AGAIN_SECONDS)
    return fits and password_hash is not None


def end_reading() -> None:
    """Give the database connection back; what was read is read anew when it is needed."""
    db.session.rollback()


def outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than new ones are."""
    return _hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: bytes) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


def _bytes(password: str) -> bytes:
    """The same for a password typed on any keyboard: accents may come as one sign or as two."""
    return unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")


def problem(password: str, *own: str) -> Any:
    """What speaks against a new password, as a sentence, or None. `own`: the person's name and address."""
    if len(password) < LEAST:
        return _l("Please use at least %(least)d characters.", least=LEAST)
    if len(password) > MOST:
        return _l("Please use at most %(most)d characters.", most=MOST)
    plain = folded(password)
    if len(set(plain)) < 4:
        return _l("Please use more different characters.")
    if plain in COMMON or plain.rstrip("!.?") in COMMON or _runs(plain):
        return _l("This is one of the passwords that are tried first. Please choose another.")
    if plain in _own_words(own):
        return _l("Please do not use your name or e-mail address as the password.")
    return None


def _runs(plain: str) -> bool:
    """Whether it only counts up or down, or repeats one short piece."""
    steps = {ord(b) - ord(a) for a, b in zip(plain, plain[1:], strict=False)}
    return steps in ({1}, {-1}) or bool(re.fullmatch(r"(.{1,3})\1+.{0,2}", plain))


def _own_words(own: tuple[str, ...]) -> set[str]:
    """A name and an address in the ways in which people make passwords of them."""
    words: set[str] = set()
    for given in own:
        text = folded(given)
        pieces = [piece for piece in re.split(r"[\s@._+-]+", text) if piece]
        words |= {text, text.partition("@")[0], "".join(pieces), "".join(reversed(pieces)), ".".join(pieces)}
    bare = {word for word in words if word}
    return bare | {word + end for word in bare for end in ("1", "12", "123", "1234", "!", "1!", "123!")}


def strength(password: str) -> Any:
    """How good an allowed password is, in plain words."""
    kinds = sum(
        bool(re.search(pattern, password)) for pattern in (r"[a-zäöüß]", r"[A-ZÄÖÜ]", r"\d", r"[^\w]|_")
    )
    points = len(password) + 3 * (kinds - 1) + len(set(password)) // 4
    if points >= 26:
        return _l("This password is strong.")
    if points >= 19:
        return _l("This password is good.")
    return _l("This password will do. A longer one, of several words, would be safer.")


def known_of(person: Person) -> tuple[str, ...]:
    """What a password of this person must not be."""
    return (person.recorded_name, person.email or "")
