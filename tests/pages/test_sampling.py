"""Audit draws samples out of a register it may read, and fills in their work papers; who drew what is in the record."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.jobs.claims import Claim
from declarations.jobs.worker import Worker
from declarations.models import Event, Register, RegisterSample, SampleRequest
from declarations.sampling import asked, commands, population
from declarations.sampling.drawing import Method
from declarations.sign_in.sessions import CONFIRMED_FOR
from tests.support.story import Story
from workflows.words import Kind

DRAW = {"method": "random", "size": "2", "seed": "4711"}


@pytest.fixture
def story(app: Flask) -> Story:
    """A register with three gifts and an interest in it, at `story.register`."""
    made = Story(app, datetime(2026, 11, 20, 9, 0, tzinfo=UTC)).house()
    made.firm("Osterman")
    for worth in ("300", "120", "900"):
        made.declare("Amalie", firm="Osterman", worth=worth, title="=a hamper")
    made.declare("Amalie", Kind.INTEREST, firm="Osterman", form="directorship", title="=a hamper")
    form = {"company": str(made.ids["company NL-DK"]), "period": "days", "language": "en"}
    days = {"first_on": "2026-11-01", "last_on": "2026-11-30"}
    answer = made.client("Aud").post("/registers", data=form | days)
    made.register = answer.location  # type: ignore[attr-defined]
    with app.app_context():
        Worker().tick()
    return made


def events(story: Story, action: str) -> list[Event]:
    with story.app.app_context():
        return list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def test_an_auditor_draws_a_sample_and_takes_its_work_paper(story: Story) -> None:
    aud = story.client("Aud")
    page = aud.get(f"{story.register}/samples")  # type: ignore[attr-defined]
    assert "Every entry has the same chance" in page.text
    drawn = aud.post(f"{story.register}/samples", data=DRAW)  # type: ignore[attr-defined]
    assert drawn.status_code == 303
    assert "2 entries to look at" in aud.get(drawn.location).text
    paper = aud.post(f"{drawn.location}/work-paper", buffered=True)
    workbook = load_workbook(io.BytesIO(paper.data))
    front = {row[0].value: row[1].value for row in workbook["Sample"].iter_rows()}
    assert (front["Seed"], front["Entries"], front["Size drawn"], front["Prepared by"]) == ("4711", 4, 2, "Aud")
    sheet = workbook["Work paper"]
    header, *rows = sheet.iter_rows(values_only=True)
    assert len(rows) == 2
    heights = [sheet.row_dimensions[number].height for number in (2, 3)]
    assert heights == [60, 60], "the digest wraps to four lines of fifteen points"
    titles = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == "=a hamper"]
    assert [cell.data_type for cell in titles] == ["s", "s"]
    result = header.index("Result") + 1
    (choices,) = sheet.data_validations.dataValidation
    assert str(choices.sqref) == f"{sheet.cell(2, result).coordinate}:{sheet.cell(3, result).coordinate}"
    (sampled,) = events(story, "register:sampled")
    said = json.loads(sampled.body)["public"]
    assert (said["seed"], said["method"], said["size"], said["entries"]) == ("4711", "random", 2, 4)
    assert sampled.actor_id == story.ids["Aud"]
    assert len(events(story, "register:sample_downloaded")) == 1


def test_the_same_seed_is_the_same_sample_and_recorded_once(story: Story) -> None:
    first, again = (
        story.client(name).post(f"{story.register}/samples", data=DRAW).location  # type: ignore[attr-defined]
        for name in ("Aud", "Otto")
    )
    assert first == again
    assert len(events(story, "register:sampled")) == 1


def test_by_value_says_what_it_cannot_reach(story: Story) -> None:
    story.client("Aud").post(f"{story.register}/samples", data=DRAW | {"method": "value", "size": "9"})  # type: ignore[attr-defined]
    with story.app.app_context():
        row = db.session.scalars(select(RegisterSample)).one()
    assert (row.entries, row.without_value, len(row.drawn), row.currency) == (4, 1, 3, "DKK")
    assert [one["minor"] for one in row.drawn] == ["90000", "30000", "12000"]


def test_lines_that_are_not_the_sealed_ones_are_not_drawn_from(story: Story) -> None:
    with story.app.app_context(), writing() as session:
        session.scalars(select(Register)).one().lines_sha256 = "0" * 64
    answer = story.client("Aud").post(f"{story.register}/samples", data=DRAW)  # type: ignore[attr-defined]
    assert answer.status_code == 422
    assert "not the ones that were sealed" in answer.text
    assert events(story, "register:sampled") == []


def test_samples_are_as_hidden_and_as_guarded_as_their_register(story: Story) -> None:
    address = story.client("Aud").post(f"{story.register}/samples", data=DRAW).location  # type: ignore[attr-defined]
    ben = story.client("Ben")
    assert [ben.get(address).status_code, ben.post(f"{address}/work-paper").status_code] == [404, 404]
    assert ben.post(f"{story.register}/samples", data=DRAW).status_code == 404  # type: ignore[attr-defined]
    aud = story.client("Aud")
    story.now += CONFIRMED_FOR + timedelta(seconds=1)
    asked = aud.post(f"{address}/work-paper")
    assert (asked.status_code, asked.location) == (303, f"/confirm?next={address}")
    assert events(story, "register:sample_downloaded") == []


@pytest.mark.parametrize("typed", [{"size": "0"}, {"size": "1001"}, {"seed": " "}, {"method": "favour"}])
def test_what_cannot_be_drawn_is_told(typed: dict[str, str], story: Story) -> None:
    answer = story.client("Aud").post(f"{story.register}/samples", data=DRAW | typed)  # type: ignore[attr-defined]
    assert answer.status_code == 422
    assert events(story, "register:sampled") == []


@pytest.mark.parametrize("language", ["da", "ja"])
def test_work_papers_speak_the_readers_language(language: str, story: Story) -> None:
    aud = story.client("Aud")
    with aud.session_transaction() as cookie:
        cookie["language"] = language
    address = aud.post(f"{story.register}/samples", data=DRAW | {"method": "risk"}).location  # type: ignore[attr-defined]
    assert f'<html lang="{language}">' in aud.get(address).text
    workbook = load_workbook(io.BytesIO(aud.post(f"{address}/work-paper", buffered=True).data))
    assert workbook.sheetnames[1] == {"da": "Arbejdspapir", "ja": "調書"}[language]


def test_the_command_draws_the_same_and_notes_it(story: Story, tmp_path: Path) -> None:
    story.client("Aud").post(f"{story.register}/samples", data=DRAW)  # type: ignore[attr-defined]
    out = tmp_path / "sample.xlsx"
    register = story.register.rsplit("/", 1)[1]  # type: ignore[attr-defined]
    line = ["register", "sample", register, "--method", "random", "--size", "2", "--seed", "4711", "--out", str(out)]
    result = story.app.test_cli_runner().invoke(args=line)
    assert result.exit_code == 0, result.output
    rows = list(load_workbook(out)["Work paper"].iter_rows(min_row=2, values_only=True))
    first, second = (json.loads(event.body)["public"] for event in events(story, "register:sampled"))
    assert len(rows) == 2
    assert first == second
    assert story.app.test_cli_runner().invoke(args=line).exit_code == 1, "it is there already"


# out of a large register


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every register counts as one."""
    monkeypatch.setattr(commands, "AT_ONCE", 0)
    monkeypatch.setattr(population, "_TOLD_EVERY", 1)
    monkeypatch.setattr(asked, "_EVERY", 0.0)


