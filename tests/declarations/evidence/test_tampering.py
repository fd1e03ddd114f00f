"""Whoever owns the database and changes something in it is found out, however well they know how it is made."""

from __future__ import annotations

from random import Random

import pytest
from flask import Flask

from tests.support.hands import TABLES, Hands, at_work
from tests.support.recorded import recorded
from tests.support.tampering import KINDS, NOT_KEPT, NOT_KEPT_COLUMNS, Kind, changed_column, layers, noticed

EACH = {"sqlite": 3, "postgresql": 1}


def test_every_kind_of_tampering_is_found(app: Flask, owners_url: str, backend: str) -> None:
    story = recorded(app, 6)
    for name, kind in KINDS.items():
        assert found(app, owners_url, name, kind, story.held, EACH[backend]) == EACH[backend], name  # type: ignore[attr-defined]


def found(app: Flask, owners_url: str, name: str, kind: Kind, held: str, wanted: int) -> int:
    """How many random changes of this kind were made, `wanted` at most; each was found."""
    made = 0
    for seed in range(30):
        with at_work(app, owners_url, Random(f"{name} {seed}")) as hands:
            what = kind(hands)
            if what is not None:
                made += 1
                assert layers(hands, held), f"{name}: {what} was not found"
        if made == wanted:
            break
    return made


@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_column_of_any_table_is_forgotten(app: Flask, owners_url: str, backend: str) -> None:
    """Each is either checked or named, with the reason, as one that is not; tables empty in this story are left to others."""
    story = recorded(app, 6)
    free = []
    for table in sorted(TABLES.keys() - NOT_KEPT.keys()):
        for column in sorted({column.name for column in TABLES[table].columns} - NOT_KEPT_COLUMNS.get(table, set())):
            with at_work(app, owners_url, Random(f"{table} {column}")) as hands:
                what = _changed(hands, table, column)
                if what is not None and not noticed(hands, story.held):  # type: ignore[attr-defined]
                    free.append(what)
    assert free == []


def _changed(hands: Hands, table: str, column: str) -> str | None:
    row = hands.one(table)
    return None if row is None else changed_column(hands, table, row, column)
