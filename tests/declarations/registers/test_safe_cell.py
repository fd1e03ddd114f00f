"""Whatever people type, a cell holds it as text, every reader reads the same, and nothing breaks or runs."""

from __future__ import annotations

import ast
import io
import re
import tempfile
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from declarations.registers import safe_cell, small_cell
from declarations.registers.canonical import LineWriter
from declarations.registers.columns import Cell, Column
from declarations.registers.look import dress, styles_of
from declarations.registers.package import Pour, write_package
from declarations.registers.pieces import Packer
from declarations.registers.rows_xml import RowWriter

HOSTILE = (
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝１＋１",
    "#REF!",
    "TRUE",
    "1E5",
    "0123",
    "2026-11-20",
    "'=1",
    "_x0041_ stays what it says",
    "a\x00b\x0bc\x1fd",
    "lone \ud800 surrogate",
    "\ufffe and \uffff",
    "  spaces at both ends  ",
    "lines\r\nof\rthree\nkinds",
    "</t></is></c><c><f>1+1</f></c>",
    "]]>&amp;<!-- -->",
    "الله، سبحانه \u202e gnirts",
    "田中さんにあげて下さい 👩‍👩‍👧‍👦",
    "Z̷̢̀ả̸͉l̶̨̈́g̵͎̔o̷͍͑",
    "x" * 32_768,
    "👩" * 20_000,
    "",
)


class Same:
    """Words where none are looked up."""


def poured(column: Column, values: list[Any]) -> list[Any]:
    """`values` written by the streaming writer and read back by openpyxl as an Excel would decode them."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Rows"
    dress(sheet, key="Rows", names=[column.name], widths=[20], rows=len(values))
    writer = RowWriter([column], styles_of(workbook, sheet), Same(), ZoneInfo("Asia/Tokyo"))  # type: ignore[arg-type]
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        packer = Packer(Path(folder) / "rows.xml")
        packer.write(writer.encode([values], 2))
        write_package(workbook, {"Rows": Pour(len(values), [packer.done()])}, out, Path(folder))
    read = load_workbook(io.BytesIO(out.getvalue()))["Rows"]
    return [read.cell(row, 1) for row in range(2, len(values) + 2)]


def texts(values: list[str]) -> list[Any]:
    return poured(Column("text", "Text", Cell.TEXT, 20, "row"), values)


def as_excel_reads(value: Any) -> str:
    """Excel decodes _xHHHH_; openpyxl does so in the table of shared strings, and not in the cells themselves."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), value or "")


@pytest.mark.parametrize("cell_kind", [Cell.TEXT, Cell.LONG, Cell.WORD])
def test_hostile_texts_stay_texts_and_none_is_a_formula(cell_kind: Cell) -> None:
    cells = poured(Column("text", "Text", cell_kind, 20, "row"), list(HOSTILE))
    for value, cell in zip(HOSTILE, cells, strict=True):
        assert as_excel_reads(cell.value) == safe_cell.text_of(value)
        assert cell.data_type in ("s", "n" if not value else "s")
        assert bool(cell.quotePrefix) == safe_cell.needs_quote(safe_cell.text_of(value))


def test_the_small_sheets_treat_them_no_worse() -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row, value in enumerate(HOSTILE, 1):
        small_cell.put(sheet.cell(row, 1), value)
    out = io.BytesIO()
    write_package(workbook, {}, out, Path())
    read = load_workbook(io.BytesIO(out.getvalue())).active
    assert read is not None
    for row, value in enumerate(HOSTILE, 1):
        cell: Any = read.cell(row, 1)
        assert (cell.value or "") == safe_cell.text_of(value)
        assert cell.data_type != "f"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(codec=None), max_size=60), min_size=1, max_size=20))
