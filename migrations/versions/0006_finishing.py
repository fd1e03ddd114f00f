"""What the finishing of the first release adds: marks that quality figures count, beside each declaration."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, one part after the other."""
    _marks()


# --- marks that quality figures count ------------------------------------------------------------------------------

_MARKS = (
    (1, "days_late > 0"),
    (2, "timing = 'approved_after'"),
    (4, "value_basis IN ('estimated', 'unknown')"),
    (8, "id IN (SELECT declaration_id FROM attachment WHERE declaration_id IS NOT NULL)"),
    (16, "id IN (SELECT e.declaration_id FROM event e JOIN disclosure d ON d.event_id = e.id "
         "WHERE d.name = 'passed_over' AND e.declaration_id IS NOT NULL)"),
    (32, "id IN (SELECT declaration_id FROM decider WHERE on_behalf_of_id IS NOT NULL)"),
    (64, "id IN (SELECT declaration_id FROM decider WHERE review > 1)"),
    (128, "id IN (SELECT declaration_id FROM condition)"),
    (256, "id IN (SELECT declaration_id FROM condition WHERE {met_on} > due_on)"),
    (512, "id IN (SELECT declaration_id FROM condition WHERE met_at IS NULL)"),
)  # fmt: skip


def _marks() -> None:
    """Each declaration says what quality figures count of it, and one index is all they read."""
    op.add_column("declaration", sa.Column("marks", sa.Integer(), nullable=False, server_default="0"))
    for name in ("company", "filed", "afterwards", "guessed"):
        op.drop_index(f"ix_declaration_{name}", "declaration")
    op.drop_index("ix_disclosure_passed_over", "disclosure")
    op.execute(marking(op.get_bind().dialect.name))
    op.create_index("ix_declaration_company", "declaration", ["company_id", "filed_at", "id", "marks"])
    op.create_index("ix_declaration_filed", "declaration", ["filed_at", "id", "company_id", "marks"])


def marking(dialect: str) -> str:
    """SQL that marks every declaration by what is kept of it."""
    met_on = "(met_at AT TIME ZONE 'UTC')::date" if dialect == "postgresql" else "date(met_at)"
    whole = " + ".join(f"CASE WHEN {when.format(met_on=met_on)} THEN {bit} ELSE 0 END" for bit, when in _MARKS)
    return f"UPDATE declaration SET marks = {whole}"
