"""Two companies that HR's file will fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.story import Story

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def story(app: Flask) -> Story:
    """Two companies and nobody in them."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    return story
