"""Open conditions are found by their day, and a sample out of a large register is asked for before it is drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it, one part after the other."""
    still_open = sa.text("met_at IS NULL")
    op.create_index("ix_condition_open", "condition", ["due_on", "id"], sqlite_where=still_open, postgresql_where=still_open)
    _samples_asked_for()


def _samples_asked_for() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "sample_request",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("register_id", big, nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(60), nullable=False),
        sa.Column("asked_by_id", big, nullable=False),
        sa.Column("asked_as", sa.String(20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.String(300)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sample_request_public_id")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_sample_request_register_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_sample_request_asked_by_id")),
    )
    op.create_index(op.f("ix_sample_request_register_id"), "sample_request", ["register_id"])
