"""Two colleagues at the door, one of whom has a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from declarations.sign_in import commands, passwords
from tests.pages.sign_in.door import PASSWORD
from tests.support.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """argon2 is slow on purpose; here only its answers matter."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def story(app: Flask) -> Story:
    """Two colleagues; Ben has a password."""
    story = Story(app)
    story.company("NL")
    story.person("Ben", company="NL")
    story.person("Dee", company="NL", manager="Ben")
    with app.app_context():
        [(_, token)] = commands.send_links(people=[story.ids["Ben"]], by=None, by_mail=False)
        commands.set_password(token=token, password=PASSWORD)
    return story
