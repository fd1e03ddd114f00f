"""An auditor schedules a register, gets it, checks it offline, compares it with the month before, samples it and signs it off."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from declarations.jobs.worker import Worker
from tests.journeys.fitness import faults
from tests.journeys.people import PASSWORD, headline, reads
from workflows.words import Action

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]  # three months and a verifier, on a machine that may be slow

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify.py"


def turn(story: Story, moment: str) -> None:
    """The worker's turn at that moment, UTC."""
    story.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    with story.app.app_context():
        Worker().tick()


def schedules(aud: Page) -> None:
    """Every month, on working day 3, to herself."""
    aud.get_by_role("navigation", name="Main").get_by_role("link", name="Registers").click()
    setting = aud.locator("form", has=aud.get_by_role("button", name="Set", exact=True))
    setting.get_by_label("Company, and all below it").select_option(label="Nordlys NL")
    setting.get_by_label("How often").select_option(label="Every month")
    setting.get_by_text("Aud", exact=True).click()
    setting.get_by_role("button", name="Set", exact=True).click()
    reads(aud, "every month, on working day 3", "to Aud")
    assert faults(aud) == []


def takes_the_bundle(aud: Page, story: Story, period: str, to: Path) -> Path:
    """Download it from the register's page, having been away from the browser for a while."""
    aud.goto("/registers")
    aud.get_by_role("link", name=period, exact=True).last.click()
    story.now += timedelta(minutes=20)
    take = aud.get_by_role("button", name="Download the bundle")
    take.click()
    expect(headline(aud)).to_contain_text("Is it you?")
    aud.get_by_label("Password").fill(PASSWORD)
    aud.get_by_role("button", name="It is me, go on").click()
    reads(aud, "Thank you. Now you can go on.")
    with aud.expect_download() as download:
        take.click()
    assert download.value.suggested_filename.endswith(".zip")
    download.value.save_as(to)
    return to


def verified(folder: Path, bundle: Path, *previous: Path) -> str:
    """What the verifier prints, with no way to reach the app: in another process, from the files alone."""
    given = [argument for one in previous for argument in ("--previous", str(one))]
    command = [sys.executable, "-I", str(VERIFIER), str(bundle), "--keys", str(folder / "keys.json"), *given]
    ran = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def changes(bundle: Path) -> set[tuple[str, str]]:
    """Title and what became of it, from the workbook's sheet of changes."""
    with zipfile.ZipFile(bundle) as parts:
        book = load_workbook(io.BytesIO(parts.read("register.xlsx")))
    sheet = next(one for one in book.worksheets if one.title.startswith("Changes"))
    header, *rows = sheet.iter_rows(values_only=True)
    lines = [dict(zip(header, row, strict=True)) for row in rows]
    return {(str(line["Number"]), str(line["What became of it"])) for line in lines}


def samples(aud: Page, address: str) -> None:
    """Two entries, at random, from a seed agreed beforehand."""
    aud.goto(f"{address}/samples")
    aud.get_by_label("How many").fill("2")
    aud.get_by_label("Seed").fill("2027")
    aud.get_by_role("button", name="Draw", exact=True).click()
    expect(headline(aud)).to_contain_text("2 entries to look at")
    with aud.expect_download() as download:
        aud.get_by_role("button", name="Download the work paper").click()
    assert load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets


def signs_off(aud: Page, address: str) -> None:
    aud.goto(address)
    aud.get_by_label("Findings, if there are any").fill("One hamper was declared late. Everything else agrees.")
    aud.get_by_role("button", name="I have read this register").click()
    reads(aud, "Signed: you have read this register.", "One hamper was declared late. Everything else agrees.")
    assert faults(aud) == []


def test_an_auditor_need_not_take_our_word_for_it(story: Story, comes_in: Door, tmp_path: Path) -> None:
    hamper = story.declare("Amalie", firm="Acme Nordic ApS", worth="900", title="A wine hamper")
    story.declare("Tomasz", firm="Acme Nordic ApS", worth="120.50", title="A calendar")
    schedules(comes_in("Aud"))

    turn(story, "2026-12-03T08:00")  # the third working day: the register of November
    story.act("Ilse", Action.APPROVE, hamper)  # the clock had passed it on to compliance
    story.rates()
    story.declare("Tomasz", firm="Acme Nordic ApS", worth="300", title="A basket of cheese")
    story.declare("Amalie", firm="Acme Nordic ApS", worth="80", title="A book")
    aud = comes_in.again("Aud")
    november = takes_the_bundle(aud, story, "November 2026", tmp_path / "november.zip")
    printed = story.app.test_cli_runner().invoke(args=["record", "keys", "--json"]).output
    (tmp_path / "keys.json").write_text(printed)
    assert "Everything agrees." in verified(tmp_path, november)

    turn(story, "2027-01-07T08:00")  # of December
    aud = comes_in.again("Aud")
    aud.goto("/registers")
    reads(aud, "One register is new to you.")
    december = takes_the_bundle(aud, story, "December 2026", tmp_path / "december.zip")
    address = aud.url
    assert "Everything agrees." in verified(tmp_path, december, november)
    assert changes(december) >= {("G-2026-0001", "Decided"), ("G-2026-0003", "New"), ("G-2026-0004", "New")}

    samples(aud, address)
    signs_off(aud, address)
    aud.goto("/registers/reading")
    reads(aud, "One register waits for a sign-off.", "December 2026", "With findings")
    assert faults(aud) == []
