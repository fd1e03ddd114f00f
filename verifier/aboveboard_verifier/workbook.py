"""The workbook's cells hold the rows, as far as openpyxl is there to read them."""

import hashlib
import json
import re
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .bundle import Bundle
from .changes import UNTOLD, Changes, Earlier, Line
from .proofs import Json, moment_of
from .report import Report
from .rows import Rows


def check_workbook(bundle: Bundle, rows: Rows, manifest: Json, earlier: Earlier | None, report: Report) -> None:
    """Every cell of the sheets with rows, of the totals, and the digest on the sheet of integrity; and the sheet of changes."""
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 - an auditor may do without
    except ImportError:
        report.notes.append(
            "The workbook's cells were NOT compared with the rows, since openpyxl is not installed; only that the file is the sealed one."
        )
        return
    report.begin("workbook")
    words = bundle.json("words.json")
    with bundle.zip.open("register.xlsx") as file:
        workbook = load_workbook(file, read_only=True)
        by_sheet: dict[str, array[int]] = defaultdict(lambda: array("Q"))
        for place, line in rows.unpacked.lines():
            by_sheet[json.loads(line)["sheet"]].append(place)
        for sheet in words["sheets"]:
            titles = [sheet["title"], *(f"{sheet['title']} {part}" for part in range(2, 1000))]
            there = [workbook[title] for title in titles if title in workbook.sheetnames]
            cells = (row for one in there for row in _rows_of(one, sheet, report))
            _compare_sheet(sheet, cells, by_sheet[sheet["key"]], rows, words, report)
        _compare_totals(bundle, workbook, words, report)
        _check_changes(workbook, rows, words, manifest, earlier, report)
        seal = {str(cell.value) for row in workbook[words["integrity"]].iter_rows() for cell in row}
        with bundle.zip.open("register.jsonl") as part:
            rows_digest = hashlib.file_digest(part, "sha256").hexdigest()  # type: ignore[arg-type]
        report.unless(rows_digest in seal, "workbook", words["integrity"], "names other rows than these")


class _Nothing:
    """A cell that is not there."""

    value, data_type = None, "n"


_NOTHING = _Nothing()


def _check_changes(workbook: Any, rows: Rows, words: Json, manifest: Json, earlier: Earlier | None, report: Report) -> None:
    """The sheet of changes lists what the two registers say it must; what only one of them shows is as it was sealed."""
    since = manifest.get("since", {})
    if since == {} or (since and earlier is None):
        named = f" (register {since['id']})" if since else ""
        report.notes.append(f"The sheet of changes is as it was sealed: the bundle of the extract before{named} was not given.")
        return
    report.begin("changes")
    titles = [words["changes"]["title"], *(f"{words['changes']['title']} {part}" for part in range(2, 1000))]
    told: dict[str, list[Json]] = defaultdict(list)
    for title in titles:
        if title in workbook.sheetnames:
            for row in _rows_of(workbook[title], words["changes"], report):
                line = {column["key"]: cell.value for column, cell in zip(words["changes"]["columns"], row, strict=False)}
                told[str(line["number"])].append(line)
    if since is None or earlier is None:
        report.unless(not told, "changes", titles[0], "lists changes, though there was no extract before")
        return
    changes, derived, sealed = Changes(earlier, manifest, words, rows), 0, 0
    for number in sorted({*told, *rows.entries, *earlier.entries}):
        lines, due = told.get(number, []), changes.due(number)
        if due is None:
            sealed += len(lines)
            missed = not lines and changes.is_missed(number)
            report.unless(not missed, "changes", number, "stood in the earlier register, and nothing says what became of it")
            continue
        derived += len(lines)
        report.unless(
            _agree(lines, due, changes.position(number)), "changes", number, "is not listed as the two registers say it must be"
        )
    report.notes.append(
        f"The sheet of changes was compared with register {since['id']}: {derived} of its lines were derived from both; "
        f"{sealed} are of declarations that one of the two does not show, and are as they were sealed."
    )


def _agree(lines: list[Json], due: list[Line], position: Json) -> bool:
    """Are these the lines that are due? What differs by less than a cell can show is listed with the same text twice, or not."""
    left = iter(due)
    one = next(left, None)
    for line in lines:
        if one is not None and _lists(line, one, position):
            one = next(left, None)
        elif line["field"] is None or line["before"] != line["now"]:
            return False
    return one is None


def _lists(line: Json, due: Line, position: Json) -> bool:
    texts = dict(zip(("became", "field", "before", "now"), due, strict=True)) | {"record_digest": position["record_digest"]}
    return all(_says(line[key], text) for key, text in texts.items()) and all(
        line[key] == position[key] for key in ("entry_before", "entry_now")
    )


def _says(value: Any, text: Any) -> bool:
    if text is None or text is UNTOLD:
        return text is UNTOLD or value in (None, "")
    return str(value).replace("_x005F_", "_") == in_cell(text).replace("_x005F_", "_")


