"""The house, with a firm to be given something by."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.story import Story


@pytest.fixture
def story(app: Flask) -> Story:
    made = Story(app).house()
    made.firm("Osterman")
    return made
