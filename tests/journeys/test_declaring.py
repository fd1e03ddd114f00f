"""Declaring in a real browser: small things are on record after six answers, and what was typed is never lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Declaration
from tests.journeys.fitness import faults
from tests.journeys.people import asked, from_the_queue, headline, open_door, reads, signs_in, what_next, write_gift

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = pytest.mark.journey

SLOW_TYPIST = 3  # keys a second; half a minute is ninety of them


def declared(story: Story) -> int:
    with story.app.app_context():
        return db.session.scalar(select(func.count(Declaration.id))) or 0


def test_a_small_gift_is_on_record_after_six_answers_and_half_a_minute_of_typing(story: Story, comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie", phone=True)
    amalie.get_by_role("link", name="A gift", exact=True).click()
    amalie.wait_for_url("**/declare/gift")  # one touch, and the questions are there
    questions = amalie.locator(".asking > .fields > [data-ask]").filter(visible=True)
    assert 1 <= questions.count() <= 6
    expect(what_next(amalie)).to_have_text("Begin, and see here what follows.")

    typed = {"Who gave it to you?": "Acme Nordic ApS", "What was it?": "Two bottles of port", "Amount": "400"}
    for question, answer in typed.items():
        asked(amalie, question).press_sequentially(answer)
    amalie.get_by_label("When?").fill("2026-11-19")
    amalie.get_by_text("I kept it").click()
    assert questions.count() <= 6, "a known giver calls for no more questions"
    assert sum(map(len, typed.values())) + len("19112026") < 30 * SLOW_TYPIST

    expect(what_next(amalie)).to_have_text("It is recorded, and that is all.")
    reads(amalie, "Nothing has been sent yet.")
    assert declared(story) == 0

    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("It is recorded; nothing more is needed.")
    assert declared(story) == 1


def test_what_was_typed_is_there_again_after_the_session_was_lost(comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie")
    write_gift(amalie, worth="900")
    expect(amalie.locator("[data-part=saved]")).to_contain_text("Draft saved")

    at_home = comes_in.again("Amalie")
    at_home.goto("/me")
    at_home.get_by_role("button", name="Sign out everywhere").click()
    expect(at_home.get_by_role("status")).to_have_text(re.compile("signed out everywhere"))

    amalie.get_by_label("What was it?").fill("A wine hamper with cheese")
    expect(amalie.locator("[data-part=saved]")).to_contain_text("Not saved: you have been signed out.")
    assert amalie.get_by_label("What was it?").input_value() == "A wine hamper with cheese"

    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("Your words are kept.")
    assert faults(amalie) == []
    signs_in(amalie, "Amalie", button="Sign in and go on")
    expect(amalie.get_by_label("What was it?")).to_have_value("A wine hamper with cheese")
    expect(asked(amalie, "Amount")).to_have_value("900")
    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("A wine hamper with cheese")


def test_a_draft_waits_at_home_until_its_owner_signs_in_again(comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie")
    write_gift(amalie, worth="900")
    expect(amalie.locator("[data-part=saved]")).to_contain_text("Draft saved")
    amalie.context.clear_cookies()
    amalie.goto("/declare")
    signs_in(amalie, "Amalie")
    reads(amalie, "Or go on where you were")
    amalie.get_by_role("link", name="A wine hamper").click()
    expect(asked(amalie, "Amount")).to_have_value("900")
    expect(what_next(amalie)).to_contain_text("Ben decides by")


def test_everything_works_without_a_script(comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie", script=False, phone=True)
    write_gift(amalie, worth="900")
    amalie.get_by_role("button", name="Check what happens").click()
    expect(what_next(amalie)).to_contain_text("Ben decides by")
    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("Ben decides by")
    address = amalie.url

    ben = comes_in("Ben", script=False)
    from_the_queue(ben, "A wine hamper")
    refusing = open_door(ben, "Refuse")
    refusing.get_by_label("Why?").fill("They are choosing a supplier just now.")
    refusing.get_by_label("What should be done?").select_option(label="Return it")
    refusing.get_by_role("button", name="Refuse").click()
    reads(ben, "Refused.")

    amalie.goto(address)
    expect(headline(amalie)).to_contain_text("It was refused. Return it.")


def test_a_slip_is_named_at_the_top_and_beside_its_question(comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie", phone=True)
    write_gift(amalie, worth="a lot", what="")
    amalie.locator("[data-part=button]").click()
    alert = amalie.get_by_role("alert").filter(visible=True)
    expect(alert.get_by_role("heading")).to_have_text("2 answers need a second look")
    assert faults(amalie) == []
    alert.get_by_role("link").first.click()
    expect(amalie.get_by_label("What was it?")).to_be_focused()
    amalie.get_by_label("What was it?").fill("A wine hamper")
    asked(amalie, "Amount").fill("400")
    amalie.locator("[data-part=button]").click()
    expect(headline(amalie)).to_contain_text("It is recorded")


def test_an_assistant_prepares_and_the_declarant_signs(story: Story, comes_in: Door) -> None:
    from playwright.sync_api import expect

    tomasz = comes_in("Tomasz")
    write_gift(tomasz, worth="400", what="A book about harbours")
    preparing = open_door(tomasz, "I prepare this for somebody else")
    preparing.get_by_label("For whom?").fill("amalie@nordlys.example")
    expect(tomasz.locator("[data-part=button]")).to_have_text("Hand it over to be signed")
    tomasz.locator("[data-part=button]").click()
    reads(tomasz, "Handed over.")
    assert declared(story) == 0

    amalie = comes_in("Amalie", phone=True)
    amalie.goto("/declarations")
    reads(amalie, "Prepared for you, waiting for your signature")
    amalie.get_by_role("link", name="A book about harbours").click()
    amalie.locator("[data-part=button]").click()
    reads(amalie, "It is recorded", "Tomasz had prepared it.")


def test_two_quick_clicks_declare_once(story: Story, comes_in: Door) -> None:
    from playwright.sync_api import expect

    amalie = comes_in("Amalie")
    write_gift(amalie, worth="400")
    expect(what_next(amalie)).to_have_text("It is recorded, and that is all.")
    amalie.locator("[data-part=button]").dblclick()
    expect(headline(amalie)).to_contain_text("It is recorded; nothing more is needed.")
    assert declared(story) == 1
