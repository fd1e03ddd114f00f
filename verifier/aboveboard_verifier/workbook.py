"""The workbook's cells hold the rows, as far as openpyxl is there to read them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from .bundle import Bundle
from .proofs import Json, digest, moment_of
from .report import Report
from .rows import Rows


def check_workbook(bundle: Bundle, rows: Rows, report: Report) -> None:
    """Every cell of the sheets with rows, of the totals, and the digest on the sheet of integrity."""
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
        by_sheet: dict[str, list[bytes]] = defaultdict(list)
        for line in bundle.lines("register.jsonl"):
            by_sheet[json.loads(line)["sheet"]].append(line)
        for sheet in words["sheets"]:
            titles = [sheet["title"], *(f"{sheet['title']} {part}" for part in range(2, 1000))]
            there = [workbook[title] for title in titles if title in workbook.sheetnames]
            cells = (row for one in there for row in _rows_of(one, sheet, report))
            _compare_sheet(sheet, cells, by_sheet[sheet["key"]], rows, words, report)
        _compare_totals(bundle, workbook, words, report)
        seal = {str(cell.value) for row in workbook[words["integrity"]].iter_rows() for cell in row}
        report.unless(
            digest(bundle.part("register.jsonl")) in seal, "workbook", words["integrity"], "names other rows than these"
        )


def _rows_of(worksheet: Any, sheet: Json, report: Report) -> Iterator[list[Any]]:
    header, *_ = [[cell.value for cell in row] for row in worksheet.iter_rows(max_row=1)] or [[]]
    wanted = [column["name"] for column in sheet["columns"]]
    report.unless(header == wanted, "workbook", worksheet.title, "has other columns than the words say")
    for row in worksheet.iter_rows(min_row=2):
        cells = list(row)
        if any(cell.value is not None for cell in cells):
            yield cells


def _compare_sheet(sheet: Json, cells: Iterator[list[Any]], lines: list[bytes], rows: Rows, words: Json, report: Report) -> None:
    place, number = 0, [column["key"] for column in sheet["columns"]].index("number")
    for place, row in enumerate(cells, 1):
        line = lines[place - 1] if place <= len(lines) else None
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
        report.unless(place == len(lines), "workbook", sheet["title"], f"has {place} rows of {len(lines)}")


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
