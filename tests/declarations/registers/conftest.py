"""A small house with something of every sort declared in it, and registers read back as a spreadsheet program would."""

from __future__ import annotations

import gzip
import io
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook

from declarations.extensions import db
from declarations.registers import reader
from declarations.registers.scope import Scope
from declarations.registers.seen import seen_by
from declarations.registers.workbook import write_workbook
from tests.support.story import Story
from workflows.words import Action, Disposition, Kind, ValueBasis

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app, datetime(2026, 11, 20, 9, 0, tzinfo=UTC)).house()


@pytest.fixture
def busy(story: Story) -> Story:
    """Nine declarations of six kinds in many states; their public ids are `story.made`."""
    story.firm("Osterman & Sons")
    story.firm("Acme <Nordic> AS", "customer")
    story.firm("Ministry of Tides", "public_official")
    story.firm("Rival Oy", "competitor")
    story.firm("Faun GmbH", "partner")
    story.firm("Children's Hospital", "charity")
    made: dict[str, str] = {}
    made["small"] = story.declare("Amalie", firm="Osterman & Sons", worth="300")
    made["hamper"] = story.declare("Amalie", firm="Acme <Nordic> AS", worth="900", title='=HYPERLINK("http://evil")')
    made["guess"] = story.declare(
        "Tomasz",
        firm="Osterman & Sons",
        worth="250",
        value_basis=ValueBasis.ESTIMATED,
        answers={"method": "The price in a shop", "occasion": "New Year"},
    )
    made["yen"] = story.declare("Dee", firm="Acme <Nordic> AS", worth="12000", currency="JPY")
    made["match"] = story.declare(
        "Amalie", Kind.ENTERTAINMENT, firm="Acme <Nordic> AS", worth="1500", form="event", host_present=True
    )
    made["trip"] = story.declare("Tomasz", Kind.TRAVEL, firm="Osterman & Sons", worth="4000", travel_class="economy", nights=2)
    made["board"] = story.declare("Ben", Kind.INTEREST, firm="Rival Oy", form="directorship")
    made["niece"] = story.declare("Dee", Kind.CONFLICT, firm="Faun GmbH", close_relation=True)
    made["clinic"] = story.declare("Ben", Kind.DONATION, firm="Children's Hospital", worth="5000")
    story.act("Ben", Action.APPROVE, made["hamper"])
    if story.state(made["match"]) == "with_manager":
        story.act(
            "Ben", Action.APPROVE_WITH_CONDITIONS, made["match"], conditions=(("Pay the taxi yourself", date(2026, 12, 1)),)
        )
    story.act("Dee", Action.REFUSE, made["trip"], reason="Too much", disposition="decline_it")
    story.act("Tomasz", Action.WITHDRAW, story.declare("Tomasz", firm="Rival Oy", worth="80", disposition=Disposition.DECLINED))
    story.made = made  # type: ignore[attr-defined]
    return story


@pytest.fixture
def scope_of(story: Story) -> Callable[..., Scope]:
    """The register of the group, or of one company, for November 2026."""

    def make(company: str = "NL", **more: Any) -> Scope:
        given = {"first_on": date(2026, 11, 1), "last_on": date(2026, 11, 30)}
        return Scope(story.ids[f"company {company}"], COPENHAGEN, **(given | more))

    return make


@pytest.fixture
def built(story: Story, tmp_path: Path) -> Callable[..., bytes]:
    """The bytes of a register; those of its rows, gzipped, are `lines` of what it returns."""

    def build(scope: Scope, language: str = "en", **more: Any) -> bytes:
        out, lines, folder = io.BytesIO(), io.BytesIO(), tmp_path / f"build-{next(number)}"
        folder.mkdir()
        with story.app.app_context(), reader.snapshot(db.engine) as connection:
            write_workbook(connection, scope, out, lines, folder=folder, language=language, seen=seen_by(connection), **more)
        build.lines = gzip.decompress(lines.getvalue())  # type: ignore[attr-defined]
        return out.getvalue()

    number = itertools.count()

    return build


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def lines(workbook: Workbook, sheet: str) -> list[dict[str, Any]]:
    """The rows of a sheet by the names in its header."""
    header, *rows = workbook[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def later(story: Story, **delta: float) -> None:
    story.now += timedelta(**delta)
