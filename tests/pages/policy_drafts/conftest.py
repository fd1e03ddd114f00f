"""The house in which a policy is written."""

import pytest
from flask import Flask

from tests.support.story import Story
from workflows.words import Role


@pytest.fixture
def story(app: Flask) -> Story:
    """The house, in which Danish compliance is Ilse; Otto and Nora are officers of the group."""
    story = Story(app).house()
    story.person("Nora", company="NL")
    story.grant("Nora", Role.COMPLIANCE_OFFICER, "NL")
    return story
