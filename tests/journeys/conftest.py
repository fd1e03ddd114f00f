"""A story is played on one database; what differs between the two is tested below the browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

    from tests.journeys.people import Door
    from tests.support.story import Story


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def story(live_app: Flask) -> Story:
    """The house of Story, and Acme, whom everybody knows."""
    from tests.support.story import Story

    story = Story(live_app).house()
    story.firm("Acme Nordic ApS", "customer")
    return story


@pytest.fixture
def comes_in(story: Story, browser: Browser, live_server: str) -> Iterator[Door]:
    """The door of the house; whatever any browser complained of fails the story."""
    from tests.journeys.people import Door

    with ExitStack() as stack:
        door = Door(story, browser, live_server, stack)
        yield door
    heard = [sentence for each in door.heard for sentence in each]
    assert not heard, heard
