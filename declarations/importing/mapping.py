"""A mapping says which column of an old register means what; whatever it does not say is never guessed."""

import re
import tomllib
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from workflows.words import CounterpartyClass, Direction, Disposition, Kind

SHIPPED = Path(__file__).parent / "mappings"
_PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})"}


class BadMapping(ValueError):
    """A mapping that cannot be used; the sentence says where."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Strict):
    """The heading of the column for each thing a declaration needs, empty where the register has none."""

    declarant: str
    occurred_on: str
    title: str
    declarant_number: str = ""
    ends_on: str = ""
    filed_on: str = ""
    counterparty: str = ""
    counterparty_number: str = ""
    value: str = ""
    kind: str = ""
    direction: str = ""
    counterparty_class: str = ""
    form: str = ""
    disposition: str = ""
    companion: str = ""


class Words(_Strict):
    """What the words in a column of few words mean: as written (case and spaces apart) → ours."""

    kind: dict[str, Kind] = Field(default_factory=dict)
    direction: dict[str, Direction | None] = Field(default_factory=dict)
    counterparty_class: dict[str, CounterpartyClass] = Field(default_factory=dict)
    form: dict[str, str | None] = Field(default_factory=dict)
    disposition: dict[str, Disposition] = Field(default_factory=dict)
    companion: dict[str, bool] = Field(default_factory=dict)


class Always(_Strict):
    """What holds for every row without a column, or whose column holds no word known."""

    kind: Kind
    direction: Direction | None = None
    currency: str = Field(pattern="^[A-Z]{3}$")
    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    counterparty_class: CounterpartyClass = CounterpartyClass.UNKNOWN
    form: str | None = None
    disposition: Disposition = Disposition.KEPT


class Mapping(_Strict):
    """How one kind of file is read. All `dates` are tried; a day that two of them read differently is reported.

    Words are compared without case and double spaces, so they stand in small letters here.
    """

    title: str
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    dates: tuple[str, ...] = Field(min_length=1)
    decimal: str = Field(default=".", pattern="^[.,]$")
    signs: tuple[str, ...] = ()
    days_meant: dict[str, date] = Field(default_factory=dict)  # a slip in the file that somebody looked up
    nil_return: tuple[str, ...] = ()
    unknown_value: tuple[str, ...] = ()
    columns: Columns
    words: Words = Words()
    always: Always

    @model_validator(mode="after")
    def _forms(self) -> "Mapping":
        for form in self.dates:
            if sorted(re.findall("YYYY|MM|DD", form)) != ["DD", "MM", "YYYY"]:
                raise ValueError(f"“{form}” is no form of a day; write it with YYYY, MM and DD, such as DD/MM/YYYY")
        return self

    def needed(self) -> tuple[str, ...]:
        """The headings a file must have, in the mapping's order."""
        return tuple(dict.fromkeys(name for name in self.columns.model_dump().values() if name))

    def days(self, text: str) -> frozenset[date]:
        """Every day `text` means in one of the declared forms: none, one, or two that differ."""
        if text in self.days_meant:
            return frozenset({self.days_meant[text]})
        found: set[date] = set()
        for form in self.dates:
            pattern = re.escape(form)
            for part, group in _PARTS.items():
                pattern = pattern.replace(part, group)
            if match := re.fullmatch(pattern, text, re.ASCII):
                try:
                    found.add(date(int(match["year"]), int(match["month"]), int(match["day"])))
                except ValueError:
                    continue
        return frozenset(found)


def load(path: Path) -> Mapping:
    """The mapping in a TOML file. Raises BadMapping."""
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"{path.name} is no TOML: {error}") from None
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise BadMapping(f"{path.name} does not say what a mapping must: {where}") from None


def fitting(headings: list[str]) -> tuple[Path, Mapping] | None:
    """The shipped mapping that needs most of these headings and no others."""
    known = [(path, load(path)) for path in sorted(SHIPPED.glob("*.toml"))]
    fit = [(len(mapping.needed()), path, mapping) for path, mapping in known if set(mapping.needed()) <= set(headings)]
    if not fit:
        return None
    _, path, mapping = max(fit, key=lambda one: one[0])
    return path, mapping
