"""The database as the second lock: history is never changed, and no state without an event that explains it."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = ("event", "filing", "decider", "policy_document")

SQLITE_STATE = """
CREATE TRIGGER declaration_{name} BEFORE {on} ON declaration
{condition}
BEGIN SELECT RAISE(ABORT, '{sentence}'); END
"""

POSTGRES = """
CREATE FUNCTION aboveboard_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'A row of % is never changed or deleted.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;

CREATE FUNCTION aboveboard_explained() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'A declaration is never deleted.' USING ERRCODE = 'restrict_violation';
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' OR NEW.version <> 0 THEN
      RAISE EXCEPTION 'A declaration begins as a draft.' USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF (NEW.state <> OLD.state OR NEW.version <> OLD.version) AND NOT EXISTS (
    SELECT 1 FROM event e
    WHERE e.declaration_id = NEW.id AND e.sequence = NEW.version AND e.state_to = NEW.state AND NEW.version > OLD.version
  ) THEN
    RAISE EXCEPTION 'No event explains this state.' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER declaration_explained BEFORE INSERT OR UPDATE OR DELETE ON declaration
FOR EACH ROW EXECUTE FUNCTION aboveboard_explained();
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRES)
        for table in KEPT:
            op.execute(
                f"CREATE TRIGGER {table}_keep BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION aboveboard_keep()"
            )
            op.execute(
                f"CREATE TRIGGER {table}_keep_all BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION aboveboard_keep()"
            )
        return
    for table in KEPT:
        for on in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_keep_{on.lower()} BEFORE {on} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'A row of {table} is never changed or deleted.'); END"
            )
    op.execute(SQLITE_STATE.format(name="kept", on="DELETE", condition="", sentence="A declaration is never deleted."))
    op.execute(
        SQLITE_STATE.format(
            name="begins",
            on="INSERT",
            condition="WHEN NEW.state <> 'draft' OR NEW.version <> 0",
            sentence="A declaration begins as a draft.",
        )
    )
    op.execute(
        SQLITE_STATE.format(
            name="explained",
            on="UPDATE",
            condition=(
                "WHEN (NEW.state <> OLD.state OR NEW.version <> OLD.version) AND NOT EXISTS (SELECT 1 FROM event e WHERE "
                "e.declaration_id = NEW.id AND e.sequence = NEW.version AND e.state_to = NEW.state AND NEW.version > OLD.version)"
            ),
            sentence="No event explains this state.",
        )
    )


def downgrade() -> None:
    raise RuntimeError("The guards of the record are not taken away; restore a backup instead.")