def tick(story: Story) -> None:
    with story.app.app_context():
        Worker().tick()


@pytest.mark.parametrize("method", ["random", "value", "risk"])
def test_out_of_a_large_register_it_is_asked_for_and_the_worker_draws_the_very_same(
    method: str, story: Story, large: None
) -> None:
    aud, wanted = story.client("Aud"), DRAW | {"method": method}
    address, again = (aud.post(f"{story.register}/samples", data=wanted).location for _ in range(2))  # type: ignore[attr-defined]
    assert address == again
    waiting = aud.get(address)
    assert "It begins in a moment" in waiting.text
    assert waiting.headers["Refresh"]
    assert "Being drawn" in aud.get(f"{story.register}/samples").text  # type: ignore[attr-defined]
    assert events(story, "register:sampled") == []
    tick(story)
    tick(story)
    shown = aud.get(address)
    assert "2 entries to look at" in shown.text
    assert "Refresh" not in shown.headers
    (sampled,) = events(story, "register:sampled")
    assert sampled.actor_id == story.ids["Aud"]
    with story.app.app_context():
        register = db.session.scalars(select(Register)).one()
        _, drawn = population.drawn_from(register, method=Method(method), size=2, seed="4711")
        assert json.loads(sampled.body)["public"]["drawn"] == [item.digest for item in drawn.items]
        assert db.session.scalars(select(SampleRequest)).all() == []


def test_how_far_it_is_stands_on_the_page(story: Story, large: None, monkeypatch: pytest.MonkeyPatch) -> None:
    aud = story.client("Aud")
    address = aud.post(f"{story.register}/samples", data=DRAW | {"method": "value"}).location  # type: ignore[attr-defined]
    seen: list[str] = []
    note = asked.note

    def noted(claim: Claim, share: float) -> None:
        note(claim, share)
        seen.append(re.findall(r"<progress.*value=.(\d+)", story.client("Aud").get(address).text)[0])

    monkeypatch.setattr(asked, "note", noted)
    tick(story)
    assert seen == ["12", "25", "37", "50", "62", "75", "87", "99"]


def test_a_worker_that_dies_leaves_the_sample_to_the_next(story: Story, large: None) -> None:
    address = story.client("Aud").post(f"{story.register}/samples", data=DRAW).location  # type: ignore[attr-defined]
    with story.app.app_context():
        assert claims.take(job=asked.JOB, period=address.rsplit("/", 1)[1], worker="died", lease=asked.LEASE)
    tick(story)
    assert events(story, "register:sampled") == []
    story.now += asked.LEASE + timedelta(seconds=1)
    tick(story)
    assert len(events(story, "register:sampled")) == 1


def test_what_cannot_be_drawn_says_so_and_can_be_asked_for_anew(story: Story, large: None) -> None:
    with story.app.app_context(), writing() as session:
        register = session.scalars(select(Register)).one()
        sealed, register.lines_sha256 = register.lines_sha256, "0" * 64
    aud = story.client("Aud")
    address = aud.post(f"{story.register}/samples", data=DRAW).location  # type: ignore[attr-defined]
    tick(story)
    failed = aud.get(address)
    assert "not the ones that were sealed" in failed.text
    assert "Refresh" not in failed.headers
    with story.app.app_context(), writing() as session:
        session.scalars(select(Register)).one().lines_sha256 = sealed
    anew = aud.post(f"{story.register}/samples", data=DRAW).location  # type: ignore[attr-defined]
    assert anew != address
    tick(story)
    assert "2 entries to look at" in aud.get(anew).text
    assert aud.get(address).status_code == 404
