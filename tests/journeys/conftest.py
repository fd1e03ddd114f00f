"""A story is played on one database; what differs between the two is tested below the browser."""

import pytest


@pytest.fixture
def backend() -> str:
    return "sqlite"
