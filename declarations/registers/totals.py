"""What a register adds up to, asked of the database by itself and not summed from the rows, so that the two can disagree."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, select

from declarations.models import Company, Declaration
from declarations.registers.scope import Scope, belongs
from workflows.words import Kind


@dataclass(frozen=True, slots=True)
class Total:
    """One line: how many of a company's kind in a state and currency, how many of them without a value, and their sums."""

    company: str
    kind: str
    state: str
    currency: str | None
    entries: int
    without_value: int
    value_minor: int
    share_minor: int
    base_minor: int
    base_currency: str


def totals(connection: Connection, scope: Scope) -> list[Total]:
    """The lines in a fixed order: company, kind as declared on the start page, state, currency."""
    keys = (Company.name, Declaration.kind, Declaration.state, Declaration.currency, Declaration.base_currency)
    rows = connection.execute(
        select(
            *keys,
            func.count(),
            func.count(Declaration.value_minor),
            func.sum(Declaration.value_minor),
            func.sum(Declaration.share_minor),
            func.sum(Declaration.base_minor),
        )
        .join(Company, Company.id == Declaration.company_id)
        .where(belongs(scope))
        .group_by(Company.id, *keys)
    )
    lines = [
        Total(company, kind, state, currency, entries, entries - valued, value or 0, share or 0, base or 0, base_currency)
        for company, kind, state, currency, base_currency, entries, valued, value, share, base in _whole(rows)
    ]
    order = [kind.value for kind in Kind]
    return sorted(lines, key=lambda t: (t.company, order.index(t.kind), t.state, t.currency or "", t.base_currency))


def _whole(rows: Iterable[Any]) -> Iterator[Any]:
    """PostgreSQL sums big integers into decimals; they are whole numbers."""
    for row in rows:
        yield tuple(int(value) if isinstance(value, Decimal) else value for value in row)


def as_json(lines: list[Total]) -> list[dict[str, Any]]:
    """The lines as they are kept on the register's row."""
    return [asdict(line) for line in lines]
