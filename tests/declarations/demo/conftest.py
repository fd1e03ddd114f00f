"""A demo's settings: the same installation, said to hold invented people only."""

from dataclasses import replace
from pathlib import Path

import pytest

from config import Settings


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir(exist_ok=True)
    plain = Settings(
        data_dir=data,
        database_url=database_url,
        secret_key="only-for-tests-only-for-tests-only-for-tests",
        base_url="http://localhost",
    )
    return replace(plain, demo=True)