def _rows_of(worksheet: Any, sheet: Json, report: Report) -> Iterator[list[Any]]:
    """The rows that hold something, each with a cell for every column; where a sheet ends is not taken from what it says itself."""
    wanted = [column["name"] for column in sheet["columns"]]
    worksheet.reset_dimensions()
    rows = ([*row, *[_NOTHING] * (len(wanted) - len(row))] for row in worksheet.iter_rows())
    header = [cell.value for cell in next(rows, [])]
    report.unless(header == wanted, "workbook", worksheet.title, "has other columns than the words say")
    for row in rows:
        if any(cell.value is not None for cell in row):
            beside = all(cell.value is None for cell in row[len(wanted) :])
            report.unless(beside, "workbook", worksheet.title, "has cells beside its columns")
            yield row[: len(wanted)]


def _compare_sheet(
    sheet: Json, cells: Iterator[list[Any]], places: Sequence[int], rows: Rows, words: Json, report: Report
) -> None:
    place, number = 0, [column["key"] for column in sheet["columns"]].index("number")
    for place, row in enumerate(cells, 1):
        report.watch.at(f"Rows of sheet {sheet['title']}", place)
        line = rows.unpacked.at(places[place - 1]) if place <= len(places) else None
        if sheet["key"] == "breach":
            line = rows.entries.get(str(row[number].value))
        where = f"{sheet['title']}, row {place + 1}"
        if line is None:
            report.find("workbook", where, "is in the workbook only")
            continue
        told = json.loads(line)
        for column, cell in zip(sheet["columns"], row, strict=False):
            skipped = (column["composed"] and words["language"] != "en") or column["key"] == "why"
            fits = skipped or _fits(cell, told.get(column["key"]), column, words)
            report.unless(fits, "workbook", f"{where}, {column['name']}", "is not what its row says")
            report.looked["cells"] += 1
    if sheet["key"] != "breach":
        report.unless(place == len(places), "workbook", sheet["title"], f"has {place} rows of {len(places)}")


def _fits(cell: Any, told: Any, column: Json, words: Json) -> bool:
    value = cell.value
    if told is None or told == "":
        return value in (None, "")
    if cell.data_type == "f" or value is None:
        return False
    match column["cell"]:
        case "money":
            currency, minor = told.split(" ")
            return same_number(value, Decimal(minor).scaleb(-words["places"].get(currency, 2)))
        case "whole" | "rate":
            return same_number(value, Decimal(told))
        case "day":
            return bool((value.date().isoformat() if isinstance(value, datetime) else str(value)) == told)
        case "moment":
            if not isinstance(value, datetime):
                return False
            local = moment_of(told).astimezone(ZoneInfo(words["time_zone"])).replace(tzinfo=None)
            return abs(value - local) <= timedelta(seconds=1)
    text = column.get("labels", {}).get(told, told)
    return str(value).replace("_x005F_", "_") == in_cell(text).replace("_x005F_", "_")


def same_number(value: Any, due: Decimal) -> bool:
    return isinstance(value, int | float) and abs(Decimal(repr(value)) - due) <= abs(due) / 10**12


def in_cell(text: str) -> str:
    """A text as a cell can hold it."""
    plain = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "\ufffd", re.sub("\r\n?", "\n", text))
    if len(plain.encode("utf-16-le")) // 2 <= 32_767:
        return plain
    return plain.encode("utf-16-le")[: 2 * (32_767 - 4)].decode("utf-16-le", "ignore") + " […]"


def _compare_totals(bundle: Bundle, workbook: Any, words: Json, report: Report) -> None:
    workbook[words["totals"]].reset_dimensions()
    rows = [row for row in workbook[words["totals"]].iter_rows(min_row=2, max_col=10, values_only=True) if row[0] is not None]
    told = bundle.json("totals.json")
    report.unless(len(rows) == len(told), "workbook", words["totals"], f"has {len(rows)} lines of {len(told)}")
    for place, (row, line) in enumerate(zip(rows, told, strict=False), 2):
        labels = [words["labels"][key].get(line[key], line[key]) for key in ("kind", "state")]
        due: list[Any] = [line["company"], *labels, line["entries"], line["without_value"], line["currency"]]
        for amount, currency in (("value_minor", "currency"), ("share_minor", "currency"), ("base_minor", "base_currency")):
            if amount == "base_minor":
                due.append(line["base_currency"])
            code = line[currency]
            due.append(None if code is None else float(Decimal(line[amount]).scaleb(-words["places"].get(code, 2))))
        for value, wanted in zip(row, due, strict=True):
            good = same_number(value, Decimal(repr(wanted))) if isinstance(wanted, int | float) else value == wanted
            report.unless(good, "workbook", f"{words['totals']}, row {place}", "is not what was added up")
