"""A past register is rebuilt from a terminal: the very lines it had, noted in the record, and never over a file that is there."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from declarations.extensions import db
from declarations.jobs import alternatives
from declarations.jobs.claims import Claim
from declarations.models import Event
from tests.support.story import Story
from workflows.words import Action


def built(story: Story, into: Path, *more: str) -> Any:
    period = ("--company", "NL", "--first", "2026-11-01", "--last", "2026-11-30")
    return story.app.test_cli_runner().invoke(args=["registers", "build", *period, *more, str(into)])


def test_a_register_as_of_a_day_has_the_lines_it_had_at_the_end_of_that_day(busy: Story, tmp_path: Path) -> None:
    assert built(busy, tmp_path / "first").exit_code == 0
    busy.now += timedelta(days=1)
    busy.act("Ben", Action.WITHDRAW, busy.made["clinic"])  # type: ignore[attr-defined]
    busy.declare("Amalie", firm="Rival Oy", worth="70", occurred_on=date(2026, 11, 2))
    told = built(busy, tmp_path / "then", "--as-of", "2026-11-20")
    assert built(busy, tmp_path / "now").exit_code == 0
    first, then, now = ((tmp_path / f"{name}.jsonl").read_bytes() for name in ("first", "then", "now"))
    assert then == first != now
    assert (tmp_path / "then.xlsx").stat().st_size > 0
    assert hashlib.sha256(then).hexdigest() in told.output
    assert "as of 2026-11-20T22:59:59" in told.output, "the day ends where the company is"
    again = built(busy, tmp_path / "then", "--as-of", "2026-11-20")
    assert (again.exit_code, (tmp_path / "then.jsonl").read_bytes()) == (1, first)
    with busy.app.app_context():
        noted = db.session.scalars(select(Event.stream).where(Event.action == "register:rebuilt")).all()
    assert noted == ["company/NL"] * 4, "also the one that met a file"


def test_what_is_worked_out_overnight_leaves_registers_of_before_as_they_were(busy: Story, tmp_path: Path) -> None:
    with busy.app.app_context():
        assert alternatives.are_due(db.session()), "or this test asks nothing"
    assert built(busy, tmp_path / "first").exit_code == 0
    assert b'"would_change"' in (tmp_path / "first.jsonl").read_bytes(), "said on the very day of the decision"
    busy.now += timedelta(days=1)
    with busy.app.app_context():
        alternatives.run(Claim("alternatives", "2026-11-21", "test", 1))
    assert built(busy, tmp_path / "then", "--as-of", "2026-11-20").exit_code == 0
    assert (tmp_path / "then.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()


def test_a_company_nobody_knows_is_said_to_be_missing(busy: Story, tmp_path: Path) -> None:
    told = busy.app.test_cli_runner().invoke(
        args=["registers", "build", "--company", "X", "--first", "2026-11-01", "--last", "2026-11-30", str(tmp_path / "x")]
    )
    assert (told.exit_code, list(tmp_path.glob("x.*"))) == (1, [])
    assert "There is no company X." in told.output