def test_all_of_unicode_comes_back_as_it_was_written(values: list[str]) -> None:
    assert [as_excel_reads(cell.value) for cell in texts(values)] == [safe_cell.text_of(value) for value in values]


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec=None), max_size=80))
def test_only_what_no_cell_can_hold_is_replaced(value: str) -> None:
    told = safe_cell.text_of(value)
    lines_alike = value.replace("\r\n", "\n").replace("\r", "\n")
    assert len(told) == len(lines_alike)
    changed = {old for old, new in zip(lines_alike, told, strict=True) if old != new}
    assert all(not character.isprintable() for character in changed)
    assert told.encode().decode() == told


@pytest.mark.parametrize(("length", "cut"), [(32_766, False), (32_767, False), (32_768, True)])
def test_a_text_too_long_for_a_cell_is_visibly_cut(length: int, cut: bool) -> None:
    told = safe_cell.text_of("x" * length)
    assert told.endswith(safe_cell.CUT) is cut
    assert safe_cell.utf16_length(told) == min(length, 32_767)


def test_a_cut_never_leaves_half_a_character() -> None:
    told = safe_cell.text_of("x" + "👩" * 20_000)
    assert safe_cell.utf16_length(told) <= 32_767
    assert told.endswith("👩" + safe_cell.CUT)


def test_moments_are_told_by_the_wall_clock_and_need_a_zone() -> None:
    moment = datetime(2026, 11, 20, 23, 30, 15, tzinfo=UTC)
    (cell,) = poured(Column("at", "At", Cell.MOMENT, 17, "row"), [moment])
    assert cell.value == datetime(2026, 11, 21, 8, 30, 15)
    assert safe_cell.local(moment, timezone(timedelta(hours=-5))) == datetime(2026, 11, 20, 18, 30, 15)
    with pytest.raises(ValueError, match="time zone"):
        safe_cell.local(datetime(2026, 11, 20), UTC)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1971, 1, 1), datetime(2037, 12, 31)), min_size=1, max_size=9),
    st.sampled_from(["Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_every_moment_is_told_by_the_wall_clock_whenever_it_was_changed(moments: list[datetime], zone: str) -> None:
    styles = styles_of(Workbook(), Workbook().worksheets[0])
    writer = RowWriter([Column("at", "At", Cell.MOMENT, 17, "row")], styles, Same(), ZoneInfo(zone))  # type: ignore[arg-type]
    told = re.findall(r"<v>([0-9.]+)</v>", writer.encode([[moment.replace(tzinfo=UTC) for moment in moments]], 2).decode())
    for moment, days in zip(moments, told, strict=True):
        here = safe_cell.local(moment.replace(tzinfo=UTC), ZoneInfo(zone)).replace(microsecond=0)
        assert datetime(1899, 12, 30) + timedelta(seconds=round(float(days) * 86_400)) == here


def test_a_row_is_high_enough_for_what_is_wrapped_in_it() -> None:
    styles = styles_of(Workbook(), Workbook().worksheets[0])
    columns = [Column("text", "Text", cell, 20, "row") for cell in (Cell.LONG, Cell.LONG, Cell.TEXT)]
    writer = RowWriter(columns, styles, Same(), UTC)  # type: ignore[arg-type]
    long, longer = ["x" * 20, "x" * 21, None, "x" * 41], [None, None, None, "x" * 9_999]
    rows = re.findall(r"<row [^>]+>", writer.encode([long, longer, ["x" * 99] * 4], 2).decode())
    assert rows == ['<row r="2">', '<row r="3" ht="30">', '<row r="4">', '<row r="5" ht="405">']


def test_days_no_spreadsheet_knows_are_told_in_words() -> None:
    days = [date(1900, 2, 28), date(1900, 3, 1), date(2026, 11, 20), date(9999, 12, 31)]
    cells = poured(Column("on", "On", Cell.DAY, 12, "row"), days)
    assert [cell.value for cell in cells] == ["1900-02-28", *(datetime(d.year, d.month, d.day) for d in days[1:])]


@pytest.mark.parametrize(
    ("minor", "currency", "amount", "shown"),
    [
        (1, "JPY", "1", "#,##0"),
        (1, "EUR", "0.01", "#,##0.00"),
        (-1, "EUR", "-0.01", "#,##0.00"),
        (100_000_000_000_00, "EUR", "100000000000", "#,##0.00"),
        (1, "KWD", "0.001", "#,##0.000"),
        (0, "DKK", "0", "#,##0.00"),
    ],
)
def test_money_is_exact_in_every_currency(minor: int, currency: str, amount: str, shown: str) -> None:
    (cell,) = poured(Column("value", "Value", Cell.MONEY, 12, "row"), [(minor, currency)])
    assert Decimal(str(cell.value)) == Decimal(amount)
    assert cell.number_format == shown


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("Gifts", "Gifts"),
        ("A/B: [x]*?", "A B   x"),
        ("'quoted'", "quoted"),
        ("", "Sheet"),
        ("History", "History."),
        ("x" * 40, "x" * 31),
        ("👩" * 20, "👩" * 15),
    ],
)
def test_sheet_titles_are_ones_excel_accepts(wanted: str, title: str) -> None:
    assert safe_cell.sheet_title(wanted) == title


