"""A conflict about one's own manager goes past them: they find it nowhere, whatever they look through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.fitness import faults
from tests.journeys.people import asked, from_the_queue, headline, reads, what_next
from workflows.words import Kind, Role

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = pytest.mark.journey

WHAT = "Who gets the cleaning contract"


def declares_the_conflict(page: Page) -> str:
    page.goto("/declare")
    page.get_by_role("link", name="Someone I know", exact=True).click()
    asked(page, "What is being decided?").fill(WHAT)
    asked(page, "What is your part in it?").fill("I compare the offers")
    page.get_by_text("Something else").click()
    asked(page, "Who is it?").fill("My manager’s wife owns one of the firms")
    asked(page, "Which firm or person outside is involved?").fill("Acme Nordic ApS")
    page.get_by_role("group", name="Does it concern your manager?").get_by_text("Yes").click()
    asked(page, "Since when, or from when?").fill("2026-11-18")
    asked(page, "What do you propose?").fill("Somebody from another department chooses.")
    expect(what_next(page)).to_contain_text("Compliance decides by")
    reads(page, "Your manager does not see it.")
    page.locator("[data-part=button]").click()
    expect(headline(page)).to_contain_text("Compliance decides by")
    return page.url


def finds_nothing(page: Page, address: str, *pages: str) -> None:
    """Neither at its own address nor on any of the pages."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 404
    expect(headline(page)).to_contain_text("There is nothing here.")
    for each in pages:
        answer = page.goto(each)
        assert answer is not None
        assert answer.ok, each
        expect(page.locator("main")).not_to_contain_text("cleaning contract")


def test_a_conflict_about_ones_manager_goes_to_compliance_and_the_manager_finds_it_nowhere(story: Story, comes_in: Door) -> None:
    gift = story.declare("Amalie", firm="Acme Nordic ApS", worth="900", title="A wine hamper")
    amalie = comes_in("Amalie")
    address = declares_the_conflict(amalie)
    reads(amalie, "It went to compliance.", "§ 8.2")
    expect(amalie.get_by_role("heading", name="Who can see it").locator("xpath=..")).not_to_contain_text("Ben")

    ben = comes_in("Ben")
    finds_nothing(
        ben,
        address,
        "/",
        "/queue",
        "/queue?show=waiting",
        "/queue?show=decided",
        "/queue?find=Amalie",
        "/queue?find=Acme",
        "/notices",
        f"/declarations/{gift}",
    )
    ben.goto("/queue")
    reads(ben, "One declaration needs your decision.")
    ben.goto(f"/declarations/{gift}")
    reads(ben, "One in twelve months, DKK 900.", "One in twelve months with 1 of us, EUR ")

    ilse = comes_in("Ilse", phone=True)
    from_the_queue(ilse, WHAT)
    expect(headline(ilse)).to_contain_text("It is yours to decide by")
    reads(ilse, "Amalie has a conflict of interest")
    assert faults(ilse) == []


def test_not_even_a_manager_who_is_a_compliance_officer_too_finds_it(story: Story, comes_in: Door) -> None:
    story.grant("Ben", Role.COMPLIANCE_OFFICER, "NL-DK")
    gift = story.declare("Tomasz", Kind.GIFT, firm="Acme Nordic ApS", worth="300", title="A calendar")
    amalie = comes_in("Amalie", phone=True)
    address = declares_the_conflict(amalie)

    ben = comes_in("Ben")
    finds_nothing(
        ben,
        address,
        "/",
        "/queue",
        "/compliance",
        "/compliance/limits",
        "/compliance/declarations",
        "/compliance/declarations?find=Amalie",
        "/compliance/declarations?find=cleaning",
        f"/declarations/{gift}",
    )
    ben.goto("/compliance/declarations")
    reads(ben, "A calendar")
    ben.get_by_role("link", name="A calendar").click()
    ben.get_by_role("link", name="All of Acme Nordic ApS").click()
    expect(ben.locator("main")).not_to_contain_text("cleaning contract")
    assert faults(ben) == []

    ilse = comes_in("Ilse")
    ilse.goto("/compliance/declarations")
    reads(ilse, WHAT)
