"""A register asked for is built once, whole or not at all, and what a dead build left behind is swept."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Event, JobClaim, Register
from declarations.registers import building, storage
from tests.declarations.jobs.turns import all_of, ask, notices, tick
from tests.support.story import Story


def test_a_register_asked_for_is_built_and_told(story: Story) -> None:
    public_id = ask(story)
    tick(story)
    (row,) = all_of(story, Register)
    assert (row.public_id, row.failed) == (public_id, None)
    with story.app.app_context():
        file = storage.path_of(row.stored_as)
        assert file.stat().st_size == row.size
    (notice,) = notices(story, "Aud", "register_built")
    assert "register of NL from 1 November 2026 to 30 November 2026 is ready" in str(notice.body)
    with story.app.app_context():
        told = db.session.scalars(select(Event.action).where(Event.stream == f"register/{public_id}").order_by(Event.sequence))
        assert list(told) == ["register:asked", "register:built"]


def test_a_build_that_fails_says_so_and_is_tried_again(story: Story, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    ask(story)
    caplog.set_level(logging.CRITICAL)
    whole = building.write_workbook

    def full(*_args: Any, **_more: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(building, "write_workbook", full)
    tick(story)
    (row,) = all_of(story, Register)
    assert (row.built_at, row.failed) == (None, building.FULL_DISK)
    with story.app.app_context():
        assert list(storage.folder().rglob("*.xlsx")) == [], "nothing is left of it"
    monkeypatch.setattr(building, "write_workbook", whole)
    tick(story)
    assert all_of(story, Register)[0].built_at is None, "not at once"
    story.now += timedelta(minutes=2)
    tick(story)
    assert all_of(story, Register)[0].built_at is not None


def test_a_build_given_up_is_left_alone(story: Story, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    ask(story)
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(building, "write_workbook", lambda *a, **m: 1 / 0)
    for _ in range(building.MOST_TRIES + 2):
        tick(story)
        story.now += timedelta(hours=2)
    assert all_of(story, Register)[0].failed == building.GIVEN_UP
    claim = next(row for row in all_of(story, JobClaim) if row.job == "register")
    assert (claim.tries, claim.done_at is not None) == (building.MOST_TRIES, True)


def test_two_workers_that_build_the_same_register_leave_one(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    public_id = ask(story)
    whole = building.write_workbook

    def slower(*args: Any, **more: Any) -> Any:
        monkeypatch.setattr(building, "write_workbook", whole)
        building.build(public_id)  # the faster one, from beginning to end
        return whole(*args, **more)

    monkeypatch.setattr(building, "write_workbook", slower)
    with story.app.app_context():
        building.build(public_id)
        (row,) = db.session.scalars(select(Register)).all()
        left = sorted(path.name for path in storage.folder().iterdir() if path.is_file())
        assert left == sorted([row.stored_as, row.lines_stored_as, row.bundle_stored_as])


def test_what_a_dead_build_left_behind_is_swept_and_a_living_one_is_not(app: Flask) -> None:
    with app.app_context():
        dead = storage.folder() / "unfinished" / "dead"
        dead.mkdir(parents=True)
        (dead / "register.xlsx").write_bytes(b"names and amounts")
        with storage.being_written() as living:
            (living / "register.xlsx").write_bytes(b"names and amounts")
            building.sweep()
            assert not dead.exists()
            kept = storage.keep(living / "register.xlsx")
            building.sweep()
            assert storage.path_of(kept.stored_as).stat().st_size == kept.size == 17
        assert [path.name for path in (storage.folder() / "unfinished").iterdir()] == [".gate"]


def test_a_file_finished_by_a_build_that_died_before_its_row_is_swept_too(app: Flask) -> None:
    with app.app_context():
        dead = storage.folder() / "unfinished" / "dead"
        dead.mkdir(parents=True)
        finished = storage.folder() / "finished.xlsx"
        finished.write_bytes(b"names and amounts")
        (dead / "finished.xlsx.kept").touch()
        building.sweep()
        assert not finished.exists()
        assert not dead.exists()
