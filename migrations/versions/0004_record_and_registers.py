"""Signatures, a tree and checkpoints over the record; registers that are compared, signed off and sampled."""

import sqlalchemy as sa
from alembic import op

from declarations.evidence.adopting import adopt

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the record's second and third layer and audit's work on registers keep."""
    _signatures_and_tree()
    _rows_of_registers()


# --- section V: the record's signatures, tree and checkpoints ----------------------------------------------


def _signatures_and_tree() -> None:
    """What was written before gets its signatures here, once, and the record says so; the worker then gives it leaves."""
    moment = sa.DateTime(timezone=True)
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "signing_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", moment),
        sa.Column("valid_to", moment),
        sa.Column("ended", sa.String(10)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "event_signature",
        sa.Column("event_id", big, nullable=False, autoincrement=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_signature")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_event_signature_event_id")),
    )
    op.create_table(
        "log_queue",
        sa.Column("event_id", big, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_log_queue")),
    )
    op.create_table(
        "log_leaf",
        sa.Column("index", big, nullable=False, autoincrement=False),
        sa.Column("event_id", big, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_log_leaf")),
        sa.UniqueConstraint("event_id", name=op.f("uq_log_leaf_event_id")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_log_leaf_event_id")),
    )
    op.create_table(
        "log_subtree",
        sa.Column("level", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("index", big, nullable=False, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_log_subtree")),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("id", big, nullable=False),
        sa.Column("origin", sa.String(200), nullable=False),
        sa.Column("size", big, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_checkpoint")),
        sa.UniqueConstraint("origin", "size", name=op.f("uq_log_checkpoint_origin_size")),
    )
    op.execute("INSERT INTO log_queue (event_id) SELECT id FROM event")
    _queue_each_event()
    for table in ("event_signature", "log_leaf", "log_subtree", "log_checkpoint"):
        _keep(table, "")
    _keep("signing_key", "OLD.valid_to IS NOT NULL")
    adopt(op.get_bind())


def _queue_each_event() -> None:
    """The database notes each new event for the tree, so that no path of the app can forget to."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION aboveboard_queue() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN INSERT INTO log_queue (event_id) VALUES (NEW.id); RETURN NULL; END $$"
        )
        op.execute("CREATE TRIGGER event_queued AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION aboveboard_queue()")
        return
    op.execute("CREATE TRIGGER event_queued AFTER INSERT ON event BEGIN INSERT INTO log_queue (event_id) VALUES (NEW.id); END")


def _keep(table: str, once: str) -> None:
    """Rows of `table` are never deleted, and never changed either (where `once` is given: from when that holds)."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for on, when in (("UPDATE", once), ("DELETE", "")):
        if postgresql:
            condition = f"WHEN ({when})" if when else ""
            op.execute(
                f"CREATE TRIGGER {table}_keep_{on.lower()} BEFORE {on} ON {table} FOR EACH ROW {condition} "
                "EXECUTE FUNCTION aboveboard_keep()"
            )
        else:
            condition = f"WHEN {when}" if when else ""
            op.execute(
                f"CREATE TRIGGER {table}_keep_{on.lower()} BEFORE {on} ON {table} {condition} "
                f"BEGIN SELECT RAISE(ABORT, 'A row of {table} is never changed or deleted.'); END"
            )
    if postgresql:
        op.execute(
            f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION aboveboard_keep()"
        )


# --- section W: what a register was built from, and its canonical rows -------------------------------------


def _rows_of_registers() -> None:
    """Registers from before have no such rows; they compare as if there had been none."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("register", sa.Column("as_of", sa.DateTime(timezone=True)))
    op.add_column("register", sa.Column("last_event", big))
    op.add_column("register", sa.Column("unseen", sa.Text()))
    op.add_column("register", sa.Column("lines_stored_as", sa.String(64)))
    op.add_column("register", sa.Column("lines", big))
    op.add_column("register", sa.Column("lines_size", big))
    op.add_column("register", sa.Column("lines_sha256", sa.String(64)))


def downgrade() -> None:
    """There is no way back: what was kept since would be lost. Restore a backup instead."""
    raise RuntimeError("Restore a backup taken before this version instead.")
