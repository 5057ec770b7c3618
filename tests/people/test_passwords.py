"""Passwords: which ones are taken, how they are kept, and that comparing tells nothing."""

import pytest
from argon2 import PasswordHasher
from flask import Flask

from network.people import passwords

OWN = ("Anke Krämer", "anke.kraemer@example.org")


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "nine char",
        "aaaaaaaaaaaa",
        "abababababab",
        "1234567890",
        "0123456789",
        "9876543210",
        "abcdefghijklm",
        "Passwort123!",
        "PASSWORD123",
        "qwertzuiop",
        "passwortpasswort",
        "Anke Krämer",
        "ankekraemer",
        "kraemeranke1",
        "anke.kraemer@example.org",
        "Anke.Kraemer",
        "x" * 201,
    ],
)
def test_passwords_that_are_easily_guessed_are_refused_with_a_sentence(app: Flask, password: str) -> None:
    assert str(passwords.problem(password, *OWN)).endswith(".")


@pytest.mark.parametrize(
    "password",
    [
        "a calm river in spring",
        "correct horse battery staple",
        "Tr0ub4dor&3x",
        "كلمة السر الطويلة",
        "vier kleine rote Äpfel",
        "🌊 river 🌊 stone",
        "lowercaseonlybutlong",
    ],
)
def test_long_passwords_of_any_signs_are_taken(app: Flask, password: str) -> None:
    assert passwords.problem(password, *OWN) is None
    assert str(passwords.strength(password)).endswith(".")


def test_a_password_is_kept_as_argon2id_and_fits_only_itself(app: Flask) -> None:
    kept = passwords.hashed("a calm river in spring")
    assert kept.startswith("$argon2id$")
    assert "p=1" in kept
    assert passwords.matches(kept, "a calm river in spring")
    assert not passwords.matches(kept, "a calm river in autumn")
    assert not passwords.outdated(kept)


def test_an_accent_typed_in_one_or_two_signs_is_the_same(app: Flask) -> None:
    kept = passwords.hashed("ein schöner Morgen")
    assert passwords.matches(kept, "ein scho\u0308ner Morgen")


def test_without_an_account_comparing_takes_the_same_work_and_never_fits(app: Flask) -> None:
    assert not passwords.matches(None, "a calm river in spring")
    assert not passwords.matches("no hash at all", "a calm river in spring")


def test_a_hash_of_other_parameters_is_outdated(app: Flask) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=2).hash(b"a calm river in spring")
    assert passwords.matches(old, "a calm river in spring")
    assert passwords.outdated(old)
