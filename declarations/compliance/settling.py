"""Compliance settles what a late entry re-opened: seen and no change, or taken up again; always a person, always with a reason."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import casework, clock, rechecking, snapshot
from declarations.compliance.reach import reach_of
from declarations.compliance.reopened import kept_from
from declarations.errors import NotFound
from declarations.evidence.record import Entry, append
from declarations.extensions import writing
from declarations.models import Declaration, Recheck
from declarations.rechecked import caused_by_naming
from declarations.viewer import Viewer, roles_of
from workflows.case import Forbidden, Inputs, Invalid, Stale
from workflows.independence import TO_THE_ACTOR
from workflows.words import N_, Action, Role

NO_CHANGE, TAKEN_UP = "no_change", "taken_up"


def settle(*, officer: Viewer, public_id: str, how: str, reason: str, seen_version: int | None = None) -> None:
    """Settle the flag as NO_CHANGE or TAKEN_UP; the latter first escalates the declaration, which the officer saw at `seen_version`.

    Both are one transaction: either the declaration is taken up and the flag settled, or neither.
    Raises NotFound, Forbidden, Stale if somebody settled it meanwhile, Changed if the declaration moved on, Invalid with a sentence.
    """
    if how not in (NO_CHANGE, TAKEN_UP):
        raise NotFound
    if not reason.strip():
        raise Invalid("reason", N_("Please say why."), {"reason": N_("Please say why.")})
    with writing() as session:
        flag = _held(session, officer, public_id)
        if how == TAKEN_UP:
            casework.act_in(
                session,
                casework.Act(
                    public_id=flag.declaration.public_id,
                    action=Action.ESCALATE,
                    actor=officer,
                    seen_version=flag.declaration.version if seen_version is None else seen_version,
                    inputs=Inputs(reason=reason.strip()),
                ),
            )
        flag.settled_at = clock.now()
        flag.settled_by_id = officer.person_id
        flag.how = how
        flag.reason = reason.strip()
        session.flush()
        entry = Entry(
            stream=f"{rechecking.STREAM}/{flag.public_id}",
            action="recheck:settled",
            at=flag.settled_at,
            role=Role.COMPLIANCE_OFFICER,
            actor_id=officer.person_id,
            company_id=flag.declaration.company_id,
            public={"declaration": flag.declaration.number, "how": how},
            personal={"row": snapshot.row_of(flag)},
        )
        append(session, entry)


def _held(session: Session, officer: Viewer, public_id: str) -> Recheck:
    """The flag, locked and open. Roles are asked for as they are now."""
    flag = session.scalars(
        select(Recheck)
        .join(Declaration, Declaration.id == Recheck.declaration_id)
        .where(
            Recheck.public_id == public_id,
            Declaration.declarant_id != officer.person_id,
            reach_of(session, officer).seen(),
            ~caused_by_naming(officer),
        )
        .with_for_update(of=Recheck)
    ).one_or_none()
    if flag is None:
        raise NotFound
    if flag.declaration.company_id not in roles_of(session, officer.person_id).get(Role.COMPLIANCE_OFFICER, frozenset()):
        raise Forbidden("role", N_("Only compliance officers of its company settle this."))
    if (reason := kept_from(session, officer, flag.declaration)) is not None:
        raise Forbidden(reason, TO_THE_ACTOR[reason])
    if flag.settled_at is not None:
        raise Stale("settled", N_("Somebody settled this in the meantime."))
    return flag
