"""A draft is its TOML text: the form reads it and writes single values into it, so comments, order and spacing stay as they were."""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, Table

from workflows.policy.document import content_of, not_toml
from workflows.policy.sentences import Sentence

Path = tuple[str | int, ...]
Value = str | int | bool | date | Sequence[Any] | Mapping[str, Any] | None


class NotToml(ValueError):
    """The text is not TOML; `sentence` says where."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def content(text: str) -> dict[str, Any]:
    """The tables and values of `text`. Raises NotToml."""
    try:
        return content_of(text)
    except tomllib.TOMLDecodeError as error:
        raise NotToml(not_toml(error)) from None


def tidy(text: str) -> str:
    """Text as a browser sends it, with plain line ends and nothing a database could not keep."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def changed(text: str, changes: Mapping[Path, Value]) -> str:
    """`text` with the values at the paths set, or taken away where the value is None; all else stays to the letter.

    What is read back is always just what was asked for: should the careful way write anything else, the whole text is written
    anew from its content, without comments. Raises NotToml.
    """
    wanted = content(text)
    ordered = sorted(changes.items(), key=lambda change: change[1] is None)  # what goes last leaves nothing empty behind
    for path, value in ordered:
        _put(wanted, path, value)
    try:
        document = tomlkit.parse(text)
        for path, value in ordered:
            _edit(document, path, value)
        careful = tomlkit.dumps(document)
        if content(careful) == wanted:
            return careful
    except (TOMLKitError, NotToml, KeyError, IndexError, TypeError, ValueError, AttributeError):
        pass
    return tomlkit.dumps(wanted)


def with_rule(text: str, rule: Mapping[str, Any]) -> str:
    """`text` with one more rule at its end. Raises NotToml."""
    content(text)
    table = tomlkit.table()
    for key, value in rule.items():
        if key in ("when", "unless"):
            for name, settings in value.items():
                table.append(tomlkit.key([key, name]), _item(settings))
        else:
            table.append(key, _item(value))
    block = tomlkit.document()
    block.append("rules", tomlkit.aot())
    block["rules"].append(table)
    written = text.rstrip("\n") + "\n\n" + tomlkit.dumps(block)
    wanted = content(text)
    wanted["rules"] = [*wanted.get("rules", []), dict(rule)]
    try:
        if content(written) == wanted:
            return written
    except NotToml:
        pass
    return tomlkit.dumps(wanted)


def _put(data: Any, path: Path, value: Value) -> None:
    if value is None:
        _take_away(data, path)
        return
    for step in path[:-1]:
        if isinstance(data, dict) and step not in data:
            data[step] = {}
        data = data[step]
    data[path[-1]] = deepcopy(value)


def _take_away(data: Any, path: Path) -> None:
    """What stands at the path, and every table that is empty without it."""
    places: list[Any] = [data]
    steps: tuple[Any, ...] = path
    for step in steps[:-1]:
        if isinstance(places[-1], dict) and step not in places[-1]:
            return
        places.append(places[-1][step])
    for place, step in zip(reversed(places), reversed(steps), strict=True):
        if isinstance(place, list) or step in place:
            del place[step]
        if isinstance(place, list) or len(place):
            return


def _edit(document: Any, path: Path, value: Value) -> None:
    if value is None:
        _take_away(document, path)
        return
    place: Any = document
    taken = 0
    for step in path[:-1]:
        if isinstance(place, dict) and step not in place:
            break
        place, taken = place[step], taken + 1
    rest: tuple[Any, ...] = path[taken:]
    if len(rest) == 1 and (isinstance(place, list) or rest[0] in place):
        place[rest[0]] = _item(value)
    elif isinstance(place, Table | InlineTable) and len(rest) == 2 and rest[0] in ("when", "unless"):
        place.append(tomlkit.key([str(step) for step in rest]), _item(value))  # as people write it: when.official = true
    else:
        _grow(place, [str(step) for step in rest], value)


def _grow(place: Any, steps: list[str], value: Value) -> None:
    """A value under tables that are not there yet, which stand in one line."""
    for step in reversed(steps[1:]):
        value = {step: value}
    place[steps[0]] = _item(value)


def _item(value: Any) -> Any:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, inner in value.items():
            table[str(key)] = _item(inner)
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        array.extend(_item(inner) for inner in value)
        return array
    return tomlkit.item(value)
