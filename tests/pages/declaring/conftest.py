"""Amalie declares, and Acme is a name everybody knows."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages.declaring.posting import acme
from tests.support.story import Story


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app).house()


@pytest.fixture
def amalie(story: Story) -> FlaskClient:
    acme(story)
    return story.client("Amalie")
