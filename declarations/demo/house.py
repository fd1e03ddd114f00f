"""The invented group moves in: companies, people, roles and substitutes, the policy pack and the bank's rates."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from declarations import clock
from declarations.demo.people import COMPANIES, ROLES, CompanyPlan, everyone, personas
from declarations.directory.commands import grant
from declarations.directory.companies_import import import_companies
from declarations.directory.people_import import import_people
from declarations.extensions import db
from declarations.models import ExchangeRate, Person
from declarations.policies import commands as policies
from workflows.policy.document import load

PACK = Path(__file__).resolve().parents[2] / "workflows" / "policies"


Absence = tuple[str, str, date, date]  # who, their substitute, first and last day


@dataclass(frozen=True)
class House:
    """Who is who, by name; ids and addresses back to names."""

    people: Mapping[str, int]
    names: Mapping[int, str]
    by_email: Mapping[str, int]
    works_at: Mapping[str, str]
    substitutes: frozenset[str]
    rates_until: date

    def company_of(self, name: str) -> CompanyPlan:
        """The company plan of a person's employer."""
        return next(company for company in COMPANIES if company.key == self.works_at[name])


def move_in(away: tuple[Absence, ...]) -> House:
    """Everything that stands before the first declaration. `away`: who, their substitute, first and last day."""
    import_companies(data=_table({**asdict(plan), "parent": plan.parent or ""} for plan in COMPANIES))
    import_people(data=_people_file())
    rows = db.session.execute(select(Person.name, Person.id, Person.public_id)).all()
    people, public = {row.name: row.id for row in rows}, {row.name: row.public_id for row in rows}
    for name, role, key in ROLES:
        grant(by=None, person=public[name], role=role.value, company=key)
    policies.import_rates(since=clock.now().date() - timedelta(days=90))
    documents = [(load(file.read_bytes(), file.name), file) for file in sorted(PACK.glob("*.toml"))]
    for _document, file in sorted(documents, key=lambda pair: pair[0].effective_from):
        policies.publish(text=file.read_bytes(), name=file.name, by_email=None)
    latest = db.session.scalar(select(func.max(ExchangeRate.day)).where(ExchangeRate.currency == "DKK"))
    plans = everyone()
    return House(
        people=people,
        names={person: name for name, person in people.items()},
        by_email={plan.email: people[plan.name] for plan in plans},
        works_at={plan.name: plan.company for plan in plans},
        substitutes=frozenset(substitute for _, substitute, _, _ in away),
        rates_until=latest or date.min,
    )


def _table(rows: Iterable[Mapping[str, str]]) -> bytes:
    """Rows as the CSV file that HR would send."""
    listed = list(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(listed[0]))
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue().encode()


def _people_file() -> bytes:
    speak_english = {persona.name for persona in personas()}
    numbers = {plan.name: plan.number for plan in everyone()}
    return _table(
        {
            "number": plan.number,
            "email": plan.email,
            "name": plan.name,
            "title": plan.title,
            "unit": plan.unit,
            "company": plan.company,
            "manager_number": numbers.get(plan.manager, ""),
            "active_from": "2020-01-01",
            "language": "en" if plan.name in speak_english else "",
        }
        for plan in everyone()
    )
