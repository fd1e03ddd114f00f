"""The first sheet: what this register covers and how to read it. Who asked and when is not in it: same data, same bytes."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, or_, select

from declarations.display import listed
from declarations.models import Company, CompanyBelow, PolicyDocument
from declarations.registers.reader import BREACH, DECISION
from declarations.registers.scope import Scope
from workflows.words import Kind


def facts(connection: Connection, scope: Scope, counted: dict[str, int]) -> list[tuple[str, Any]]:
    """Name and value of each line, in the language in force."""
    name = connection.execute(select(Company.name).where(Company.id == scope.company_id)).scalar_one()
    entries = sum(counted[kind.value] for kind in Kind)
    return [
        (_("Register of declarations"), name),
        (_("First day"), scope.first_on),
        (_("Last day"), scope.last_on),
        (_("Companies"), listed(_companies(connection, scope.company_id))),
        (_("Time zone"), str(scope.zone)),
        (_("Entries"), entries),
        (_("Decisions"), counted[DECISION]),
        (_("Breaches and late"), counted[BREACH]),
        (
            _("What it holds"),
            _(
                "Everything declared in these days, whatever became of it, and every outside interest and conflict of interest "
                "that stood in them. Each line shows the declaration as it is now; its record entry and digest say at which "
                "point of the record that was."
            ),
        ),
        (
            _("Amounts"),
            _(
                "Amounts are in the currency named beside them. The whole is what the item was worth, the share one head’s part "
                "of it; limits over time count shares. The rate is the one pinned with the filing."
            ),
        ),
        (
            _("Breaches and late"),
            _(
                "Filed late, not allowed by the policy, refused, approved only afterwards though it could have been asked "
                "before, or not decided in time."
            ),
        ),
        (
            _("Totals"),
            _("They are counted by the database itself and not added up from these sheets, so that the two can be compared."),
        ),
        (
            _("Policy version"),
            _(
                "The documents below that apply to somebody bind them together, and a line names them by one digest over theirs. "
                "The bundle’s policies.json says which it stands for."
            ),
        ),
        *_policies(connection, scope),
    ]


def _companies(connection: Connection, company_id: int) -> list[str]:
    below = select(CompanyBelow.company_id).where(CompanyBelow.ancestor_id == company_id)
    return list(connection.execute(select(Company.name).where(Company.id.in_(below)).order_by(Company.name)).scalars())


def _policies(connection: Connection, scope: Scope) -> list[tuple[str, str]]:
    """The policy documents of these companies and the group that were published for a day up to the period's last."""
    below = select(CompanyBelow.company_id).where(CompanyBelow.ancestor_id == scope.company_id)
    keys = select(Company.key).where(Company.id.in_(below))
    rows = connection.execute(
        select(PolicyDocument.key, PolicyDocument.effective_from, PolicyDocument.digest)
        .where(
            or_(PolicyDocument.company_key.is_(None), PolicyDocument.company_key.in_(keys)),
            PolicyDocument.effective_from <= scope.last_on,
        )
        .order_by(PolicyDocument.key, PolicyDocument.effective_from)
    )
    return [(_("Policy"), f"{row.key}, {row.effective_from.isoformat()}, SHA-256 {row.digest}") for row in rows]
