"""The door opens to a keyboard alone, speaks three languages, and lets nobody in who does not belong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask_babel import force_locale, gettext
from playwright.sync_api import Page, expect

from tests.journeys.fitness import faults
from tests.journeys.people import PASSWORD, headline, reads

if TYPE_CHECKING:
    from tests.journeys.people import Door
    from tests.support.story import Story

pytestmark = pytest.mark.journey


def tab_to(page: Page, wanted: str, most: int = 8) -> None:
    """Press Tab until what `wanted` (CSS) names has the focus, at most so many times."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by {most} tabs")


def test_a_keyboard_alone_sets_a_password_signs_out_and_in_and_skips_to_the_content(comes_in: Door) -> None:
    page = comes_in.stranger()
    page.goto(f"/set-password/{comes_in.link('Amalie')}")
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    tab_to(page, "#again", 1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    reads(page, "Your password is set, and you are signed in.")

    page.goto("/me")
    tab_to(page, "form[action='/sign-out'] button", 40)
    page.keyboard.press("Enter")
    reads(page, "You are signed out.")

    tab_to(page, "#email")
    page.keyboard.type("amalie@nordlys.example")
    tab_to(page, "#password", 1)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()

    page.goto("/policy")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")


@pytest.mark.parametrize(("language", "name"), [("da", "Dansk"), ("ja", "日本語")])
def test_the_door_and_the_house_behind_it_speak_the_language_that_was_picked(
    story: Story, comes_in: Door, language: str, name: str
) -> None:
    page = comes_in.stranger(phone=True)
    comes_in("Amalie")
    page.goto("/sign-in")
    page.get_by_role("navigation").get_by_role("link", name=name).click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    with story.app.test_request_context(), force_locale(language):
        says = {text: gettext(text) for text in ("Sign in", "E-mail address", "Password", "Home")}
    assert all(text != said for text, said in says.items()), says
    page.get_by_label(says["E-mail address"]).fill("amalie@nordlys.example")
    page.get_by_label(says["Password"]).fill(PASSWORD)
    assert faults(page) == []
    page.get_by_role("button", name=says["Sign in"], exact=True).click()
    expect(page.get_by_role("link", name=says["Home"], exact=True)).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", language)


def test_a_link_works_once_and_a_wrong_password_says_so_kindly(comes_in: Door) -> None:
    token = comes_in.link("Amalie")
    page = comes_in.stranger(phone=True)
    page.goto(f"/set-password/{token}")
    assert faults(page) == []
    page.get_by_label("New password").fill("short")
    page.get_by_label("The same once more").fill("short")
    page.get_by_role("button", name="Set password and sign in").click()
    reads(page, "Please use at least 12 characters.")
    assert faults(page) == []
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set password and sign in").click()
    reads(page, "you are signed in")

    other = comes_in.stranger()
    other.goto(f"/set-password/{token}")
    expect(other.get_by_role("heading", name="This link is over")).to_be_visible()
    assert faults(other) == []
    other.goto("/policy")
    other.get_by_label("E-mail address").fill("amalie@nordlys.example")
    other.get_by_label("Password").fill("not hers at all")
    other.get_by_role("button", name="Sign in", exact=True).click()
    reads(other, "Address and password do not belong together.")
    assert faults(other) == []
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other).to_have_url(f"{comes_in.address}/policy")
    expect(headline(other)).to_be_visible()
