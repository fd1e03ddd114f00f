"""What the finishing of the first release adds: marks that quality figures count, and in which window a draft was typed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, one part after the other."""
    _marks()
    op.add_column("draft", sa.Column("typed_in", sa.String(16), nullable=False, server_default=""))


# --- marks that quality figures count ------------------------------------------------------------------------------

# Looked up one by one: PostgreSQL would read a list that it cannot keep in memory anew for each declaration.
_MARKS = (
    (1, "days_late > 0"),
    (2, "timing = 'approved_after'"),
    (4, "value_basis IN ('estimated', 'unknown')"),
    (8, "EXISTS (SELECT 1 FROM attachment a WHERE {mine})"),
    (16, "EXISTS (SELECT 1 FROM event a JOIN disclosure d ON d.event_id = a.id WHERE {mine} AND d.name = 'passed_over')"),
    (32, "EXISTS (SELECT 1 FROM decider a WHERE {mine} AND a.on_behalf_of_id IS NOT NULL)"),
    (64, "EXISTS (SELECT 1 FROM decider a WHERE {mine} AND a.review > 1)"),
    (128, "EXISTS (SELECT 1 FROM condition a WHERE {mine})"),
    (256, "EXISTS (SELECT 1 FROM condition a WHERE {mine} AND {met_on} > a.due_on)"),
    (512, "EXISTS (SELECT 1 FROM condition a WHERE {mine} AND a.met_at IS NULL)"),
)


def _marks() -> None:
    """Each declaration says what quality figures count of it, and one index is all they read."""
    op.add_column("declaration", sa.Column("marks", sa.Integer(), nullable=False, server_default="0"))
    for name in ("company", "filed", "afterwards", "guessed"):
        op.drop_index(f"ix_declaration_{name}", "declaration")
    op.drop_index("ix_disclosure_passed_over", "disclosure")
    op.execute(marking(op.get_bind().dialect.name))
    op.create_index("ix_declaration_company", "declaration", ["company_id", "filed_at", "id", "marks"])
    op.create_index("ix_declaration_filed", "declaration", ["filed_at", "id", "company_id", "marks"])
    op.drop_index("ix_person_company_id", "person")
    op.create_index("ix_person_company", "person", ["company_id", "active_from", "active_to"])


def marking(dialect: str) -> str:
    """SQL that marks every declaration by what is kept of it."""
    met_on = "(a.met_at AT TIME ZONE 'UTC')::date" if dialect == "postgresql" else "date(a.met_at)"
    words = {"mine": "a.declaration_id = declaration.id", "met_on": met_on}
    whole = " + ".join(f"CASE WHEN {when.format_map(words)} THEN {bit} ELSE 0 END" for bit, when in _MARKS)
    return f"UPDATE declaration SET marks = {whole}"
