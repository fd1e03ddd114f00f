"""Whoever runs the server reads in a sentence what is wrong with the database, and never a page of the program's own lines."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest
from psycopg.errors import DiskFull
from sqlalchemy.exc import NoResultFound, OperationalError

from config import Settings
from declarations.database.private_file import make_private
from declarations.database.unfit import is_full
from declarations.extensions import writers_engine
from tests.conftest import SECRET, close_database, make_app, migrate
from tests.support.story import Story

UPGRADE = "Error: The database is not of this version of the program. Run: flask --app wsgi:app db upgrade\n"


def flask(folder: Path, url: str, *command: str) -> tuple[int, str]:
    """What a command answers on that database: its exit code and all it says."""
    app = make_app(Settings(data_dir=folder, database_url=url, secret_key=SECRET))
    ran = app.test_cli_runner().invoke(args=command)
    close_database(app)
    return ran.exit_code, ran.output


def test_a_database_that_was_never_made_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert flask(tmp_path, url, "record", "verify") == (1, UPGRADE)
    assert flask(tmp_path, url, "rates", "import") == (1, UPGRADE)


@pytest.mark.parametrize("command", [("db", "upgrade"), ("rates", "import")])
def test_a_database_that_does_not_answer_is_told(tmp_path: Path, command: tuple[str, ...]) -> None:
    code, said = flask(tmp_path, f"postgresql+psycopg://nobody@/none?host={tmp_path}", *command)
    assert code == 1
    assert "Error: The database does not answer: " in said


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear all, " * 100)
    assert "names a file that is no SQLite database" in flask(tmp_path, f"sqlite:///{file}", "db", "upgrade")[1]
    assert "may this user write there" in flask(tmp_path, f"sqlite:///{tmp_path}/nowhere/a.db", "db", "upgrade")[1]


def test_a_new_database_file_is_its_owners_alone_and_one_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "new.db"
    make_private(f"sqlite:///{file}")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.chmod(0o640)
    file.write_text("kept")
    for url in (f"sqlite:///{file}", f"sqlite:///{tmp_path}/nowhere/a.db", "postgresql+psycopg://nobody@/none"):
        make_private(url)
    assert (stat.S_IMODE(file.stat().st_mode), file.read_text()) == (0o640, "kept")


def test_a_full_disk_is_told_keeps_nothing_by_halves_and_is_forgotten_once_there_is_room(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    migrate(url, tmp_path)
    app = make_app(Settings(data_dir=tmp_path, database_url=url, secret_key=SECRET))
    app.config["WTF_CSRF_ENABLED"] = False
    client = Story(app).house().client("Amalie")
    typed = {"what": "A vase", "occasion": "x" * 20_000}
    with app.app_context():
        _allow_pages(1)  # that is, no more than there are
        told = client.post("/declare/gift", data=typed)
        assert (told.status_code, "no room left" in told.text) == (507, True)
        assert client.get("/").status_code == 200
        assert not is_full(NoResultFound())
        _allow_pages(1_000_000)
        assert client.post("/declare/gift", data=typed).status_code < 500
    close_database(app)
    assert is_full(OperationalError("", {}, DiskFull()))
    assert is_full(OSError(errno.ENOSPC, "no room"))


def _allow_pages(number: int) -> None:
    with writers_engine().connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={number}")
