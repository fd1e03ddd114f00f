"""What the documents name is there: every path, every task of ./dev, every command of flask."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("declarations", "workflows", "verifier", "benchmarks", "docs", "tests", "migrations", "templates")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md"]
DOCUMENTS += sorted(page for folder in ("docs", "verifier", "benchmarks") for page in (ROOT / folder).rglob("*.md"))
NAMES = {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
# A file of the source; what a program writes, such as register.jsonl, is none.
SOURCE = re.compile(r"[\w./-]+\.(?:py|toml|html|md|css|js|cfg|lock)|[\w.-]+(?:/[\w.-]+)+/?")


@pytest.fixture
def backend() -> str:
    """Which commands there are does not depend on the database."""
    return "sqlite"


def _code(page: Path) -> list[str]:
    """What stands in the document as code: its blocks, and what is set between backticks."""
    text = page.read_text(encoding="utf-8")
    fence = re.compile(r"^```.*?^```", flags=re.S | re.M)
    rest = fence.sub("", text)
    return [*fence.findall(text), *re.findall(r"^    .*$", rest, flags=re.M), *re.findall(r"`([^`\n]+)`", rest)]


def _named(pattern: str) -> list[tuple[Path, str]]:
    return [(page, found) for page in DOCUMENTS for code in _code(page) for found in re.findall(pattern, code)]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_document_names_and_links_only_files_that_exist(page: Path) -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / link).exists(), f"links {link}"
    for name in filter(SOURCE.fullmatch, _code(page)):
        if "/" in name and name.split("/")[0] in {*FOLDERS, "deploy", ".ci"}:
            assert (ROOT / name).exists(), f"names {name}"
        elif name.endswith((".py", ".html", ".md")):
            places = [ROOT / name, ROOT / "declarations" / name, page.parent / name]
            assert any(place.exists() for place in places) or ("/" not in name and name in NAMES), f"names {name}"


def test_every_task_of_dev_that_a_document_names_exists() -> None:
    tasks = set(re.findall(r"^  ([a-z-]+) +\S", (ROOT / "dev").read_text(encoding="utf-8"), flags=re.M))
    named = _named(r"\./dev ([a-z-]+)")
    assert named
    assert [(page.name, task) for page, task in named if task not in tasks] == []


def test_every_command_of_flask_that_a_document_names_exists(app: Flask) -> None:
    named = _named(r"(?<![\w/])flask((?: [a-z][a-z-]*)+)")
    assert named
    for page, words in named:
        command: click.Command | None = app.cli
        for word in words.split():
            if not isinstance(command, click.Group):
                break  # from here on they are what the command is given
            command = command.commands.get(word)
            assert command is not None, f"{page.name} names flask{words}"
