"""What is drawn from: the entries of a built register as its sealed lines tell them, streamed and held against the seal."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from pydantic_core import from_json

from declarations.errors import NotFound
from declarations.models import Register
from declarations.registers import lines_file, storage
from declarations.registers.reader import DECISION
from declarations.sampling.drawing import TIMES_READ, Drawn, Item, Method, draw
from declarations.sampling.risks import risks_of, weight_of
from workflows.case import Refused
from workflows.words import N_

BASE, GROUP = "share_base", "share_group"
_TOLD_EVERY = 2_000  # entries


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """What is read of every line; the rest only of those that are drawn."""

    sheet: str
    number: str
    share_base: str = ""
    share_group: str = ""


_decoder = msgspec.json.Decoder(_Entry)


@dataclass
class Population:
    """What was seen of the entries: how many, what they are worth together in minor units of `currency`, how many have no value.

    To go through it is to read the lines, every time anew; whoever begins must go to the end (see `_lines`). With `weighed` its
    items come with their risks, else with their lines. `heard` is told now and then how many have been read, all times together.
    """

    register: Register
    weighed: bool = False
    heard: Callable[[int], None] = lambda read: None
    read: int = 0
    entries: int = 0
    value_minor: int = 0
    without_value: int = 0
    currency: str = ""

    def __iter__(self) -> Iterator[Item]:
        """Every entry in the order of the file, counted as it passes."""
        self.entries = self.value_minor = self.without_value = 0
        group = column_of(self.register) == GROUP
        for line, entry in _lines(self.register):
            self.entries += 1
            self.read += 1
            if self.read % _TOLD_EVERY == 0:
                self.heard(self.read)
            currency, _, minor = (entry.share_group if group else entry.share_base).partition(" ")
            value = max(int(minor or 0), 0)
            self.currency = currency or self.currency
            self.value_minor += value
            self.without_value += not value
            item = Item(entry.number, hashlib.sha256(line.rstrip(b"\n")).hexdigest(), value, line=line)
            yield _weighed(item) if self.weighed else item


def _weighed(item: Item) -> Item:
    """The item with its risks in the place of its line."""
    risks = risks_of(item.line)
    return Item(item.number, item.digest, item.minor, risks, weight_of(risks))


def column_of(register: Register) -> str:
    """The column with the value: in base currency, or in the group's where the companies of the register have several."""
    return BASE if len({line["base_currency"] for line in register.totals or ()}) <= 1 else GROUP


def drawn_from(
    register: Register, *, method: Method, size: int, seed: str, heard: Callable[[float], None] = lambda share: None
) -> tuple[Population, Drawn]:
    """Draw out of a built register; `heard` is told now and then how far it is, from 0 to 1. Raises NotFound if it has no lines to
    draw from, Refused if they are not the sealed ones."""
    whole = max(register.rows_done * TIMES_READ[method], 1)
    population = Population(register, weighed=method is Method.RISK, heard=lambda read: heard(read / whole))
    drawn = draw(population, method=method, size=size, seed=seed)
    if population.weighed:
        return population, drawn
    return population, replace(drawn, items=[_weighed(item) for item in drawn.items])


def facts_of(register: Register, numbers: set[str]) -> dict[str, dict[str, Any]]:
    """The lines of these entries by number. Raises as `drawn_from` does."""
    return {entry.number: from_json(line) for line, entry in _lines(register) if entry.number in numbers}


def _lines(register: Register) -> Iterator[tuple[bytes, _Entry]]:
    """Each entry's line and what is read of it. Raises Refused after the last if together they have another digest than the
    register's."""
    if register.lines_stored_as is None or not storage.path_of(register.lines_stored_as).exists():
        raise NotFound
    whole = hashlib.sha256()
    for line in lines_file.lines(storage.path_of(register.lines_stored_as)):
        whole.update(line)
        entry = _decoder.decode(line)
        if entry.sheet != DECISION:
            yield line, entry
    if whole.hexdigest() != register.lines_sha256:
        raise Refused("unsealed", N_("The lines of this register are not the ones that were sealed. Tell your administrator."))
