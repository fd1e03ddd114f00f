"""Which extract a register is compared with: the last one of the same company for the same readers, whatever its days."""

from sqlalchemy import Connection, select

from declarations.models import Register
from declarations.registers.changes import Last
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen


def last_extract(connection: Connection, scope: Scope, *, before: Seen) -> Last | None:
    """The last one built of the scope's company that saw less than `before`, or as much; None if there is none."""
    row = connection.execute(
        select(
            Register.last_event, Register.unseen, Register.first_on, Register.last_on, Register.public_id, Register.lines_sha256
        )
        .where(
            Register.company_id == scope.company_id,
            Register.only_for_id.is_not_distinct_from(scope.without_id),
            Register.as_of.is_(None),
            Register.built_at.is_not(None),
            Register.last_event <= before.last,
        )
        .order_by(Register.last_event.desc(), Register.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    return Last(Seen(row.last_event, row.unseen or ()), row.first_on, row.last_on, row.public_id, row.lines_sha256)
