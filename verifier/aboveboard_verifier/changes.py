"""The sheet of changes lists what differs from the extract before, as far as an earlier bundle is there to be compared with."""

import hashlib
import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .bundle import Bundle
from .proofs import Json, moment_of, notes_in
from .rows import Rows
from .unpacked import Entries, Unpacked

POSITION = ("record_entry", "record_digest")  # they differ with every event
UNTOLD = object()  # a text that only the app's own words can say
Line = tuple[str, Any, Any, Any]  # what became of it; field, before and now where it is about one


class Earlier:
    """The extract that the sheet was compared with, out of its bundle."""

    def __init__(self, bundle: Bundle) -> None:
        [note] = notes_in(bundle.part("checkpoint.txt").decode())
        self.size, words = note.size, bundle.json("words.json")
        self.language, self.columns = words["language"], columns_of(words)
        unpacked = Unpacked(bundle, "register.jsonl")
        self.entries = Entries(unpacked)
        self.decisions: Counter[str] = Counter()
        for place, line in unpacked.lines():
            row = json.loads(line)
            if row["sheet"] == "decision":
                self.decisions[row["number"]] += 1
            else:
                self.entries.keep(row["number"], place)

    def row(self, number: str) -> Json | None:
        line = self.entries.get(number)
        return json.loads(line) if line is not None else None


def columns_of(words: Json) -> dict[str, dict[str, Json]]:
    """By sheet and key."""
    return {sheet["key"]: {column["key"]: column for column in sheet["columns"]} for sheet in words["sheets"]}


def earlier_of(manifest: Json, bundles: list[Bundle]) -> Earlier | None:
    """The one among these bundles whose rows the manifest says the sheet was compared with."""
    since = manifest.get("since") or {}
    for bundle in bundles:
        with bundle.zip.open("register.jsonl") as part:
            if hashlib.file_digest(part, "sha256").hexdigest() == since.get("lines_sha256"):  # type: ignore[arg-type]
                return Earlier(bundle)
    return None


class Changes:
    """What the rows of two registers say the sheet must list."""

    def __init__(self, earlier: Earlier, manifest: Json, words: Json, rows: Rows) -> None:
        self.earlier, self.manifest, self.words, self.rows = earlier, manifest, words, rows
        self.columns, self.zone = columns_of(words), ZoneInfo(words["time_zone"])

    def due(self, number: str) -> list[Line] | None:
        """The lines of a declaration; None where the two registers do not tell."""
        line, old = self.rows.entries.get(number), self.earlier.row(number)
        if line is None:
            return None
        now = json.loads(line)
        if old is None:
            if self.rows.born.get(number, 0) < self.earlier.size:
                return None
            late = now["occurred_on"] <= self.manifest["since"]["last_on"]
            return [(self._word("entered_late" if late else "new"), None, None, None)]
        became = self._became(old, now)
        before = self.earlier.columns[now["sheet"]]
        listed: list[Line] = [
            (
                became,
                self._name(column["name"], now["sheet"]),
                self._said(old.get(key), before[key], self.earlier.language),
                self._said(now.get(key), column),
            )
            for key, column in self.columns[now["sheet"]].items()
            if key in before and key not in POSITION and old.get(key) != now.get(key)
        ]
        return listed or ([(became, None, None, None)] if old["record_entry"] != now["record_entry"] else [])

    def position(self, number: str) -> Json:
        """Where it stood in the record for the extract before, and where it stands now."""
        old, line = self.earlier.row(number) or {}, self.rows.entries.get(number)
        now = json.loads(line) if line else {}
        entries = {"entry_before": old.get("record_entry"), "entry_now": now.get("record_entry")}
        return {**entries, "record_digest": now.get("record_digest")}

    def is_missed(self, number: str) -> bool:
        """True for what the extract before shows, of a day in this register's period, and this one does not."""
        old = self.earlier.row(number)
        if old is None or number in self.rows.entries:
            return False
        day = moment_of(old["filed_at"]).astimezone(self.zone).date().isoformat()
        return bool(self.manifest["register"]["first_on"] <= day <= self.manifest["register"]["last_on"])

    def _name(self, heading: str, sheet: str) -> str:
        """A column's name; a heading that repeats another's has a number behind it."""
        name = re.sub(r" \(\d+\)$", "", heading)
        return name if any(column["name"] == name for column in self.columns[sheet].values()) else heading

    def _became(self, old: Json, now: Json) -> str:
        if now["state"] == "withdrawn" != old["state"]:
            return self._word("withdrawn")
        number = now["number"]
        return self._word("decided" if self.rows.decided[number] > self.earlier.decisions[number] else "changed")

    def _word(self, slug: str) -> str:
        return str(self.words["changes"]["became"][slug])

    def _said(self, value: Any, column: Json, language: str | None = None) -> Any:
        """A value as the sheet says it; `language` is that of the register it stands in, if it is the earlier one."""
        mine = self.words["language"]
        if value in (None, ""):
            return None
        if (column["composed"] and mine != "en") or ("labels" in column and language not in (None, mine)):
            return UNTOLD
        if column["cell"] == "money":
            currency, minor = value.split(" ")
            return f"{currency} {Decimal(minor).scaleb(-self.words['places'].get(currency, 2)):f}"
        return str(column.get("labels", {}).get(value, value))
