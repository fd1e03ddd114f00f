"""The documents a case is asked of: found by their key, in every version, with their year or a limit set anew."""

import copy
import re
import tomllib
from calendar import month_name
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.policy.document import Document, parse
from workflows.policy.scenarios.words import Unreadable, day
from workflows.policy.tables import OPERATORS, unknown
from workflows.words import Review

Content = Mapping[str, Any]
_SINGLE = ("value", "per_head", "occasion_total")
_STRICT = {review.slug for review in Review} | {"prohibited"}


@dataclass(frozen=True)
class Documents:
    """The contents of all documents there are, by key."""

    by_key: Mapping[str, tuple[Content, ...]]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Documents":
        """Those written as TOML in `texts` (name → text)."""
        found: dict[str, tuple[Content, ...]] = {}
        for text in texts.values():
            content = tomllib.loads(text)
            found[content["key"]] = (*found.get(content["key"], ()), content)
        return cls(found)

    def versions(self, policy: str) -> tuple[Content, ...]:
        """Every version of the document a file calls `policy`: SOME_NAME has the key some-name. Raises Unreadable."""
        key = policy.lower().replace("_", "-")
        if key not in self.by_key:
            raise Unreadable(unknown("policy", key, self.by_key))
        return self.by_key[key]


def read(versions: tuple[Content, ...]) -> tuple[Document, ...]:
    """The documents, checked."""
    return tuple(parse(content, str(content["key"])) for content in versions)


def under(versions: tuple[Content, ...], setting: str) -> tuple[Content, ...]:
    """The documents with another year: calendar, rolling_12m, fiscal_from_july … Raises Unreadable."""
    rolling, fiscal = re.fullmatch(r"rolling_(\d+)m", setting), re.fullmatch(r"fiscal_from_(\w+)", setting)
    months = {name.lower(): number for number, name in enumerate(month_name) if name}
    if rolling:
        year = {"months": int(rolling[1])}
    elif fiscal and fiscal[1] in months:
        year = {"first_month": months[fiscal[1]]}
    elif setting == "calendar":
        year = {"first_month": 1}
    else:
        raise Unreadable(f"no setting of the year is called {setting}")
    return tuple({**content, "year": year} for content in versions)


def changed(versions: tuple[Content, ...], change: Content) -> tuple[Content, ...]:
    """The documents with one more version, in which the limit up to which nothing need be approved has another value."""
    since = day(change["from"])
    before = [content for content in versions if content["effective_from"] < since]
    if not before:
        raise Unreadable("there is no version to change")
    new = copy.deepcopy(dict(max(before, key=lambda content: date.toordinal(content["effective_from"]))))
    base = new["base_currency"]
    tables = [table for rule in new["rules"] if _asks(rule) for table in _limits(rule, _SINGLE) if base in table]
    if not tables:
        raise Unreadable("the document states no limit up to which nothing need be approved")
    least = min(Decimal(table[base]) for table in tables)
    for rule in new["rules"]:
        for table in _limits(rule, _SINGLE):
            if base in table and Decimal(table[base]) == least:
                table.clear()
                table[base] = str(change["no_approval_up_to"])
    return (*versions, {**new, "effective_from": since})


def _asks(rule: Content) -> bool:
    outcome = rule["outcome"]
    return bool(_STRICT & set([outcome] if isinstance(outcome, str) else outcome))


def _limits(rule: Content, predicates: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """The tables of amounts a rule compares with."""
    for conditions in (rule.get("when", {}), rule.get("unless", {})):
        for table in conditions if isinstance(conditions, list) else [conditions]:
            for name in predicates:
                yield from (table[name][word] for word in OPERATORS if word in table.get(name, {}))
