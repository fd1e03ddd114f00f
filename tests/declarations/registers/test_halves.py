"""Two processes write the very bytes that one writes, and one goes on alone when the other cannot help."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from declarations.extensions import db
from declarations.registers import halves, keys, pieces, reader
from declarations.registers.scope import Scope
from declarations.registers.seen import seen_by
from declarations.registers.workbook import Incomplete, write_workbook
from tests.support.story import Story


@pytest.fixture
def helped(story: Story, scope_of: Callable[..., Scope], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Builds with or without a second process, in pieces of two rows; gives the bytes of both files."""
    monkeypatch.setattr(halves, "WORTH_IT", 0)
    monkeypatch.setattr(pieces, "ROWS", 2)

    def build(name: str, *, help_: bool) -> tuple[bytes, bytes]:
        out, told, folder = io.BytesIO(), io.BytesIO(), tmp_path / name
        folder.mkdir()
        settings = story.app.config["SETTINGS"] if help_ else None
        with story.app.app_context(), reader.snapshot(db.engine) as connection:
            write_workbook(
                connection, scope_of(), out, told, folder=folder, language="en", seen=seen_by(connection), helped=settings
            )
        return out.getvalue(), gzip.decompress(told.getvalue())

    return build


def test_two_write_what_one_writes(busy: Story, helped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = helped("alone", help_=False)
    mine: list[int] = []
    write = halves.Press.write

    def waiting(press: Any, connection: Any, piece: Any, heard: Any) -> Any:
        mine.append(piece.number)
        if len(mine) == 1:
            _until_the_second_has_begun(press)
        return write(press, connection, piece, heard)

    monkeypatch.setattr(halves.Press, "write", waiting)
    assert helped("together", help_=True) == alone
    assert set(range(max(mine))) - set(mine), "the second wrote some of them"


def _until_the_second_has_begun(press: Any) -> None:
    """It has when a piece lies there that this process has not written."""
    for _ in range(20_000_000):
        if any(press._folder.glob("*.xml")):
            return
    pytest.fail("the second never began")


def test_what_the_second_began_and_left_is_written_by_the_first(
    busy: Story, helped: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = helped("alone", help_=False)
    second = halves._second

    def dying(job: Any) -> Any:
        (job.folder / "1.xml").write_bytes(b"half a piece")
        (job.folder / "1.jsonl").write_bytes(b"half a piece")
        return second(replace(job, settings=None))  # it cannot even start

    taken = iter([0, *range(2, 1000)])
    monkeypatch.setattr(halves, "_second", dying)
    monkeypatch.setattr(halves, "_next", lambda turn: next(taken))
    assert helped("together", help_=True) == alone


def test_a_second_that_would_see_something_else_does_not_help(busy: Story) -> None:
    with busy.app.app_context(), reader.snapshot(db.engine) as connection:
        name = halves.shared(connection)
        with halves._joined(name) as joined:
            assert joined is not None
    if busy.app.config["SETTINGS"].database_url.startswith("sqlite"):
        busy.declare("Amalie", firm="Rival Oy", worth="90")
        with busy.app.app_context(), halves._joined(name) as joined:
            assert joined is None


def test_rows_that_went_missing_on_the_way_make_no_register(busy: Story, helped: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    found = keys.write
    monkeypatch.setattr(keys, "write", lambda *given: found(*given) | {"gift": 1})
    with pytest.raises(Incomplete):
        helped("missing", help_=False)
