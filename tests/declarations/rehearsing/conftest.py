"""These databases are filled past the guards of the record, which only their owner can."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Templates


@pytest.fixture
def database_url(backend: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """A migrated, empty database of this test's own, as its owner."""
    template = templates.of(backend)
    with template.copy(tmp_path / "data") as url:
        yield template.owners(url)
