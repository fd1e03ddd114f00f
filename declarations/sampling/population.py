"""What is drawn from: the entries of a built register as its sealed lines tell them, read once and held against the seal."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from declarations.errors import NotFound
from declarations.models import Register
from declarations.registers import lines_file, storage
from declarations.registers.reader import DECISION
from declarations.sampling.drawing import Drawn, Item, Method, draw
from declarations.sampling.risks import risks_of, weight_of
from workflows.case import Refused
from workflows.words import N_

BASE, GROUP = "share_base", "share_group"


@dataclass
class Population:
    """What was seen of the entries: how many, what they are worth together in minor units of `currency`, how many have no value."""

    entries: int = 0
    value_minor: int = 0
    without_value: int = 0
    currency: str = ""

    def items(self, register: Register) -> Iterator[Item]:
        """Every entry in the order of the file, counted as it passes; whoever takes them must take them all (see `_rows`)."""
        column = column_of(register)
        for digest, row in _rows(register):
            self.entries += 1
            currency, _, minor = row.get(column, "").partition(" ")
            value = max(int(minor or 0), 0)
            self.currency = currency or self.currency
            self.value_minor += value
            self.without_value += not value
            risks = risks_of(row)
            yield Item(row["number"], digest, value, risks, weight_of(risks))


def column_of(register: Register) -> str:
    """The column with the value: in base currency, or in the group's where the companies of the register have several."""
    return BASE if len({line["base_currency"] for line in register.totals or ()}) <= 1 else GROUP


def drawn_from(register: Register, *, method: Method, size: int, seed: str) -> tuple[Population, Drawn]:
    """Draw out of a built register. Raises NotFound if it has no lines to draw from, Refused if they are not the sealed ones."""
    population = Population()
    return population, draw(population.items(register), method=method, size=size, seed=seed)


def facts_of(register: Register, numbers: set[str]) -> dict[str, dict[str, Any]]:
    """The lines of these entries by number. Raises as `drawn_from` does."""
    return {row["number"]: row for _, row in _rows(register) if row["number"] in numbers}


def _rows(register: Register) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each entry's SHA-256 and what its line says. Raises Refused after the last if together they have another digest than the
    register's."""
    if register.lines_stored_as is None or not storage.path_of(register.lines_stored_as).exists():
        raise NotFound
    whole = hashlib.sha256()
    for line in lines_file.lines(storage.path_of(register.lines_stored_as)):
        whole.update(line)
        row = from_json(line)
        if row["sheet"] != DECISION:
            yield hashlib.sha256(line.rstrip(b"\n")).hexdigest(), row
    if whole.hexdigest() != register.lines_sha256:
        raise Refused("unsealed", N_("The lines of this register are not the ones that were sealed. Tell your administrator."))
