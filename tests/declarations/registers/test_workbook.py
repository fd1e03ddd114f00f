"""A register holds every row of its period once, typed, and the database's own totals agree with it."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from flask_babel import force_locale
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Declaration, Event
from declarations.registers import keys, reader
from declarations.registers.columns import BREACH_COLUMNS
from declarations.registers.columnwise import row_by_row
from declarations.registers.look import styles_of, write_facts
from declarations.registers.package import write_package
from declarations.registers.scope import belongs
from declarations.registers.sheets import values_of
from declarations.registers.totals import Total, totals
from declarations.registers.totals_sheet import BESIDE_CHARTS, write_totals
from declarations.registers.words import Words
from tests.declarations.registers.conftest import lines, opened
from tests.support.story import Story
from workflows.words import Kind

ON_ONE_DATABASE = pytest.mark.parametrize("backend", ["sqlite"])  # what a file looks like does not depend on it
KIND_SHEETS = ("Gifts", "Entertainment", "Travel", "Interests", "Conflicts", "Donations")


@ON_ONE_DATABASE
def test_a_register_has_its_sheets_in_the_order_people_know(busy: Story, scope_of: Any, built: Any) -> None:
    names = opened(built(scope_of())).sheetnames
    assert names == [
        "About", *KIND_SHEETS, "Decisions", "Breaches and late", "Changes since the last extract", "Totals", "Integrity",
    ]  # fmt: skip


def test_every_declaration_of_the_period_stands_on_the_sheet_of_its_kind_once(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of()))
    written = Counter(line["Number"] for sheet in KIND_SHEETS for line in lines(workbook, sheet))
    with busy.app.app_context():
        kept = Counter(db.session.scalars(select(Declaration.number)))
    assert written == kept


def test_cells_are_typed_and_money_is_exact(busy: Story, scope_of: Any, built: Any) -> None:
    gifts = {line["Number"]: line for line in lines(opened(built(scope_of())), "Gifts")}
    yen = next(line for line in gifts.values() if line["Currency"] == "JPY")
    assert yen["Value, whole"] == 12000
    assert yen["Occurred on"] == datetime(2026, 11, 19)
    assert yen["Filed at"] == datetime(2026, 11, 20, 10, 0), "the company's clock, an hour ahead of UTC"
    assert yen["Rate of"] is not None
    guess = next(line for line in gifts.values() if line["Method of estimate"])
    assert (guess["Method of estimate"], guess["Value basis"]) == ("The price in a shop", "Estimated")


@ON_ONE_DATABASE
def test_a_formula_stays_text(busy: Story, scope_of: Any, built: Any) -> None:
    sheet = opened(built(scope_of()))["Gifts"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("=HYPER"))
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_decision_says_who_in_which_role_and_where_in_the_record(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of()))
    approved = next(line for line in lines(workbook, "Decisions") if line["Decision"] == "Approved")
    assert (approved["Decided by"], approved["In the role of"], approved["Review"]) == ("Ben", "Manager", "Manager")
    with busy.app.app_context():
        digests = set(db.session.scalars(select(Event.digest)))
    assert approved["Record digest"] in digests
    assert all(line["Record digest"] in digests for line in lines(workbook, "Gifts"))


def test_breaches_and_late_ones_say_why_they_are_there(busy: Story, scope_of: Any, built: Any) -> None:
    reasons = {line["Number"]: line["Why it is here"] for line in lines(opened(built(scope_of())), "Breaches and late")}
    with busy.app.app_context():
        trip = db.session.scalar(select(Declaration.number).where(Declaration.kind == Kind.TRAVEL))
    assert "Refused" in reasons[trip]


def test_the_breaches_the_database_counts_are_the_ones_the_rows_explain(busy: Story, scope_of: Any, tmp_path: Path) -> None:
    with busy.app.app_context(), reader.snapshot(db.engine) as connection:
        entries = list(reader.entries_where(connection, belongs(scope_of()), scope_of()))
        counted = keys.write(connection, scope_of(), tmp_path)[reader.BREACH]
        (selected,) = keys.read(tmp_path, reader.BREACH, 0, counted, counted)
    why = next(column for column in BREACH_COLUMNS if column.key == "why")
    explained = [
        key for batch in entries for key, reasons in zip(batch["id"], values_of([why], batch)[0], strict=True) if reasons
    ]
    assert explained == selected
    assert counted > 0


def test_totals_asked_of_the_database_equal_the_sum_of_the_rows(busy: Story, scope_of: Any) -> None:
    with busy.app.app_context(), reader.snapshot(db.engine) as connection:
        lines_ = totals(connection, scope_of())
        rows = [row for batch in reader.entries_where(connection, belongs(scope_of()), scope_of()) for row in row_by_row(batch)]
    summed: dict[tuple[Any, ...], list[int]] = {}
    for row in rows:
        sums = summed.setdefault((row.company, row.kind, row.state, row.currency, row.base_currency), [0, 0, 0, 0, 0])
        values = (1, row.value_minor is None, row.value_minor or 0, row.share_minor or 0, row.base_minor or 0)
        sums[:] = [so_far + value for so_far, value in zip(sums, values, strict=True)]
    told = {
        (t.company, t.kind, t.state, t.currency, t.base_currency): [
            t.entries, t.without_value, t.value_minor, t.share_minor, t.base_minor,
        ]
        for t in lines_
    }  # fmt: skip
    assert told == summed


@ON_ONE_DATABASE
def test_the_totals_sheet_shows_them_in_major_units(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of()))
    yen = next(line for line in _table(workbook["Totals"]) if line["Currency"] == "JPY")
    assert (yen["Entries"], yen["Value, whole"]) == (1, 12000)


@ON_ONE_DATABASE
@pytest.mark.parametrize("more", [0, 1, 140])
def test_totals_of_many_companies_stand_in_one_table(
    more: int, story: Story, scope_of: Any, openxml_validator: Any, tmp_path: Path
) -> None:
    count = BESIDE_CHARTS + more
    made = [Total(f"Company {n}", "gift", "recorded", "JPY", n, 0, n, n, 7 * n, "DKK") for n in range(count)]
    book, path = Workbook(), tmp_path / "totals.xlsx"
    with story.app.app_context(), force_locale("en"), path.open("wb") as out:
        styles = styles_of(book, book.worksheets[0])
        title, pour = write_totals(book, made, Words(), scope=scope_of(), styles=styles, folder=tmp_path)
        write_package(book, {title: pour}, out, tmp_path)
    told = [
        (line["Company"], line["Entries"], line["Value, whole"], line["Share in base currency"])
        for line in _table(load_workbook(path)["Totals"])
    ]
    assert told == [(f"Company {n}", n, n, 7 * n / 100) for n in range(count)]
    assert openxml_validator.validate(path).is_valid


def _table(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a sheet's table, whatever stands beside it."""
    (table,) = sheet.tables.values()
    header, *rows = ([cell.value for cell in row] for row in sheet[table.ref])
    return [dict(zip(header, row, strict=True)) for row in rows]


