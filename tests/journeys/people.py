"""People of a story as a browser meets them: each comes in by the real door, with a browser of their own."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import Browser, Locator, Page, expect

from declarations.sign_in.commands import send_links
from tests.support.browser import complaints
from tests.support.story import Story

PASSWORD = "a quiet harbour in May"  # everybody's; nobody's name is in it
expect.set_options(timeout=20_000)  # several people at once, on a machine that may be slow
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Door:
    """`comes_in("Ben")` answers with the page at which Ben arrives; what any browser complained of stands in `heard`."""

    def __init__(self, story: Story, browser: Browser, address: str, stack: ExitStack) -> None:
        self.story, self.browser, self.address, self.stack = story, browser, address, stack
        self.heard: list[list[str]] = []

    def __call__(self, name: str, *, phone: bool = False, script: bool = True) -> Page:
        """By a new one-time link, as an administrator sends it: `name` sets a password and is signed in."""
        page = self.stranger(phone=phone, script=script)
        page.goto(f"/set-password/{self.link(name)}")
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same once more").fill(PASSWORD)
        page.get_by_role("button", name="Set password and sign in").click()
        expect(page.get_by_role("status")).to_contain_text("you are signed in")
        return page

    def again(self, name: str, *, phone: bool = False) -> Page:
        """With the password, in one more browser."""
        page = self.stranger(phone=phone)
        page.goto("/sign-in")
        signs_in(page, name)
        return page

    def link(self, name: str) -> str:
        """The secret part of a new one-time link."""
        with self.story.app.app_context():
            ((_address, token),) = send_links(people=[self.story.ids[name]], by=None, by_mail=False)
        return token

    def stranger(self, *, phone: bool = False, script: bool = True, language: str = "en-GB") -> Page:
        """An empty browser in which nobody is signed in."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            java_script_enabled=script,
            reduced_motion="reduce",
            locale=language,
            timezone_id="Europe/Copenhagen",
        )
        self.stack.callback(context.close)
        context.set_default_timeout(20_000)
        context.on("page", lambda page: self.heard.append(complaints(page)))
        return context.new_page()


def signs_in(page: Page, name: str, *, button: str = "Sign in") -> None:
    """At the door, with address and password."""
    page.get_by_label("E-mail address").fill(f"{name.lower()}@nordlys.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("navigation", name="Main")).to_be_visible()


def headline(page: Page) -> Locator:
    """What a page says first."""
    return page.get_by_role("heading", level=1)


def asked(page: Page, label: str) -> Locator:
    """The field of that label among those that are asked now."""
    return page.get_by_label(label).filter(visible=True)


def what_next(page: Page) -> Locator:
    """The answer of "What happens next"."""
    return page.locator(".next .answer")


def write_gift(
    page: Page, *, giver: str = "Acme Nordic ApS", what: str = "A wine hamper", worth: str, on: str = "2026-11-19"
) -> None:
    """Open the form of a gift received and answer what it asks; nothing is sent."""
    page.goto("/declare/gift?direction=received")
    page.get_by_label("Who gave it to you?").fill(giver)
    page.get_by_label("What was it?").fill(what)
    asked(page, "Amount").fill(worth)
    page.get_by_label("When?").fill(on)
    page.get_by_text("I kept it").click()


def declare_gift(page: Page, **answers: str) -> str:
    """Write it and declare it; where it stands now is the answer's address."""
    write_gift(page, **answers)
    page.locator("[data-part=button]").click()
    page.wait_for_url("**/declarations/*")
    return page.url


def from_the_queue(page: Page, title: str) -> None:
    """Open the queue and what is called `title` in it."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Queue").click()
    page.get_by_role("link", name=title).click()


def open_door(page: Page, words: str) -> Locator:
    """Unfold one of the doors of a decision or an action; its form is the answer."""
    door = page.locator("details", has=page.locator("summary", has_text=words)).last
    door.locator("summary").first.click()
    return door


def reads(page: Page, *sentences: str) -> None:
    """Each sentence stands on the page."""
    for sentence in sentences:
        expect(page.locator("main")).to_contain_text(sentence)
