"""What keeps a page from being usable by everybody, found by axe and by a look at its width, in four variants of one visit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route

from tests.journeys.walk import DESK, PHONE, wider_than_window

NARROW = (320, 640)
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# By night only colours differ, so only what is about colours is asked again.
COLOURS: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}

_UNFOLD = "document.querySelectorAll('details').forEach(each => { each.removeAttribute('name'); each.open = true })"
_FOLD_ROOMS = "document.querySelectorAll('nav details').forEach(each => { each.open = false })"  # open, they stand over the page


@lru_cache(maxsize=1)
def _axe() -> Axe:
    return Axe()


def faults(page: Page) -> list[str]:
    """Everything wrong with the page as it stands, folded parts opened: by day and by night, on a desk and on a phone."""
    page.evaluate(_UNFOLD)
    found: list[str] = []
    for size in (DESK, PHONE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found += _scrolls(page, size[0])
        for theme, options in (("light", EVERYTHING), ("dark", COLOURS)):
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            found += [f"{page.url} at {size[0]}, {theme}: {fault}" for fault in _violations(page, options)]
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    found += _scrolls(page, NARROW[0])
    page.evaluate(_FOLD_ROOMS)
    return found


@contextmanager
def standing_still(page: Page) -> Iterator[None]:
    """A page that loads itself anew now and then does not do so while it is looked at."""

    def without_refresh(route: Route) -> None:
        answer = route.fetch()
        kept = {name: value for name, value in answer.headers.items() if name.lower() != "refresh"}
        route.fulfill(response=answer, headers=kept)

    page.route(page.url, without_refresh)
    page.reload()
    yield
    page.unroute(page.url, without_refresh)
    page.reload()


def _violations(page: Page, options: dict[str, Any]) -> list[str]:
    answer = _axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def _scrolls(page: Page, width: int) -> list[str]:
    return [f"{page.url} is wider than {width}"] if wider_than_window(page) else []