@ON_ONE_DATABASE
def test_charts_are_native_and_count_every_entry_once(busy: Story, scope_of: Any, built: Any) -> None:
    content = built(scope_of())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    sheet: Any = opened(content)["Totals"]
    sums = {row[0].value: row[1].value for row in sheet["M1:N30"] if isinstance(row[1].value, int)}
    assert len(charts) == 2
    assert sum(sums.values()) == 2 * sum(line["Entries"] for line in _table(sheet))


@ON_ONE_DATABASE
def test_the_lines_are_the_rows_and_their_seal_stands_in_the_workbook(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of()))
    facts = {row[0].value: row[1].value for row in workbook["Integrity"].iter_rows()}
    told = built.lines.splitlines(keepends=True)
    rows = [json.loads(line) for line in told]
    assert facts["SHA-256 of register.jsonl"] == hashlib.sha256(built.lines).hexdigest()
    assert (facts["Lines"], facts["Bytes"]) == (len(told), len(built.lines))
    assert all(rfc8785.dumps(row) + b"\n" == line for row, line in zip(rows, told, strict=True)), "canonical"
    sheets = dict(zip((kind.value for kind in Kind), KIND_SHEETS, strict=True)) | {"decision": "Decisions"}
    for sheet, title in sheets.items():
        numbers = [line["Number"] for line in lines(workbook, title)]
        assert [row["number"] for row in rows if row["sheet"] == sheet] == numbers
    danish = built.lines
    built(scope_of(), "da")
    assert built.lines == danish, "the same in every language"


def test_the_same_data_gives_the_same_bytes(busy: Story, scope_of: Any, built: Any) -> None:
    assert built(scope_of()) == built(scope_of())


def test_a_company_s_register_leaves_out_the_others(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of("NL-DE")))
    assert all(not lines(workbook, sheet) for sheet in KIND_SHEETS)


