"""An old register tried out on an empty database: what was counted in the file stands beside what the built register says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from sqlalchemy import select

from declarations import clock
from declarations.directory.commands import add_person, grant
from declarations.directory.companies import add_company
from declarations.directory.entries import CompanyEntry, PersonEntry
from declarations.extensions import db
from declarations.importing.landing import CREATE, Landed, land
from declarations.importing.mapping import Mapping
from declarations.importing.reading import read
from declarations.importing.telling import Figures, figures
from declarations.models import Company, Person, Register
from declarations.policies import commands as policies
from declarations.registers import building
from declarations.registers.commands import ask
from declarations.registers.periods import Period
from declarations.viewer import viewer
from workflows.policy.document import load
from workflows.words import Role

PACK = Path(__file__).resolve().parents[2] / "workflows" / "policies"
COMPANY = "EXAMPLE"


class NotEmpty(ValueError):
    """The database holds something already."""


@dataclass(frozen=True)
class Line:
    """One figure: as counted in the file, as expected (None: nobody said), as in the built register (None: not stated there)."""

    name: str
    counted: Any
    expected: Any = None
    register: Any = None

    @property
    def agrees(self) -> bool:
        """True unless one of them says something else."""
        return all(other is None or other == self.counted for other in (self.expected, self.register))


def prepare(mapping: Mapping) -> None:
    """An empty database becomes one company with the Code of the group and an auditor. Raises NotEmpty."""
    if db.session.scalar(select(Company.id).limit(1)) is not None:
        raise NotEmpty("This database is not empty. An example is only ever imported into an empty one.")
    add_company(
        by=None,
        entry=CompanyEntry(
            key=COMPANY,
            name="Example company",
            parent=None,
            country="GB",
            time_zone="Europe/London",
            currency=mapping.always.currency,
            language="en",
            calendar="GB-ENG",
        ),
    )
    entry = PersonEntry(number="1", email="auditor@example.invalid", name="Example Auditor", company=COMPANY)
    grant(by=None, person=add_person(by=None, entry=entry), role=Role.INTERNAL_AUDITOR, company=COMPANY)
    policies.import_rates()
    documents = [(load(file.read_bytes(), file.name), file) for file in PACK.glob("*.toml")]
    for _, file in sorted(((d, f) for d, f in documents if d.company is None), key=lambda pair: pair[0].effective_from):
        policies.publish(text=file.read_bytes(), name=file.name, by_email=None)


def bring_in(file: Path, mapping: Mapping) -> Landed:
    """The file's rows, landed for the example company."""
    rows = read(file.read_bytes(), mapping, _today())
    return land(rows=rows, mapping=mapping, company=COMPANY, source=file.name, declarants=CREATE, dry=False)


def built_register() -> list[dict[str, Any]]:
    """The totals of the register of today, in which everything imported stands."""
    auditor = db.session.scalars(select(Person).where(Person.number == "1")).one()
    who, today = viewer(db.session(), auditor, clock.now()), _today()
    public_id = ask(viewer=who, company_id=who.company_id, period=Period(today, today), language="en")
    building.build(public_id)
    db.session.rollback()
    return list(db.session.scalars(select(Register.totals).where(Register.public_id == public_id)).one() or [])


def _today() -> date:
    return clock.now().astimezone(ZoneInfo("Europe/London")).date()


def beside(landed: Landed, mapping: Mapping, expected: dict[str, Any], totals: list[dict[str, Any]]) -> Iterator[Line]:
    """Every figure of the file beside what was expected and what the register says."""
    counted = figures(landed.rows, mapping)
    entries, unknown = (sum(line[name] for line in totals) for name in ("entries", "without_value"))
    value = Decimal(sum(line["value_minor"] for line in totals)).scaleb(-2)
    yield Line("rows", counted.rows, expected.get("data_rows"))
    yield Line("nil returns", counted.nil_returns, expected.get("nil_returns"))
    yield Line("rows with a day and an amount", counted.usable, expected.get("usable_rows"), entries - unknown)
    yield Line("values that are no number", counted.not_a_number, expected.get("date_ok_value_not_a_number"), unknown)
    yield Line("rows that cannot land", counted.not_landing, expected.get("rows_with_shifted_or_missing_date"))
    wanted = expected.get("sum_of_usable", expected.get("sum_value"))
    yield Line("sum", counted.total, Decimal(str(wanted)) if wanted is not None else None, value)
    if "max_usable" in expected:
        yield Line("largest", counted.largest, Decimal(str(expected["max_usable"])))
    yield from _texts(counted, expected)


def _texts(counted: Figures, expected: dict[str, Any]) -> Iterator[Line]:
    for name, heading in (("value_texts_not_numbers", "“{}” as a value"), ("date_forms", "days written “{}”")):
        ours = counted.value_texts if name == "value_texts_not_numbers" else counted.date_forms
        theirs = {str(text or ""): number for text, number in (expected.get(name) or {}).items()}
        shown = sorted({*ours, *theirs}) if theirs else []
        for text in shown:
            yield Line(heading.format(text), ours.get(text, 0), theirs.get(text, 0))
    for name, heading, ours_is in (
        ("distinct_donor_texts", "donors as written", counted.donors),
        ("distinct_company_numbers", "company numbers, leading zeros apart", counted.numbers),
        ("cells_with_line_break", "cells with a line break", counted.with_line_break),
    ):
        if name in expected:
            yield Line(heading, ours_is, expected[name])


def expected_for(file: Path, document: Path | None) -> dict[str, Any]:
    """What somebody counted in this file before, out of a YAML document; nothing if there is none."""
    where = document or file.with_name("expected.yaml")
    if not where.exists():
        return {}
    found = (yaml.safe_load(where.read_text(encoding="utf-8")) or {}).get(file.name)
    return dict(found) if found else {}
