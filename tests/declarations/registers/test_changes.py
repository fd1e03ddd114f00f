"""Whatever was done since the last extract stands among its changes, and the past can be rebuilt row for row."""

from __future__ import annotations

import gzip
import io
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from declarations.compliance import commands
from declarations.extensions import db
from declarations.jobs import alternatives
from declarations.models import Counterparty
from declarations.registers import reader
from declarations.registers.changes import Last
from declarations.registers.rebuilding import rebuild
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen, seen_by
from declarations.registers.workbook import write_workbook
from tests.declarations.registers.conftest import lines, opened
from tests.support.story import Story
from workflows.words import Action, Kind

SHEET = "Changes since the last extract"


@dataclass
class Extract:
    """A register as it was built: its rows, its changes, and what it saw."""

    told: bytes
    changes: list[dict[str, Any]]
    seen: Seen

    def of(self, number: str) -> list[dict[str, Any]]:
        return [change for change in self.changes if change["Number"] == number]


@pytest.fixture
def extract(story: Story, scope_of: Callable[..., Scope], tmp_path: Path) -> Callable[..., Extract]:
    number = itertools.count()

    def make(since: Extract | None = None, scope: Scope | None = None) -> Extract:
        out, told, folder = io.BytesIO(), io.BytesIO(), tmp_path / f"extract-{next(number)}"
        folder.mkdir()
        last = Last(since.seen, date(2026, 11, 1), date(2026, 11, 30)) if since else None
        with story.app.app_context():
            alternatives.work_out()  # as each build does first
        with story.app.app_context(), reader.snapshot(db.engine) as connection:
            seen = seen_by(connection)
            write_workbook(connection, scope or scope_of(), out, told, folder=folder, language="en", seen=seen, last=last)
        return Extract(gzip.decompress(told.getvalue()), lines(opened(out.getvalue()), SHEET), seen)

    return make


def number_of(story: Story, public_id: str) -> str:
    return str(story._of(public_id, "number"))


def later(story: Story, days: float = 1) -> None:
    story.now += timedelta(days=days)


def test_the_first_extract_has_no_changes_and_nothing_done_is_no_change(busy: Story, extract: Any) -> None:
    first = extract()
    assert first.changes == []
    assert extract(first).changes == []


def test_every_kind_of_action_stands_among_the_changes(busy: Story, extract: Any) -> None:
    first = extract()
    later(busy)
    made = busy.made  # type: ignore[attr-defined]
    busy.act("Gerda", Action.APPROVE, made["board"])
    new = busy.declare("Amalie", firm="Rival Oy", worth="60", occurred_on=date(2026, 12, 5), filed_on=date(2026, 12, 6))
    old = busy.declare("Amalie", firm="Rival Oy", worth="70", occurred_on=date(2026, 11, 2))
    facts = busy.facts("Amalie", Kind.GIFT, firm="Osterman & Sons", worth="310")
    busy.act("Amalie", Action.CORRECT, made["small"], facts=facts)
    busy.act("Ben", Action.WITHDRAW, made["clinic"])
    second = extract(first)
    became = {
        name: {one["What became of it"] for one in second.of(number_of(busy, public_id))} for name, public_id in made.items()
    }
    assert [one["What became of it"] for one in second.of(number_of(busy, new))] == ["New"]
    assert [one["What became of it"] for one in second.of(number_of(busy, old))] == ["Entered late, of an earlier day"]
    assert became["clinic"] == {"Withdrawn"}
    value = next(one for one in second.of(number_of(busy, made["small"])) if one["Field"] == "Value, whole")
    assert (value["Before"], value["Now"]) == ("DKK 300.00", "DKK 310.00")
    decided = second.of(number_of(busy, made["board"]))
    assert {one["What became of it"] for one in decided} == {"Decided"}
    assert next(one["Now"] for one in decided if one["Field"] == "Last decision by") == "Gerda"
    before = {
        row["number"]: row["record_entry"] for row in map(json.loads, first.told.splitlines()) if row["sheet"] != "decision"
    }
    for name, public_id in made.items():
        acted = busy.version(public_id) != before[number_of(busy, public_id)]
        assert acted == bool(became[name]), name
    assert extract(second).changes == []


def test_the_past_gives_the_very_same_lines(busy: Story, extract: Any, scope_of: Any, tmp_path: Path) -> None:
    first, moment = extract(), busy.now
    later(busy)
    made = busy.made  # type: ignore[attr-defined]
    busy.act("Ben", Action.WITHDRAW, made["clinic"])
    busy.declare("Amalie", firm="Rival Oy", worth="70", occurred_on=date(2026, 11, 2))
    busy.act("Amalie", Action.CORRECT, made["small"], facts=busy.facts("Amalie", Kind.GIFT, firm="Osterman & Sons", worth="310"))
    second, afterwards = extract(first), busy.now
    assert second.told != first.told
    with busy.app.app_context():
        rebuild(scope=scope_of(), language="en", moment=moment, into=tmp_path / "then")
        rebuild(scope=scope_of(), language="en", moment=afterwards, into=tmp_path / "afterwards")
    assert (tmp_path / "then.jsonl").read_bytes() == first.told
    assert (tmp_path / "afterwards.jsonl").read_bytes() == second.told


def test_a_corrected_counterparty_changes_what_the_past_shows_and_stands_there(
    busy: Story, extract: Any, scope_of: Any, tmp_path: Path
) -> None:
    first, moment = extract(), busy.now
    later(busy)
    with busy.app.app_context():
        commands.correct(
            officer=busy.viewer("Otto"),
            public_id=busy.column(Counterparty, busy.ids["Rival Oy"], "public_id"),
            name="Rival Oyj",
            class_="competitor",
            country="FI",
            registered_number="12345678",
            reason="It was listed",
        )
    second = extract(first)
    board = second.of(number_of(busy, busy.made["board"]))  # type: ignore[attr-defined]
    assert {(one["Field"], one["Before"], one["Now"]) for one in board} >= {("Counterparty", "Rival Oy", "Rival Oyj")}
    with busy.app.app_context():
        rebuild(scope=scope_of(), language="en", moment=moment, into=tmp_path / "then")
    assert (tmp_path / "then.jsonl").read_bytes() == first.told


def test_the_past_compares_with_its_own_last_extract_and_other_days_are_looked_at_too(
    busy: Story, extract: Any, scope_of: Any
) -> None:
    first = extract()
    later(busy, 30)
    busy.act("Ben", Action.WITHDRAW, busy.made["clinic"])  # type: ignore[attr-defined]
    december = scope_of(first_on=date(2026, 12, 1), last_on=date(2026, 12, 31))
    assert {one["What became of it"] for one in extract(first, december).changes} == {"Withdrawn"}


def test_an_event_that_was_being_written_just_then_counts_as_later() -> None:
    seen = Seen(9, (7,))
    told = str(seen.came_later.compile(compile_kwargs={"literal_binds": True}))
    assert told == "event.id > 9 OR event.id IN (7)"
    assert str(seen.holds.compile(compile_kwargs={"literal_binds": True})) == "event.id <= 9 AND (event.id NOT IN (7))"
