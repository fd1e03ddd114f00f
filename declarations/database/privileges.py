"""What the app's own database role may do: read everything, add to the record and never change it, own nothing.

PostgreSQL only. A role that owns a table can take its guards away; one with these privileges cannot, whatever the app does.
"""

from collections.abc import Iterator

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from declarations.models import Base

# Who writes what, by table. A table in none of them may only be read.
_ADDED = "INSERT"  # history: nothing of it is ever changed or deleted
_CHANGED = "INSERT, UPDATE"
_CLEARED = "INSERT, UPDATE, DELETE"

TABLES = {
    "event": _ADDED,
    "filing": _ADDED,
    "decider": _ADDED,
    "policy_document": _ADDED,
    "disclosure": _ADDED,
    "register_download": _ADDED,
    "register_sample": _ADDED,
    "register_recipient": _ADDED,
    "register_chase": _ADDED,
    "register_sign_off": _ADDED,
    "imported_row": _ADDED,
    "spelling": _ADDED,
    "name_token": _ADDED,
    "exchange_rate": _ADDED,
    "profile": _ADDED,
    "alternative": _ADDED,
    "event_signature": _ADDED,
    "log_leaf": _ADDED,
    "log_subtree": _ADDED,
    "log_checkpoint": _ADDED,
    "condition": _CHANGED,
    "declaration": _CHANGED,
    "number_series": _CHANGED,
    "company": _CHANGED,
    "person": _CHANGED,
    "role_grant": _CHANGED,
    "delegation": _CHANGED,
    "counterparty": _CHANGED,
    "counterparty_group": _CHANGED,
    "register": _CHANGED,
    "register_schedule": _CHANGED,
    "notice": _CHANGED,
    "policy_draft": _CHANGED,
    "policy_rehearsal": _CHANGED,
    "recheck": _CHANGED,
    "tender": _CHANGED,
    "signing_key": _CHANGED,
    "company_below": _CLEARED,
    "named_person": _CLEARED,
    "total_key": _CLEARED,
    "near_limit": _CLEARED,
    "draft": _CLEARED,
    "attachment": _CLEARED,
    "job_claim": _CLEARED,
    "log_queue": _CLEARED,
    "sample_request": _CLEARED,
    "sign_in_session": _CLEARED,
    "sign_in_attempt": _CLEARED,
    "one_time_link": _CLEARED,
}


class CannotGrant(Exception):
    """Why the role cannot be given anything, in a sentence for the operator."""


def statements(role: str, database: str, tables: list[str]) -> Iterator[str]:
    """SQL that leaves `role` with exactly what it needs in the schema at hand; all three names quoted already."""
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"
    yield f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"GRANT SELECT ON {', '.join(tables)} TO {role}"
    for verbs in (_ADDED, _CHANGED, _CLEARED):
        written = [table for table in tables if TABLES.get(table) == verbs]
        if written:
            yield f"GRANT {verbs} ON {', '.join(written)} TO {role}"


def grant(session: Session, role: str) -> None:
    """Give `role` what the app needs, and take away what else it had. Call it inside `writing()`, as the owner of the tables.

    Raises CannotGrant with a sentence: not PostgreSQL, no such role, or one that no privilege can bind.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        raise CannotGrant("Only PostgreSQL has roles. SQLite needs none: whoever can write the file can write it all.")
    row = session.execute(text("SELECT rolsuper, oid FROM pg_roles WHERE rolname = :role"), {"role": role}).one_or_none()
    if row is None:
        raise CannotGrant("There is no such role. Make it first: CREATE ROLE … LOGIN.")
    owns = text(
        "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S') "
        "AND pg_has_role(:role, relowner, 'MEMBER') LIMIT 1"
    )
    if row.rolsuper or session.scalar(owns, {"role": role}):
        raise CannotGrant("This role owns the tables, or may act as their owner, so nothing would bind it. Use another.")
    quote = connection.dialect.identifier_preparer.quote
    there = set(inspect(connection).get_table_names())
    tables = [quote(table) for table in sorted({*Base.metadata.tables, "alembic_version"} & there)]
    database = quote(str(session.scalar(text("SELECT current_database()"))))
    for statement in statements(quote(role), database, tables):
        session.execute(text(statement))
