"""One small house with its bundles, made once for all tests that only read them."""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config import Settings
from declarations.evidence.keys import Purpose, Signer, key_file
from declarations.extensions import db
from declarations.models import Register
from declarations.registers import commands, storage
from tests.conftest import SECRET, Templates, close_database, make_app
from tests.support.recorded import recorded
from tests.support.story import Story

VERIFIER = Path(__file__).parents[2] / "verifier"
sys.path.insert(0, str(VERIFIER))

from aboveboard_verifier.program import verify  # noqa: E402


@dataclass
class House:
    """A story with two registers: the bundles as they lie, the earlier and the newer one, and what an auditor kept."""

    story: Story
    folder: Path
    earlier: Path
    newer: Path
    held: Path
    keys: list[dict[str, Any]]

    def copy(self, name: str) -> Path:
        """The newer bundle as somebody takes it, with their receipt."""
        return taken(self.story, name, self.story.register, self.folder / f"taken-by-{name}.zip")  # type: ignore[attr-defined]


def taken(story: Story, name: str, register: str, to: Path) -> Path:
    """A register's bundle, as somebody takes it who has just typed their password."""
    viewer = replace(story.viewer(name), confirmed_at=story.now)
    with story.app.app_context():
        copy = commands.take_bundle(viewer=viewer, public_id=register).copy
        to.write_bytes(b"".join(copy.chunks()))
    assert to.stat().st_size == copy.size
    return to


def kept(story: Story, register: str) -> Path:
    """The file of a register's bundle."""
    with story.app.app_context():
        name = db.session.scalars(select(Register.bundle_stored_as).where(Register.public_id == register)).one()
        assert name is not None
        return storage.path_of(name)


@pytest.fixture(scope="session")
def house(templates: Templates, languages: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with templates.of("sqlite").copy(folder / "data") as url:
        app = make_app(Settings(data_dir=folder / "data", database_url=url, secret_key=SECRET, base_url="http://localhost"))
        story = recorded(app, 8)
        with app.app_context():
            first = db.session.scalars(select(Register.public_id).order_by(Register.id)).first()
        assert first is not None
        held = folder / "held.txt"
        held.write_text(f"Dear auditor,\n\n{story.earlier}\nKeep this mail.\n")  # type: ignore[attr-defined]
        newer = kept(story, story.register)  # type: ignore[attr-defined]
        keys = json.loads(zipfile.ZipFile(newer).read("keys.json"))
        yield House(story, folder, kept(story, first), newer, held, keys)
        close_database(app)


@pytest.fixture(scope="module")
def signer(house: House) -> Signer:
    """The house's own hand on checkpoints, for whoever seals anew what was tampered with."""
    with house.story.app.app_context():
        signer = key_file(Purpose.CHECKPOINT).signer()
    assert signer is not None
    return signer


def code(path: Path, house: House | None = None, *previous: Path) -> int:
    """The verifier's exit code; with the house, its keys are those on the auditor's paper."""
    return verify(str(path), house.keys if house else None, [str(one) for one in previous]).code
