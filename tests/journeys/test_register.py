"""Internal audit asks for the month's register, the worker builds it, and the workbook holds what was declared."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import select

from declarations.extensions import db
from declarations.jobs.worker import Worker
from declarations.models import Declaration
from tests.journeys.fitness import faults
from tests.journeys.people import PASSWORD, headline, reads
from workflows.words import Action, Kind

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = pytest.mark.journey

KINDS = ("Gifts", "Entertainment", "Travel", "Interests", "Conflicts", "Donations")


def rows(workbook: Any, sheet: str) -> list[dict[str, Any]]:
    header, *lines = workbook[sheet].iter_rows(values_only=True)
    return [dict(zip(header, line, strict=True)) for line in lines]


def test_the_auditor_takes_the_months_register_and_it_holds_what_was_declared(story: Story, comes_in: Door) -> None:
    hamper = story.declare("Amalie", firm="Acme Nordic ApS", worth="900", title="=A wine hamper")
    story.declare("Tomasz", firm="Acme Nordic ApS", worth="120.50", title="A calendar")
    story.declare("Amalie", Kind.TRAVEL, firm="Acme Nordic ApS", worth="3200", title="Lisbon, user conference")
    story.declare("Tomasz", Kind.CONFLICT, title="The choice of a courier")
    story.act("Ben", Action.APPROVE, hamper)

    aud = comes_in("Aud")
    aud.get_by_role("navigation", name="Main").get_by_role("link", name="Registers").click()
    asking = aud.locator("form", has=aud.get_by_role("button", name="Build it"))
    asking.get_by_label("Company, and all below it").select_option(label="Nordlys NL")
    asking.get_by_label("Period").select_option(label="This month so far")
    asking.get_by_role("button", name="Build it").click()
    reads(aud, "Waits to be built", "It is being built. You can leave this page; you will get a mail.")
    expect(aud.get_by_role("progressbar")).to_be_visible()

    with story.app.app_context():
        Worker().tick()
    take = aud.get_by_role("button", name="Download Excel")
    expect(take).to_be_visible(timeout=15_000)  # the page looks again by itself
    reads(aud, "All entries", "Nobody yet")
    story.now += timedelta(minutes=20)  # the browser was left open meanwhile
    take.click()
    expect(headline(aud)).to_contain_text("Is it you?")
    assert faults(aud) == []
    aud.get_by_label("Password").fill(PASSWORD)
    aud.get_by_role("button", name="It is me, go on").click()
    reads(aud, "Thank you. Now you can go on.")
    with aud.expect_download() as download:
        take.click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == "register-NL-2026-11-01-2026-11-20-en.xlsx"

    workbook = load_workbook(BytesIO(content))
    found = sorted(
        (line["Number"], line["Title"], line["Declarant"], line["Value, whole"])
        for kind in KINDS
        for line in rows(workbook, kind)
    )
    with story.app.app_context():
        declared = db.session.scalars(select(Declaration).order_by(Declaration.number)).all()
        expected = [
            (row.number, row.title, row.declarant.name, None if row.value_minor is None else row.value_minor / 100)
            for row in declared
        ]
    assert found == expected
    assert len(found) == 4
    decided = rows(workbook, "Decisions")
    assert [(line["Decision"], line["Decided by"]) for line in decided] == [("Approved", "Ben")]

    aud.reload()
    reads(aud, "Read", "Aud")
    seal = aud.locator(".checksum").inner_text().replace(" ", "")
    assert seal == hashlib.sha256(content).hexdigest()
    assert faults(aud) == []


def test_a_register_is_nothing_to_those_who_may_not_read_it(comes_in: Door) -> None:
    for name in ("Amalie", "Ben", "Adam"):
        person = comes_in(name)
        answer = person.goto("/registers")
        assert answer is not None
        assert answer.status == 404, name
        expect(headline(person)).to_contain_text("There is nothing here.")
