"""Compliance owns the policy: drafts and resolutions, people outside, re-checks of what a late entry touches."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the policy pages, the wider totals and the re-checks keep."""
    _policy_drafts()
    _packed()
    _rechecks()
    _total_keys()
    _few_that_wait()


# --- section S: drafts of policies -----------------------------------------------------------------------


def _policy_drafts() -> None:
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    people = ("started_by_id", "changed_by_id", "submitted_by_id", "signed_by_id", "resolved_by_id")
    op.create_table(
        "policy_draft",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("company_id", big, nullable=False),
        sa.Column("of_group", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("hands", sa.Text(), nullable=False),
        sa.Column("started_by_id", big, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("changed_by_id", big, nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("submitted_by_id", big),
        sa.Column("submitted_at", moment),
        sa.Column("signed_by_id", big),
        sa.Column("signed_at", moment),
        sa.Column("resolution", sa.String(120)),
        sa.Column("resolved_on", sa.Date()),
        sa.Column("resolved_by_id", big),
        sa.Column("resolved_at", moment),
        sa.Column("filename", sa.String(255)),
        sa.Column("media_type", sa.String(120)),
        sa.Column("size", sa.Integer()),
        sa.Column("sha256", sa.String(64)),
        sa.Column("stored_as", sa.String(64)),
        sa.Column("document_id", big),
        sa.Column("closed_at", moment),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("public_id", name=op.f("uq_policy_draft_public_id")),
        sa.UniqueConstraint("document_id", name=op.f("uq_policy_draft_document_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_policy_draft_company_id")),
        sa.ForeignKeyConstraint(["document_id"], ["policy_document.id"], name=op.f("fk_policy_draft_document_id")),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_policy_draft_{name}")) for name in people),
    )
    op.create_index(op.f("ix_policy_draft_key"), "policy_draft", ["key"])
    op.create_index(
        "uq_policy_draft_open",
        "policy_draft",
        ["key"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for on, when in (("UPDATE", "WHEN (OLD.closed_at IS NOT NULL)"), ("DELETE", "")):
            op.execute(
                f"CREATE TRIGGER policy_draft_keep_{on.lower()} BEFORE {on} ON policy_draft FOR EACH ROW {when} "
                "EXECUTE FUNCTION aboveboard_keep()"
            )
        return
    for on, when in (("UPDATE", "WHEN OLD.closed_at IS NOT NULL"), ("DELETE", "")):
        op.execute(
            f"CREATE TRIGGER policy_draft_keep_{on.lower()} BEFORE {on} ON policy_draft {when} "
            "BEGIN SELECT RAISE(ABORT, 'A closed draft of a policy is never changed, and none is deleted.'); END"
        )


# --- section R: what a rehearsal reads -------------------------------------------------------------------


def _packed() -> None:
    """Empty for what was filed before: its filing says it, and a row changes only with an event."""
    op.create_table(
        "profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("digest", name=op.f("uq_profile_digest")),
    )
    op.add_column("declaration", sa.Column("packed", sa.Text()))


# --- section T: what a late entry re-opens -----------------------------------------------------------------


def _rechecks() -> None:
    """Empty at first: nothing that was entered late before is asked about."""
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "recheck",
        sa.Column("id", big, nullable=False),
        sa.Column("public_id", sa.String(16), nullable=False),
        sa.Column("declaration_id", big, nullable=False),
        sa.Column("cause_id", big, nullable=False),
        sa.Column("cause_filing", sa.Integer(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("old_outcome", sa.SmallInteger(), nullable=False),
        sa.Column("old_reviews", sa.String(40), nullable=False),
        sa.Column("new_outcome", sa.SmallInteger(), nullable=False),
        sa.Column("new_reviews", sa.String(40), nullable=False),
        sa.Column("total_minor", big),
        sa.Column("limit_minor", big),
        sa.Column("currency", sa.String(3)),
        sa.Column("counted", sa.Integer()),
        sa.Column("counted_limit", sa.Integer()),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("settled_at", moment),
        sa.Column("settled_by_id", big),
        sa.Column("how", sa.String(12)),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck")),
        sa.UniqueConstraint("public_id", name=op.f("uq_recheck_public_id")),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=op.f("fk_recheck_declaration_id")),
        sa.ForeignKeyConstraint(["cause_id"], ["declaration.id"], name=op.f("fk_recheck_cause_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["person.id"], name=op.f("fk_recheck_settled_by_id")),
    )
    op.create_index(op.f("ix_recheck_declaration_id"), "recheck", ["declaration_id"])
    still = sa.text("settled_at IS NULL")
    op.create_index("ix_recheck_open", "recheck", ["id"], sqlite_where=still, postgresql_where=still)
    op.create_table(
        "alternative",
        sa.Column("decider_id", big, nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("decider_id", name=op.f("pk_alternative")),
        sa.ForeignKeyConstraint(["decider_id"], ["decider.id"], name=op.f("fk_alternative_decider_id")),
    )


# --- section P: by what totals are kept besides declarant and counterparty ---------------------------------


def _total_keys() -> None:
    """Empty for what was filed before: none of it named whom totals could be kept by."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "total_key",
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("value", sa.String(64), nullable=False),
        sa.Column("declaration_id", big, nullable=False),
        sa.PrimaryKeyConstraint("sort", "value", "declaration_id", name=op.f("pk_total_key")),
        sa.ForeignKeyConstraint(["declaration_id"], ["declaration.id"], name=op.f("fk_total_key_declaration_id")),
    )
    op.create_index(op.f("ix_total_key_declaration_id"), "total_key", ["declaration_id"])


# --- indexes of the few that wait in another's place, or for a near day -------------------------------------


def _few_that_wait() -> None:
    for name, column in (("ix_declaration_queue_for", "assigned_for_id"), ("ix_declaration_urgent", "urgent_on")):
        few = sa.text(f"state IN ('with_manager', 'with_compliance', 'with_executive') AND {column} IS NOT NULL")
        columns = [column, "id"] if column == "urgent_on" else [column, "due_on", "id"]
        op.drop_index(name, table_name="declaration")
        op.create_index(name, "declaration", columns, sqlite_where=few, postgresql_where=few)
    pools = sa.text("state IN ('with_manager', 'with_compliance', 'with_executive') AND assignee_id IS NULL")
    op.create_index("ix_declaration_pools", "declaration", ["due_on", "id"], sqlite_where=pools, postgresql_where=pools)


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
