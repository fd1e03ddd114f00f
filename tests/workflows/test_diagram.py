"""The diagram people read is drawn from the table."""

from pathlib import Path

from workflows import machine
from workflows.words import State

ROOT = Path(__file__).parents[2]
START, END = "<!-- machine -->", "<!-- /machine -->"


def test_the_diagram_people_read_is_the_table() -> None:
    block = (ROOT / "README.md").read_text(encoding="utf-8").split(START)[1].split(END)[0]
    assert block.strip() == f"```mermaid\n{machine.diagram()}\n```"


def test_the_diagram_shows_every_state() -> None:
    assert all(state in machine.diagram() for state in State)


def test_the_diagram_begins_with_a_draft_and_ends_where_nothing_leads_on() -> None:
    lines = machine.diagram().splitlines()
    assert lines[:2] == ["stateDiagram-v2", "    [*] --> draft"]
    assert [line.split()[0] for line in lines if line.endswith("--> [*]")] == ["refused", "withdrawn", "ended"]
