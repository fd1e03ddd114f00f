"""Everybody can use every page: axe finds nothing, nothing scrolls sideways, the browser complains of nothing.

The demonstration is told once, and every kind of page that a person of it reaches by links is looked at in four variants.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from declarations.demo.people import personas
from tests.conftest import SECRET, close_database, make_app
from tests.journeys.fitness import faults
from tests.journeys.walk import addresses, someone
from tests.support.browser import complaints

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.conftest import Templates

pytestmark = [pytest.mark.journey, pytest.mark.timeout(1800)]  # a crowd is looked at, on a machine that may be slow

FEW = 60  # ordinary declarations beside the scenes, which are all told: more of them make no further kind of page
STRANGER = "stranger"
MOST = 120  # kinds of page
START = {STRANGER: "/sign-in", "compliance": "/compliance/declarations"}  # the latter so that others' stand before her own
ROOMS = set(
    (
        "sign-in me declare drafts declarations queue substitute policy notices compliance people counterparties registers directory "
        "tenders"
    ).split()
)
ALL = (STRANGER, *(persona.key for persona in personas()))


@pytest.fixture(scope="session")
def demonstration(templates: Templates, languages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo answers, its story told and its worker's work done."""
    from config import Settings
    from declarations.demo import seed
    from declarations.jobs.worker import Worker
    from tests.support.web import serving

    folder = tmp_path_factory.mktemp("demonstration")
    with templates.of("sqlite").copy(folder) as url:
        settings = Settings(data_dir=folder, database_url=url, secret_key=SECRET, base_url="http://localhost")
        app = make_app(dataclasses.replace(settings, demo=True))
        with app.app_context(), pytest.MonkeyPatch.context() as shorter:
            shorter.setattr(seed, "ORDINARY", FEW)
            seed.seed()
            Worker().tick()
        with serving(app) as address:
            yield address
        close_database(app)


def test_everybody_can_use_every_page(browser: Browser, demonstration: str) -> None:
    known: set[str] = set()
    found: list[str] = []
    for who in ALL:
        known -= {"/", "/queue", "/declarations/*"}  # these differ by reader; any other kind of page is looked at once
        with someone(browser, demonstration, None if who == STRANGER else who) as context:
            page = context.new_page()
            heard = complaints(page)
            for address in addresses(page, known, START.get(who, "/")):
                found += [f"{who}: {fault}" for fault in (*faults(page), *heard)]
                print(f"{who} looked at {address}, {len(found)} faults so far")
                heard.clear()
    assert found == [], "\n".join(found)
    assert {kind.split("/")[1].partition("?")[0] for kind in known} >= ROOMS
    assert len(known) <= MOST, "looking at all of them takes too long"
