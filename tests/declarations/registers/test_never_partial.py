"""A full disk fails a build clearly, loses nothing and leaves nothing; the next try finds room."""

from __future__ import annotations

import errno
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Register
from declarations.registers import building, commands, storage
from declarations.registers.lines_file import rows
from declarations.registers.periods import Period
from declarations.registers.pieces import Packer
from tests.support.story import Story

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])  # files do not depend on it


def no_room(*_given: Any, **_more: Any) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


def files() -> list[str]:
    there = (path for path in storage.folder().rglob("*") if path.is_file() and path.name != ".gate")
    return sorted(path.name for path in there)


@pytest.mark.parametrize(
    ("where", "what"),
    [(Packer, "write"), (Packer, "done"), (building, "write_workbook"), (storage.os, "fsync"), (storage.os, "rename")],
)
def test_a_disk_that_is_full_at_any_step_leaves_nothing_and_is_tried_again(
    busy: Story, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
) -> None:
    public_id = _asked(busy)
    with busy.app.app_context():
        with monkeypatch.context() as full:
            full.setattr(where, what, no_room)
            with pytest.raises(OSError, match="No space"):
                building.build(public_id)
        assert files() == []
        building.build(public_id)
        row = db.session.scalars(select(Register)).one()
        named = (row.stored_as, row.lines_stored_as, row.bundle_stored_as)
        assert files() == sorted(name for name in named if name)
        assert len(list(rows(storage.path_of(str(row.lines_stored_as))))) == row.lines


def test_room_for_one_of_the_two_files_is_not_room_enough(busy: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = _asked(busy)
    keep = storage.keep
    with busy.app.app_context():
        monkeypatch.setattr(storage, "keep", lambda path: keep(path) if path.suffix == ".xlsx" else no_room())
        with pytest.raises(OSError, match="No space"):
            building.build(public_id)
        assert files() == []


def _asked(story: Story) -> str:
    period = Period(date(2026, 11, 1), date(2026, 11, 30))
    with story.app.app_context():
        return commands.ask(viewer=story.viewer("Aud"), company_id=story.ids["company NL"], period=period, language="en")
