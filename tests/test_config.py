"""Settings mean the same wherever the program is started from."""

from pathlib import Path

import pytest

from network import create_app
from network.config import ROOT, chosen, settings


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_relative_instance_folder_lies_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSTANCE_PATH", "instance/demo/../of-a-test")
    folder = ROOT / "instance" / "of-a-test"
    found = settings({"SECRET_KEY": "only for tests"})
    assert found["INSTANCE_PATH"] == chosen()["INSTANCE_PATH"] == str(folder)
    assert found["DATABASE_URL"] == f"sqlite:///{folder / 'network.db'}"
    assert not folder.exists(), "asking makes nothing"


def test_a_given_relative_folder_too_and_an_absolute_one_stays(tmp_path: Path) -> None:
    given = {"SECRET_KEY": "only for tests", "INSTANCE_PATH": "elsewhere"}
    assert settings(given)["INSTANCE_PATH"] == str(ROOT / "elsewhere")
    given["INSTANCE_PATH"] = str(tmp_path)
    assert settings(given)["INSTANCE_PATH"] == str(tmp_path.resolve())


def test_templates_are_compiled_once_for_all_who_start_later(tmp_path: Path) -> None:
    folder = tmp_path / "compiled"
    given = {"SECRET_KEY": "only for tests", "INSTANCE_PATH": str(tmp_path), "COMPILED_PATH": str(folder)}
    create_app(given).jinja_env.get_template("errors/error.html")
    kept = {file: file.stat().st_mtime_ns for file in folder.iterdir()}
    assert kept and folder.stat().st_mode & 0o077 == 0, "nobody else lets us run what they like"
    create_app(given).jinja_env.get_template("errors/error.html")
    assert {file: file.stat().st_mtime_ns for file in folder.iterdir()} == kept


def test_where_nothing_can_be_kept_each_process_compiles_its_own(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file, and no folder")
    given = {"SECRET_KEY": "only for tests", "INSTANCE_PATH": str(tmp_path), "COMPILED_PATH": str(taken)}
    app = create_app(given)
    assert app.jinja_env.get_template("errors/error.html") and taken.read_text() == "a file, and no folder"
