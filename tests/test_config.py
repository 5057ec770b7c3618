"""Settings mean the same wherever the program is started from."""

from pathlib import Path

import pytest

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