def test_what_was_filed_after_the_last_day_belongs_to_the_next_period(busy: Story, scope_of: Any, built: Any) -> None:
    busy.now = datetime.fromisoformat("2026-11-30T22:59:59+00:00")
    inside = busy.declare("Amalie", firm="Rival Oy", worth="90")
    busy.now = datetime.fromisoformat("2026-11-30T23:00:00+00:00")  # midnight in Copenhagen
    outside = busy.declare("Amalie", firm="Rival Oy", worth="90")
    with busy.app.app_context():
        number = dict(db.session.execute(select(Declaration.public_id, Declaration.number)).all())
    november = {line["Number"] for line in lines(opened(built(scope_of())), "Gifts")}
    december = scope_of(first_on=date(2026, 12, 1), last_on=date(2026, 12, 31))
    assert number[inside] in november
    assert number[outside] not in november
    assert [line["Number"] for line in lines(opened(built(december)), "Gifts")] == [number[outside]]


def test_an_interest_stands_in_every_period_until_it_ends(busy: Story, scope_of: Any, built: Any) -> None:
    spring = scope_of(first_on=date(2027, 3, 1), last_on=date(2027, 3, 31))
    workbook = opened(built(spring))
    assert len(lines(workbook, "Interests")) == 1
    assert not lines(workbook, "Gifts")


def test_a_copy_for_somebody_leaves_out_what_names_them(busy: Story, scope_of: Any, built: Any) -> None:
    secret = busy.declare("Amalie", Kind.CONFLICT, firm="Rival Oy", named=frozenset({busy.ids["Aud"]}))
    with busy.app.app_context():
        number = db.session.scalar(select(Declaration.number).where(Declaration.public_id == secret))
    everyone = built(scope_of())
    aud = built(scope_of(without_id=busy.ids["Aud"]))
    assert number in {line["Number"] for line in lines(opened(everyone), "Conflicts")}
    assert number not in {line["Number"] for line in lines(opened(aud), "Conflicts")}


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of(), rows_a_sheet=2))
    parts = [name for name in workbook.sheetnames if name.startswith("Gifts")]
    split = [line["Number"] for name in parts for line in lines(workbook, name)]
    whole = [line["Number"] for line in lines(opened(built(scope_of())), "Gifts")]
    assert split == whole
    assert parts == ["Gifts", "Gifts 2", "Gifts 3"][: -(-len(whole) // 2)]
    assert all(len(lines(workbook, name)) <= 2 for name in parts)


@ON_ONE_DATABASE
@pytest.mark.parametrize("language", ["en", "da", "ja"])
def test_it_passes_the_open_xml_check(
    language: str, busy: Story, scope_of: Any, built: Callable[..., bytes], openxml_validator: Any, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(built(scope_of(), language))
    result = openxml_validator.validate(path)
    assert result.is_valid, result.errors


@ON_ONE_DATABASE
def test_an_empty_register_passes_the_open_xml_check_too(
    story: Story, scope_of: Any, built: Any, openxml_validator: Any, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(built(scope_of()))
    result = openxml_validator.validate(path)
    assert result.is_valid, result.errors


@ON_ONE_DATABASE
def test_sheets_are_ready_to_read_and_to_print(busy: Story, scope_of: Any, built: Any) -> None:
    workbook = opened(built(scope_of()))
    for name in (*KIND_SHEETS, "Decisions", "Breaches and late", "Totals"):
        sheet = workbook[name]
        assert sheet.freeze_panes == "B2"
        assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
        across = sum(column.width for column in sheet.column_dimensions.values())
        assert across / sheet.page_setup.fitToWidth <= 340, "a page nobody could read"
        assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
        (table,) = sheet.tables.values()
        assert table.autoFilter.ref == table.ref
        rows = 1 + sum(row[0].value is not None for row in sheet.iter_rows(min_row=2))
        assert rows + (rows == 1) == int(re.sub(r".*\D", "", table.ref))
        assert all(sheet.column_dimensions[letter].width > 5 for letter in "ABC")
    about = workbook["About"]
    assert about.page_setup.fitToWidth == 1
    high = {about.cell(row, 1).value: about.row_dimensions[row].height for row in range(1, about.max_row + 1)}
    assert (high["What it holds"], high["Companies"]) == (45, None), "what is wrapped has room, whatever opens it"


def test_every_line_of_what_is_written_in_lines_has_room() -> None:
    sheet = Workbook().active
    write_facts(sheet, [("Checkpoint", "declarations.example/record\n12\n\n— signed")])
    assert sheet.row_dimensions[1].height == 4 * 15


@ON_ONE_DATABASE
def test_no_part_of_the_file_tells_when_it_was_made(busy: Story, scope_of: Any, built: Any) -> None:
    with zipfile.ZipFile(BytesIO(built(scope_of()))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")
