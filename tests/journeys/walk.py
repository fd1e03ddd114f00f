"""Every page that can be reached by links is found by following them, as each invented person of the demonstration."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

DESK, PHONE = (1280, 900), (390, 844)
THEMES = ("light", "dark")
ID = 16  # letters in a random id; now and then one has no digit among them


def pattern(address: str) -> str:
    """What kind of page it is: random ids, numbers, references and company keys become `*`, of a query only its names are left."""
    parts = urlsplit(address)
    names = sorted({name for name, _ in parse_qsl(parts.query)} - {"next"})
    steps = ["*" if re.search(r"[\dA-Z]", step) or len(step) >= ID else step for step in parts.path.split("/")]
    return "/".join(steps) + (f"?{'&'.join(names)}" if names else "")


def personas(page: Page) -> list[str]:
    """The keys of those whom the sign-in page offers."""
    page.goto("/sign-in")
    found = page.locator("input[name=person]").evaluate_all("inputs => inputs.map(input => input.value)")
    return [str(key) for key in found]


def enter(page: Page, person: str) -> None:
    """Sign in by one click."""
    page.goto("/sign-in")
    page.locator(f"form:has(input[name=person][value='{person}']) button").click()
    page.wait_for_load_state()


def someone(
    browser: Browser, base: str, person: str | None, size: tuple[int, int] = DESK, theme: str = "light"
) -> BrowserContext:
    """A browser of their own, signed in already (or a stranger's)."""
    width, height = size
    dark = theme == "dark"
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    context.set_default_timeout(15_000)
    if person:
        page = context.new_page()
        enter(page, person)
        page.close()
    return context


def addresses(page: Page, known: set[str], start: str = "/") -> Iterator[str]:
    """One address for each kind of page that is not known yet, breadth first; the page stands at it when it is given."""
    waiting = [start]
    base = urlsplit(page.url if page.url.startswith("http") else "")
    while waiting:
        address = waiting.pop(0)
        if pattern(address) in known:
            continue
        known.add(pattern(address))
        try:
            answer = page.goto(address)
        except Exception as problem:  # a download begins instead of a page
            if "Download is starting" not in str(problem):
                raise
            continue
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        base = urlsplit(page.url)
        yield address
        links = page.locator("a[href]:not([download])").evaluate_all("links => links.map(link => link.href)")
        for link in map(urlsplit, links):
            if link.netloc == base.netloc and link.scheme == base.scheme:
                waiting.append(link._replace(scheme="", netloc="", fragment="").geturl())


def wider_than_window(page: Page) -> bool:
    """True where a person would have to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
