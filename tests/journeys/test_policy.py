"""A compliance officer changes the policy by themselves: sees what it would change, where the Code forbids it, and that it works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from declarations.jobs.worker import Worker
from tests.journeys.fitness import faults, standing_still
from tests.journeys.people import headline, reads
from workflows.words import Kind

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
MINUTES = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def calculated(page: Page, worth: str) -> str:
    """What the policy says about being invited to a meal worth that many crowns."""
    page.goto("/policy/calculator")
    page.get_by_label("What is it about?").select_option(label="I was invited to a meal")
    page.locator("[name=worth]").fill(worth)
    page.get_by_role("button", name="What would happen?").click()
    return page.locator(".next [aria-live]").inner_text()


def test_a_limit_is_raised_within_the_code_signed_resolved_and_works(story: Story, comes_in: Door) -> None:
    story.declare("Amalie", Kind.ENTERTAINMENT, firm="Acme Nordic ApS", worth="480", form="meal", title="Dinner at the harbour")
    amalie = comes_in("Amalie")
    assert "Only your manager decides" in calculated(amalie, "480")

    # Ilse begins the next version and raises the limit too far
    ilse = comes_in("Ilse")
    ilse.get_by_role("navigation", name="Main").get_by_role("link", name="Policy").click()
    ilse.get_by_role("link", name="Policies by company").click()
    assert faults(ilse) == []
    ilse.get_by_role("button", name="Begin the next version").click()
    reads(ilse, "A draft of the next version.", "Can sign it: Otto.")
    ilse.get_by_role("link", name="Text", exact=True).click()
    assert faults(ilse) == []
    ilse.get_by_role("link", name="Form", exact=True).click()
    assert faults(ilse) == []
    ilse.get_by_role("link", name="Beside the rules").click()
    assert faults(ilse) == []
    ilse.get_by_role("link", name="The whole form").click()
    ilse.get_by_role("link", name="Meals above the Danish limit").click()
    ilse.get_by_label("DKK").fill("600")
    ilse.get_by_role("button", name="Save and check").click()
    reads(ilse, "Saved.", "Clause 3.1 of the Code asks for more", "DKK 561", "the Code asks for the manager")
    assert faults(ilse) == []

    # it cannot be submitted so
    ilse.get_by_role("link", name="The whole form").click()
    ilse.get_by_role("link", name="Where it stands").first.click()
    ilse.get_by_role("button", name="Submit it").click()
    reads(ilse, "The draft cannot stand as it is.")

    # lowered, it stands; she sees what it would have changed, and for whom
    ilse.get_by_role("link", name="Correct it in the form").click()
    ilse.get_by_role("link", name="Meals above the Danish limit").click()
    ilse.get_by_label("DKK").fill("500")
    ilse.get_by_role("button", name="Save and close").click()
    ilse.get_by_role("link", name="Where it stands").first.click()
    reads(ilse, "Nowhere looser than the Code.", "now DKK 500, it was DKK 450")
    assert faults(ilse) == []
    ilse.get_by_role("button", name="Rehearse it").click()
    ilse.wait_for_url("**/policy/rehearsals/*")
    with standing_still(ilse):
        assert faults(ilse) == []
    with story.app.app_context():
        Worker().tick()
    expect(headline(ilse)).to_contain_text(
        "1 of 1 declarations would have another answer.", timeout=15_000
    )  # it looks again by itself
    assert faults(ilse) == []
    ilse.get_by_role("row").get_by_role("link", name="Entertainment").click()
    reads(ilse, "Dinner at the harbour", "now: Manager; with the draft: Recorded")
    assert faults(ilse) == []
    ilse.get_by_role("link", name="Rehearsal").click()
    ilse.get_by_role("link", name="Where it stands").first.click()
    ilse.get_by_role("button", name="Submit it").click()
    reads(ilse, "Waits for the second officer")
    draft = ilse.url
    assert ilse.get_by_role("button", name="Sign it").count() == 0

    # the second officer reads it and signs
    otto = comes_in("Otto", phone=True)
    otto.goto("/compliance")
    reads(otto, "A draft of the policy waits for your signature.")
    otto.goto(draft)
    reads(otto, "DKK 450", "DKK 500")
    otto.get_by_role("button", name="Sign it").click()
    reads(otto, "Signed, waits for the board")

    # the board has resolved: number, day, minutes, and from today on
    ilse.goto(draft)
    ilse.get_by_role("button", name="Record the resolution").click()
    ilse.get_by_label("Number of the resolution").fill("2026-31")
    ilse.get_by_label("Day of the resolution").fill("2026-11-19")
    ilse.get_by_label("Takes effect on").fill("2026-11-19")
    ilse.get_by_label("The resolution", exact=True).set_input_files({"name": "minutes.pdf", "mimeType": "", "buffer": MINUTES})
    ilse.get_by_role("button", name="Record it").click()
    reads(ilse, "The day on which it takes effect is past.")
    assert faults(ilse) == []
    ilse.get_by_label("Takes effect on").fill("2026-11-20")
    ilse.get_by_label("The resolution", exact=True).set_input_files({"name": "minutes.pdf", "mimeType": "", "buffer": MINUTES})
    ilse.get_by_role("button", name="Record it").click()
    reads(ilse, "Resolution 2026-31 of 19 November 2026.")
    ilse.get_by_role("button", name="Publish it").click()
    reads(ilse, "It has been published.", "Otto signed it as second officer.")
    ilse.goto("/policy/documents/denmark/2026-11-20")
    reads(ilse, "2026-31", "Otto", "now DKK 500, it was DKK 450")
    assert faults(ilse) == []

    # and an employee sees it work
    assert "Nobody has to decide" in calculated(amalie, "480")
    assert "Only your manager decides" in calculated(amalie, "500.01")
    amalie.goto("/policy")
    reads(amalie, "above DKK 500 a head", "now DKK 500, it was DKK 450")


def test_the_text_view_shows_the_same_document_and_keeps_what_is_not_sound(story: Story, comes_in: Door) -> None:
    ilse = comes_in("Ilse", script=False)
    ilse.goto("/policy/drafts")
    ilse.get_by_role("button", name="Begin the next version").click()
    ilse.get_by_role("link", name="Text", exact=True).click()
    text = ilse.get_by_label("Text")
    assert "# after the event" in text.input_value()
    text.fill(text.input_value().replace('DKK = "450"', 'DKK = "430"').replace('outcome = "manager"', 'outcome = "manger"', 1))
    ilse.get_by_role("button", name="Save and check").click()
    reads(ilse, "Saved.", "did you mean “manager”?")
    ilse.get_by_role("link", name="Form", exact=True).click()
    reads(ilse, "Look again")
    ilse.get_by_role("link", name="Meals above the Danish limit").click()
    expect(ilse.get_by_label("DKK")).to_have_value("430")
    reads(ilse, "did you mean “manager”?")
    ilse.get_by_label("What follows").select_option(label="Manager")
    ilse.get_by_role("button", name="Save and close").click()
    ilse.get_by_role("link", name="Text", exact=True).click()
    assert 'outcome = "manager"' in ilse.get_by_label("Text").input_value()
    assert "# after the event" in ilse.get_by_label("Text").input_value()
