"""A group with two companies, each of which somebody administers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.story import Story
from workflows.words import Role

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def story(app: Flask) -> Story:
    """A group with two companies. Adam administers all of it, Dana the Danish company."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    story.company("NL-DE", under="NL", country="DE", zone="Europe/Berlin", currency="EUR", calendar="DE")
    story.person("Gerda", company="NL")
    story.person("Adam", company="NL", manager="Gerda")
    story.person("Åse Nyström", company="NL-DK", manager="Gerda")
    story.person("Dana", company="NL-DK", manager="Gerda")
    story.person("Ben", company="NL-DK", manager="Åse Nyström")
    story.person("Dirk", company="NL-DE", manager="Gerda")
    story.grant("Adam", Role.ADMINISTRATOR, "NL")
    story.grant("Dana", Role.ADMINISTRATOR, "NL-DK")
    return story
