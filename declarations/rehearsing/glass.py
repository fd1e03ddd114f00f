"""What many declarations have in common is asked about once: the engine's own predicate reads it through a glass that notices.

A predicate that only looks at what is in common answers for all of them at once. One that looks at something else that a row knows
(its day, its heads) is asked once for each that occurs. One that looks further says so, and the rows go to the engine one by one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from declarations import packing, snapshot
from workflows.facts import Facts


class Unknown(Exception):
    """A predicate looked at something that is not in common."""


@dataclass(frozen=True)
class Common:
    """A profile: the facts in common (the others are blank), what is rare and stated, and the currencies."""

    facts: Facts
    rare: frozenset[str]
    currency: str | None  # of its value, if it has one
    base_currency: str
    undated: bool
    unsound: bool


@lru_cache(maxsize=200_000)
def common_of(content: str) -> Common:
    """The profile with that content."""
    said: dict[str, Any] = json.loads(content)
    shared = {name: what for name, what in said.items() if name in packing.SHARED}
    facts = snapshot.facts_from({"declarant_id": 0, "filed_on": "1970-01-01", "occurred_on": None, **shared})
    return Common(
        facts,
        frozenset(said.get("rare", ())),
        said.get("currency"),
        said["base_currency"],
        said.get("undated", False),
        said.get("unsound", False),
    )


class Something:
    """A value that is there; how much it is, is not in common."""

    def __getattr__(self, name: str) -> Any:
        raise Unknown(name)


SOMETHING = Something()
BY_ROW = frozenset({"occurred_on", "heads", "in_future"})  # what a row can say of itself


class Glass:
    """Facts as a predicate sees them: it gets what is in common or what `row` says, and `seen` notes what it looked at."""

    def __init__(self, common: Common, row: Mapping[str, Any], seen: set[str]) -> None:
        self._common, self._row, self._seen = common, row, seen

    def __getattr__(self, name: str) -> Any:
        if name in BY_ROW:
            return self._of_row(name)
        if name == "value":
            self._seen.add("rare")
            return SOMETHING if self._common.currency else None
        found = getattr(Facts, name, None)
        if isinstance(found, property) and found.fget is not None:
            return found.fget(self)
        if callable(found):
            return lambda: found(self)
        if name in self._common.rare:
            raise Unknown(name)
        if name in packing.SHARED:
            self._seen.add(name)
            return getattr(self._common.facts, name)
        if name not in RARE:
            raise Unknown(name)
        self._seen.add("rare")
        return getattr(self._common.facts, name)  # not stated: the usual answer

    def _of_row(self, name: str) -> Any:
        self._seen.add(name)
        if name not in self._row:
            raise Unknown(name)
        if name == "in_future":
            return lambda: self._row[name]
        if name == "occurred_on" and self._common.undated:
            raise Unknown(name)
        return self._row[name]


RARE = packing.RARE
