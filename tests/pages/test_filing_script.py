"""What the small script adds, in a real browser: a draft saves itself, the policy answers while one types, follow-ups appear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.counterparties import NewCounterparty, find_or_create
from declarations.extensions import db, writing
from declarations.models import Attachment, Declaration, Draft
from tests.support.story import Story

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey


@pytest.fixture
def backend() -> str:
    """The script knows no database."""
    return "sqlite"


@pytest.fixture
def story(live_app: Flask) -> Story:
    story = Story(live_app).house()
    with live_app.app_context(), writing() as session:
        find_or_create(session, new=NewCounterparty("Acme Nordic ApS", "customer", "DK"), by_id=None, now=story.now)
    return story


@pytest.fixture
def amalie(story: Story, page: Page, live_server: str) -> Page:
    """The browser with Amalie signed in."""
    cookie = story.client("Amalie").get_cookie("aboveboard")
    assert cookie is not None
    page.context.add_cookies([{"name": "aboveboard", "value": cookie.value, "url": live_server}])
    return page


def everything(story: Story, model: Any) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def fill(page: Page, **answers: str) -> None:
    for name, text in answers.items():
        page.fill(f"#{name}", text)


def test_the_policy_answers_while_one_types_and_the_draft_saves_itself(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    fill(amalie, counterparty="Acme Nordic ApS", what="A hamper", worth="900", occurred_on="2026-11-19")
    amalie.check("input[name=became][value=kept]")
    amalie.wait_for_selector(".next header.warn .answer:has-text('Ben decides by')")
    said = amalie.locator("[aria-live]").filter(has_text="Ben decides by")
    assert said.inner_text() == amalie.locator(".next .answer").inner_text(), "read aloud is the answer, and no more"
    amalie.wait_for_url(re.compile("/drafts/"))
    amalie.wait_for_selector("[data-part=saved]:has-text('Draft saved')")
    (draft,) = everything(story, Draft)
    assert draft.answers["what"] == "A hamper"
    amalie.reload()
    assert amalie.input_value("#what") == "A hamper"
    amalie.fill("#worth", "100")
    amalie.wait_for_selector(".next .answer:has-text('Nothing to declare.')")
    amalie.click("button:has-text('Declare it anyway')")
    amalie.wait_for_url(re.compile("/declarations/"))
    (made,) = everything(story, Declaration)
    assert (made.public_id, made.value_minor) == (draft.public_id, 10000)
    assert everything(story, Draft) == []


def test_follow_ups_appear_and_go_without_a_reload(amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    heads = amalie.locator("[data-ask=heads]")
    assert heads.is_hidden()
    amalie.check("input[name=became][value=shared]")
    heads.wait_for(state="visible")
    amalie.check("input[name=became][value=kept]")
    heads.wait_for(state="hidden")


def test_the_other_way_round_keeps_what_was_typed_and_a_day_is_one_touch(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift")
    amalie.get_by_text("I gave it", exact=True).click()
    amalie.get_by_label("Who did you give it to?").wait_for()
    assert everything(story, Draft) == [], "nothing was typed, so nothing is kept"
    fill(amalie, counterparty="Acme Nordic ApS", what="A hamper")
    amalie.get_by_role("button", name="Yesterday").click()
    amalie.wait_for_url(re.compile("/drafts/"))
    amalie.get_by_text("I was given it", exact=True).click()
    amalie.get_by_label("Who gave it to you?").wait_for()
    assert amalie.input_value("#counterparty") == "Acme Nordic ApS"
    assert amalie.input_value("#occurred_on") == "2026-11-19"


def test_one_click_right_after_typing_makes_one_declaration(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    fill(amalie, counterparty="Acme Nordic ApS", what="A hamper", worth="400", occurred_on="2026-11-19")
    with amalie.expect_request(re.compile("/check$")):  # the first save is under way now
        amalie.check("input[name=became][value=kept]")
    amalie.click("button[value=file]")
    amalie.wait_for_url(re.compile("/declarations/"))
    assert len(everything(story, Declaration)) == 1
    assert everything(story, Draft) == []


def test_the_currency_follows_the_other_side_until_one_chooses_or_types(story: Story, amalie: Page) -> None:
    from playwright.sync_api import expect

    story.firm("Kestrel GmbH", country="DE")
    amalie.goto("/declare/gift?direction=received")
    currency = amalie.locator("[name=worth_currency]")
    expect(currency).to_have_value("DKK")
    amalie.fill("#counterparty", "Kestrel GmbH")
    expect(currency).to_have_value("EUR")
    currency.select_option("SEK")
    met = amalie.locator("[data-part=met]")
    amalie.fill("#counterparty", "Nobody Has Met GmbH")
    expect(met).to_contain_text("A new name")
    amalie.fill("#counterparty", "Acme Nordic ApS")
    expect(met).not_to_contain_text("A new name")
    expect(currency).to_have_value("SEK")


def test_names_are_suggested_while_one_types(amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    amalie.locator("#counterparty").press_sequentially("nord")
    amalie.wait_for_selector("#names option[value='Acme Nordic ApS']", state="attached")


def test_a_file_is_added_as_soon_as_it_is_picked(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    amalie.fill("#what", "A hamper")
    amalie.click("summary:has-text('Add a file')")
    amalie.set_input_files("#files", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"})
    amalie.wait_for_selector(".files a:has-text('a.pdf')")
    assert amalie.input_value("#what") == "A hamper"
    assert [row.filename for row in everything(story, Attachment)] == ["a.pdf"]


def test_a_file_too_large_is_not_even_sent(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    amalie.click("summary:has-text('Add a file')")
    amalie.evaluate("document.querySelector('#files').dataset.most = '10'")
    amalie.set_input_files("#files", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"})
    amalie.wait_for_selector("text=This file is too large")
    assert everything(story, Attachment) == []


def test_enter_in_a_field_checks_and_files_nothing(story: Story, amalie: Page) -> None:
    amalie.goto("/declare/gift?direction=received")
    fill(amalie, counterparty="Acme Nordic ApS", worth="400", occurred_on="2026-11-19")
    amalie.press("#what", "Enter")
    amalie.wait_for_url(re.compile("/drafts/"))
    assert everything(story, Declaration) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_scrolls_sideways(amalie: Page, width: int) -> None:
    amalie.set_viewport_size({"width": width, "height": 900})
    for path in (
        "/declare",
        "/declare/gift",
        "/declare/gift?direction=received",
        "/declare/entertainment?direction=given",
        "/declarations",
    ):
        amalie.goto(path)
        assert amalie.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(amalie: Page, scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    amalie.emulate_media(color_scheme=scheme)
    for path in ("/declare", "/declare/gift", "/declare/gift?direction=received", "/declare/conflict", "/declarations"):
        amalie.goto(path)
        for details in amalie.locator("details").all():
            details.evaluate("each => { each.open = true }")
        found = Axe().run(amalie)
        assert found.violations_count == 0, found.generate_report()
