"""HR's file is read whole before anything is done with it; every row that does not read is named with its line and reason."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from declarations.directory.entries import PersonEntry, wrong_with_person
from workflows.spelling import tidy as tidied

COLUMNS = (
    "number",
    "email",
    "name",
    "title",
    "unit",
    "company",
    "manager_number",
    "active_from",
    "active_to",
    "language",
    "second_company",
    "second_from",
    "second_to",
)
REQUIRED = ("number", "email", "name", "company")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong or worth knowing: the line of the file (None: not in it), about whom, and a sentence in English."""

    line: int | None
    about: str
    sentence: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.about + ': ' if self.about else ''}{self.sentence}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that reads: where it stood and what it says."""

    line: int
    entry: PersonEntry


@dataclass
class PeopleFile:
    """Everything a file says. `columns` are those it has; what it has no column for stays as it is."""

    columns: frozenset[str] = frozenset()
    rows: list[Row] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_table(
    data: bytes, columns: tuple[str, ...], required: tuple[str, ...]
) -> tuple[list[tuple[int, dict[str, str]]], PeopleFile]:
    """The rows as (line, column → tidy text), with a PeopleFile that holds what went wrong so far.

    UTF-8 with or without BOM; comma, semicolon or tab, whichever the header has most of.
    """
    file = PeopleFile()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = data.count(b"\n", 0, problem.start) + 1
        file.errors.append(Problem(line, "", "This is not UTF-8 text. Please save the file as CSV in UTF-8."))
        return [], file
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    table = _lines(text, delimiter, file)
    header = [tidy(name).lower() for name in table[0][1]] if table else []
    file.columns = frozenset(header)
    _check_header(header, columns, required, file)
    if file.errors:
        return [], file
    rows = []
    for line, cells in table[1:]:
        if len(cells) != len(header):
            sentence = f"This row has {len(cells)} fields, the header has {len(header)}."
            file.errors.append(Problem(line, tidy(cells[0]), sentence))
            continue
        rows.append((line, {name: tidy(cell) for name, cell in zip(header, cells, strict=True)}))
    return rows, file


def tidy(cell: str) -> str:
    """A cell as it is kept; most need no more than their spaces looked at."""
    return " ".join(cell.split()) if cell.isascii() and cell.isprintable() else tidied(cell)


def _lines(text: str, delimiter: str, file: PeopleFile) -> list[tuple[int, list[str]]]:
    """Every row that is not empty with the line it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                table.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as problem:
        file.errors.append(Problem(line, "", f"This row cannot be read: {problem}."))
    return table


def _check_header(header: list[str], columns: tuple[str, ...], required: tuple[str, ...], file: PeopleFile) -> None:
    if not header:
        file.errors.append(Problem(1, "", "The file is empty."))
        return
    for name in required:
        if name not in header:
            file.errors.append(Problem(1, "", f"The column {name} is missing. Columns are named in the first line."))
    for name, times in Counter(header).items():
        if times > 1:
            file.errors.append(Problem(1, "", f"The column {name or 'without a name'} stands there {times} times."))
        if name not in columns:
            file.warnings.append(Problem(1, "", f"The column {name or 'without a name'} is not known and was left out."))


def read_people(data: bytes) -> PeopleFile:
    """Read HR's file. Rows with errors are in `errors`, all others in `rows`."""
    cells, file = read_table(data, COLUMNS, REQUIRED)
    for line, row in cells:
        wrong: list[str] = []
        entry = PersonEntry(
            number=row["number"],
            email=row["email"].lower(),
            name=row["name"],
            company=row["company"],
            title=row.get("title", ""),
            unit=row.get("unit", ""),
            manager=row.get("manager_number") or None,
            active_from=_day(row.get("active_from", ""), "active_from", wrong),
            active_to=_day(row.get("active_to", ""), "active_to", wrong),
            language=row.get("language", "").lower() or None,
            second_company=row.get("second_company") or None,
            second_from=_day(row.get("second_from", ""), "second_from", wrong),
            second_to=_day(row.get("second_to", ""), "second_to", wrong),
        )
        faults = wrong_with_person(entry)
        faults.pop("manager", None)  # a question of the whole chart, asked when all rows are known
        wrong += faults.values()
        if wrong:
            file.errors.append(Problem(line, about(entry), " ".join(wrong)))
        else:
            file.rows.append(Row(line, entry))
    _only_once(file)
    return file


def about(entry: PersonEntry) -> str:
    """How a report names somebody: "Ben Carlsen (1007)"."""
    return f"{entry.name} ({entry.number})" if entry.name else entry.number


def _day(text: str, column: str, wrong: list[str]) -> date | None:
    if not text:
        return None
    try:
        if _ISO.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    wrong.append(f"{column} is “{text}”; a day is written 2026-11-30.")
    return None


def _only_once(file: PeopleFile) -> None:
    """Nobody stands in the file twice, and no two share an address."""
    numbers: dict[str, int] = {}
    emails: dict[str, int] = {}
    for row in file.rows:
        for known, value, word in ((numbers, row.entry.number, "number"), (emails, row.entry.email, "e-mail address")):
            earlier = known.setdefault(value, row.line)
            if earlier != row.line:
                file.errors.append(Problem(row.line, about(row.entry), f"Line {earlier} has the same {word}, {value}."))