def test_a_title_that_is_taken_gets_a_number() -> None:
    taken = ["Gifts", "GIFTS 2"]
    assert safe_cell.sheet_title("Gifts", taken) == "Gifts 3"
    assert safe_cell.sheet_title("x" * 31, ["x" * 31]) == "x" * 29 + " 2"


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None), max_size=50), st.lists(st.text(max_size=5), max_size=3))
def test_every_title_can_be_used(wanted: str, taken: list[str]) -> None:
    title = safe_cell.sheet_title(wanted, taken)
    assert 0 < safe_cell.utf16_length(title) <= 31
    assert not set("[]:*?/\\") & set(title)
    assert title.casefold() not in {other.casefold() for other in taken}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.none() | st.text(st.sampled_from("ab& <>=_x0041\n\r\t\x01\x85\ufffe\ud800é￿"), min_size=1, max_size=8), min_size=1
    )
)
def test_a_column_at_once_is_escaped_as_each_text_alone_would_be(values: list[str | None]) -> None:
    texts = safe_cell.Texts(values)
    together = safe_cell.joined(texts)
    if together is not None:
        alone = ["" if value is None else safe_cell.xml_text(safe_cell.text_of(value)) for value in values]
        assert [text.decode() for text in texts.spread(together.split(b"\x01"), b"")] == alone
        assert not any(safe_cell.needs_quote(value) or value != value.strip(" ") for value in values if value)


@settings(max_examples=300)
@given(st.lists(st.none() | st.text(st.sampled_from('ab \\"\n\r\t\x01\x1f\x7fé田'), max_size=6), min_size=1))
def test_a_column_s_members_are_the_canonical_json_of_each_text(values: list[str | None]) -> None:
    columns = [Column("on", "On", Cell.DAY, 12, "on"), Column("text", "Text", Cell.TEXT, 20, "text")]
    day = date(2026, 11, 20)
    told = LineWriter("gift", columns, Same()).encode([[day] * len(values), values])  # type: ignore[arg-type]
    rows = ({"on": "2026-11-20", "sheet": "gift"} | ({} if value is None else {"text": value}) for value in values)
    assert told == b"".join(rfc8785.dumps(row) + b"\n" for row in rows)


def test_no_other_module_writes_a_cell() -> None:
    for path in sorted((Path(__file__).parents[3] / "declarations" / "registers").glob("*.py")):
        if path.name == "small_cell.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            assigned = node.targets if isinstance(node, ast.Assign) else ()
            assert not any(isinstance(target, ast.Attribute) and target.attr == "value" for target in assigned), path.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "cell":
                assert len(node.args) == 2, f"{path.name}: a cell is made empty and filled by small_cell.put"
                assert not node.keywords, path.name
