"""Registers that are scheduled for readers, signed off, sampled and put in a bundle; rehearsals that run beside the page."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what audit's own work keeps."""
    _scheduling()
    _sampling()
    _rehearsals()
    _circumstances()
    _bundles()
    _near_limits()


# --- registers: schedules, recipients, reading, sign-off ------------------------------------------------------


def _scheduling() -> None:
    """Who gets scheduled registers and by when, who was reminded of unread ones, and who signed that they read one."""
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("register", sa.Column("due_on", sa.Date()))
    op.add_column("register_schedule", sa.Column("first_month", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "register_recipient",
        sa.Column("schedule_id", big, nullable=False),
        sa.Column("person_id", big, nullable=False),
        sa.PrimaryKeyConstraint("schedule_id", "person_id", name=op.f("pk_register_recipient")),
        sa.ForeignKeyConstraint(["schedule_id"], ["register_schedule.id"], name=op.f("fk_register_recipient_schedule_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_register_recipient_person_id")),
    )
    op.create_table(
        "register_chase",
        sa.Column("register_id", big, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("register_id", "step", name=op.f("pk_register_chase")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_register_chase_register_id")),
    )
    op.create_table(
        "register_sign_off",
        sa.Column("id", big, nullable=False),
        sa.Column("register_id", big, nullable=False),
        sa.Column("person_id", big, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("findings", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_sign_off")),
        sa.UniqueConstraint("register_id", "person_id", "number", name=op.f("uq_register_sign_off_register_id_person_id_number")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_register_sign_off_register_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_register_sign_off_person_id")),
    )
    for table in ("register_recipient", "register_chase", "register_sign_off"):
        _keep(table)


def _keep(table: str) -> None:
    """Rows of `table` are never changed or deleted."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION aboveboard_keep()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION aboveboard_keep()"
        )
        return
    for on in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_keep_{on.lower()} BEFORE {on} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'A row of {table} is never changed or deleted.'); END"
        )


# --- samples and quality figures ----------------------------------------------------------------------------------


def _sampling() -> None:
    """Samples out of registers, each with how it was drawn."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "register_sample",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("register_id", big, nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(60), nullable=False),
        sa.Column("lines_sha256", sa.String(64), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("value_minor", big, nullable=False),
        sa.Column("without_value", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("interval_minor", big),
        sa.Column("drawn", sa.Text(), nullable=False),
        sa.Column("drawn_by_id", big, nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_sample")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_sample_public_id")),
        sa.ForeignKeyConstraint(["register_id"], ["register.id"], name=op.f("fk_register_sample_register_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["person.id"], name=op.f("fk_register_sample_drawn_by_id")),
    )
    op.create_index(op.f("ix_register_sample_register_id"), "register_sample", ["register_id"])
    _keep("register_sample")
    _figures()


def _figures() -> None:
    """Indexes over the few declarations that quality figures count."""
    of_company = ["company_id", "filed_at", "id"]
    for name, columns, where in (
        ("late", [*of_company, "days_late"], "days_late > 0"),
        ("afterwards", of_company, "timing = 'approved_after'"),
        ("guessed", of_company, "value_basis IN ('estimated', 'unknown')"),
    ):
        only = sa.text(where)
        op.create_index(f"ix_declaration_{name}", "declaration", columns, sqlite_where=only, postgresql_where=only)
    over = sa.text("name = 'passed_over'")
    op.create_index("ix_disclosure_passed_over", "disclosure", ["event_id"], sqlite_where=over, postgresql_where=over)


# --- rehearsals and companies together ----------------------------------------------------------------------------


def _rehearsals() -> None:
    """Rehearsals of drafts, each with the text it was of and what it found."""
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "policy_rehearsal",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("draft_id", big, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("asked_by_id", big, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("started_at", moment),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("failed", sa.String(300)),
        sa.Column("done_at", moment),
        sa.Column("last_event", big),
        sa.Column("figures", sa.Text()),
        sa.Column("changes", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_rehearsal")),
        sa.UniqueConstraint("public_id", name=op.f("uq_policy_rehearsal_public_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["policy_draft.id"], name=op.f("fk_policy_rehearsal_draft_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_policy_rehearsal_asked_by_id")),
    )
    op.create_index(op.f("ix_policy_rehearsal_draft_id"), "policy_rehearsal", ["draft_id"])
    waiting = sa.text("done_at IS NULL AND failed IS NULL")
    op.create_index("ix_policy_rehearsal_waiting", "policy_rehearsal", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    _second_companies()


def _second_companies() -> None:
    """A second company that somebody belongs to, from a day to a day."""
    kind = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(
        f"ALTER TABLE person ADD COLUMN second_company_id {kind} CONSTRAINT fk_person_second_company_id REFERENCES company (id)"
    )
    op.add_column("person", sa.Column("second_from", sa.Date()))
    op.add_column("person", sa.Column("second_to", sa.Date()))
    op.create_index(op.f("ix_person_second_company_id"), "person", ["second_company_id"])


# --- what a declaration says ----------------------------------------------------------------------------------------


def _circumstances() -> None:
    """Who takes part in which tender, and when."""
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tender",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("company_id", big, nullable=False),
        sa.Column("counterparty_id", big, nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("entered_by_id", big, nullable=False),
        sa.Column("entered_at", moment, nullable=False),
        sa.Column("withdrawn_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_tender"),
        sa.UniqueConstraint("public_id", name="uq_tender_public_id"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_tender_company_id"),
        sa.ForeignKeyConstraint(["counterparty_id"], ["counterparty.id"], name="fk_tender_counterparty_id"),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name="fk_tender_entered_by_id"),
    )
    for column in ("company_id", "counterparty_id", "last_on"):
        op.create_index(f"ix_tender_{column}", "tender", [column])


# --- the bundle of a register ---------------------------------------------------------------------------------------


def _bundles() -> None:
    """Where a register's bundle lies, how long it is, and its SHA-256."""
    op.add_column("register", sa.Column("bundle_stored_as", sa.String(64)))
    op.add_column("register", sa.Column("bundle_size", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.add_column("register", sa.Column("bundle_sha256", sa.String(64)))
    op.add_column("register", sa.Column("bundle_tree", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))


# --- whose totals are near a limit ----------------------------------------------------------------------------------


def _near_limits() -> None:
    """Those whom the nightly look at everybody's totals found."""
    op.create_table(
        "near_limit",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_near_limit")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_near_limit_person_id")),
    )
    op.create_index("ix_near_limit_distance", "near_limit", ["distance", "person_id"])


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
