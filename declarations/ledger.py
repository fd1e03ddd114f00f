"""A Step becomes rows: filing, event, state, decision, conditions, notices; only casework.py calls it, in its transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, inspect, select, update
from sqlalchemy.dialects.postgresql import insert as upsert_postgresql
from sqlalchemy.dialects.sqlite import insert as upsert_sqlite
from sqlalchemy.orm import Session, make_transient, make_transient_to_detached

from declarations import marks, snapshot
from declarations.direct import run
from declarations.evidence.record import Entry, append
from declarations.filings import Submission, write_filing
from declarations.marks import Mark
from declarations.models import (
    Condition,
    Decider,
    Declaration,
    NamedPerson,
    NoticeRow,
    NumberSeries,
)
from declarations.people_in_question import holders
from workflows.case import Case, Stale, Step, World
from workflows.words import DECIDED, N_, Kind, Role, State

SERIES = {
    Kind.GIFT: "G",
    Kind.ENTERTAINMENT: "E",
    Kind.TRAVEL: "T",
    Kind.INTEREST: "I",
    Kind.CONFLICT: "C",
    Kind.DONATION: "D",
}

# Built once: building a statement costs more than running it.
_ROW = cast(Table, Declaration.__table__)
_BEGIN = insert(_ROW).returning(*_ROW.c)
_CHANGE = update(_ROW).where(_ROW.c.id == bindparam("row"))
_NAMED = select(NamedPerson.person_id).where(NamedPerson.declaration_id == bindparam("declaration"))
_NEXT = {
    name: upsert(cast(Table, NumberSeries.__table__))
    .values(series=bindparam("series"), last=1)
    .on_conflict_do_update(index_elements=["series"], set_={"last": NumberSeries.last + 1})
    .returning(NumberSeries.last)
    for name, upsert in (("postgresql", upsert_postgresql), ("sqlite", upsert_sqlite))
}
_DECIDED = insert(cast(Table, Decider.__table__))
_ASK = insert(cast(Table, Condition.__table__))
_TELL = insert(cast(Table, NoticeRow.__table__))


def write_step(
    session: Session,
    declaration: Declaration | None,
    step: Step,
    around: World,
    *,
    actor_id: int | None,
    submission: Submission | None = None,
    before: Case | None = None,
    seen: str | None = None,
) -> Declaration:
    """Write everything a Step says, in the lock order of the house. The caller commits. Returns the declaration.

    `submission` is what the step files, if it files anything; a declaration that does not exist yet begins with it. `before` is
    the case the step started from, whose assessment holds where the step makes none. `seen` is the digest of what the actor saw.
    """
    now = around.now
    if declaration is None:
        assert submission is not None
        declaration = _begin(session, submission, around)
    committed: dict[str, str] = {}
    with session.no_autoflush:  # the event comes before the state it explains, and the row is written once
        if submission is not None:
            assessment = step.assessment or (before.assessment if before else None)
            assert assessment is not None
            committed = write_filing(session, declaration, submission, assessment, around, actor_id or submission.declarant.id)
        _apply(declaration, step, now)
        sequence = _record(session, declaration, step, around, actor_id, seen, committed)
        _change(session, declaration)
    session.flush()
    _remember_decision(session, declaration, step, sequence, now)
    _notify(session, declaration, step, around, now)
    return declaration


def _begin(session: Session, submission: Submission, around: World) -> Declaration:
    """An empty declaration with its number; it has no state but "draft" until the first event explains another."""
    facts, declarant, draft = submission.facts, submission.declarant, submission.draft
    year = around.now.astimezone(around.company.zone).year
    values = {
        "number": next_number(session, f"{SERIES[facts.kind]}-{year}"),
        "kind": facts.kind.value,
        "state": State.DRAFT.value,
        "version": 0,
        "title": "",
        "company_id": around.company.id,
        "declarant_id": declarant.id,
        "prepared_by_id": draft.prepared_by_id if draft else None,
        "counterparty_class": facts.counterparty_class,
        "occurred_on": facts.occurred_on or facts.filed_on,
        "value_basis": facts.value_basis.value,
        "base_currency": around.company.currency,
        "disposition": facts.disposition.value,
        "outcome": 0,
        "filing": 0,
        "marks": 0,
        "filed_at": around.now,
        "changed_at": around.now,
        "imported_from": submission.imported_from,
    }
    row = run(session, _BEGIN, values | ({"public_id": draft.public_id} if draft else {})).one()
    declaration = Declaration(**row._asdict())
    _written(session, declaration)
    return declaration


def _change(session: Session, declaration: Declaration) -> None:
    """Write what has become different of the row; the ORM's own way takes twice as long as all the rest of it."""
    before = inspect(declaration).committed_state
    different = {name: value for name in before if (value := getattr(declaration, name)) != before[name]}
    if different:
        run(session, _CHANGE, {"row": declaration.id, **different})
    make_transient(declaration)
    _written(session, declaration)


def _written(session: Session, declaration: Declaration) -> None:
    """Let the session know that what is in the database is just what is here."""
    make_transient_to_detached(declaration)
    session.add(declaration)


def next_number(session: Session, series: str) -> str:
    """The next number of a series, without gaps: the row stays locked until the transaction ends."""
    last: int = run(session, _NEXT[session.get_bind().dialect.name], {"series": series}).scalar_one()
    return f"{series}-{last:04d}"


def _apply(declaration: Declaration, step: Step, now: datetime) -> None:
    """The declaration after the step."""
    turn = step.assignment
    declaration.state = step.state.value
    declaration.version += 1
    declaration.changed_at = now
    if step.assessment is not None:
        declaration.prohibited = step.assessment.outcome.slug == "prohibited"
    declaration.review = int(turn.review) if turn else None
    declaration.assignee_id = turn.person_id if turn else None
    declaration.assigned_for_id = turn.for_id if turn else None
    declaration.pool_company_id = turn.pool_company_id if turn else None
    declaration.returns_to = int(step.returns_to) if step.returns_to else None
    declaration.escalated = " ".join(review.slug for review in sorted(step.escalated))
    declaration.due_on = step.due_on
    declaration.urgent_on = step.urgent_on
    declaration.reminded = step.reminded
    declaration.timing = step.timing.value if step.timing else None
    declaration.decided_at = now if step.state in DECIDED and step.decided else declaration.decided_at
    if step.inputs.ended_on is not None:
        declaration.ends_on = step.inputs.ended_on
    declaration.marks = marks.after(declaration, step)


def _record(
    session: Session,
    declaration: Declaration,
    step: Step,
    around: World,
    actor_id: int | None,
    seen: str | None,
    committed: Mapping[str, str],
) -> int:
    """The event, with personal values committed to only; written before the declaration's new state, which it explains.

    Returns its sequence in the declaration's chain.
    """
    entry = Entry(
        stream=f"declaration/{declaration.public_id}",
        action=step.event,
        at=around.now,
        role=step.acting_role.value,
        actor_id=actor_id,
        on_behalf_of_id=step.on_behalf_of,
        company_id=declaration.company_id,
        declaration_id=declaration.id,
        state_from=step.state_from.value,
        state_to=step.state.value,
        policy_digest=around.policy.digest,
        seen_digest=seen,
        public=_told_openly(declaration, step),
        personal=_committed_to(declaration, step),
        committed=committed,
    )
    return append(session, entry, begins=declaration.version == 1).sequence


def _told_openly(declaration: Declaration, step: Step) -> dict[str, Any]:
    """What the event says in so many words: numbers, days and keys, nothing personal."""
    turn = step.assignment
    return {
        "number": declaration.number,
        "filing": declaration.filing,
        "review": step.decided.review.slug if step.decided else None,
        "turn": turn.review.slug if turn else None,
        "assignee": turn.person_id if turn else None,
        "assigned_for": turn.for_id if turn else None,
        "pool": turn.pool_company_id if turn else None,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "timing": step.timing.value if step.timing else None,
        "told_to": step.inputs.disposition,
        "ended_on": step.inputs.ended_on.isoformat() if step.inputs.ended_on else None,
        "condition": step.inputs.condition_id,
    }


def _committed_to(declaration: Declaration, step: Step) -> dict[str, Any]:
    """What the event holds a salted digest of, and no more: the row as it became, and what people wrote."""
    turn, inputs = step.assignment, step.inputs
    personal: dict[str, Any] = {"row": snapshot.row_of(declaration)}
    if inputs.reason and step.acting_role is not Role.CLOCK:
        personal["reason"] = inputs.reason
    if inputs.conditions:
        personal["conditions"] = [{"text": text, "due_on": due.isoformat()} for text, due in inputs.conditions]
    if turn and turn.passed_over:
        personal["passed_over"] = [{"person": p.person_id, "reason": p.reason} for p in turn.passed_over]
    return personal


def _remember_decision(session: Session, declaration: Declaration, step: Step, sequence: int, now: datetime) -> None:
    if step.decided is not None:
        decided = {
            "declaration_id": declaration.id,
            "person_id": step.decided.by,
            "on_behalf_of_id": step.decided.on_behalf_of,
            "review": int(step.decided.review),
            "action": step.decided.action.value,
            "filing": step.decided.filing,
            "content": step.decided.content,
            "at": step.decided.at,
            "event_sequence": sequence,
        }
        run(session, _DECIDED, decided)
    if step.inputs.condition_id is not None:
        _meet(session, declaration, step.inputs.condition_id, now)
    if step.inputs.conditions:
        of = {"declaration_id": declaration.id, "event_sequence": sequence, "owner_id": declaration.declarant_id}
        run(session, _ASK, [{**of, "text": text, "due_on": due} for text, due in step.inputs.conditions])


def _meet(session: Session, declaration: Declaration, condition_id: int, at: datetime) -> None:
    """A condition of this declaration, and none that was met before, is met now."""
    condition = session.get(Condition, condition_id)
    if condition is None or condition.declaration_id != declaration.id or condition.met_at is not None:
        raise Stale("already_met", N_("This condition is met already, or is not one of this declaration."))
    condition.met_at = at
    conditions = session.scalars(select(Condition).where(Condition.declaration_id == declaration.id)).all()
    declaration.marks = declaration.marks & ~(Mark.OPEN | Mark.MET_LATE) | marks.of_conditions(conditions)


def _notify(session: Session, declaration: Declaration, step: Step, around: World, now: datetime) -> None:
    """One outbox row for each person to tell; a pool is every officer of that company, save the declarant and the named."""
    told = {(notice.person_id, notice.template) for notice in step.notices if notice.person_id is not None}
    pools = {(notice.pool_company_id, notice.template) for notice in step.notices if notice.person_id is None}
    for pool, template in pools - {(None, template) for _, template in pools}:
        assert pool is not None
        told |= {(person, template) for person in _fit(session, declaration, around, pool)}
    if told:
        params = {"number": declaration.number, "declaration": declaration.public_id}
        of = {"declaration_id": declaration.id, "params": params, "created_at": now, "next_try_at": now}
        run(session, _TELL, [{**of, "person_id": person, "template": template} for person, template in sorted(told)])


def _fit(session: Session, declaration: Declaration, around: World, pool: int) -> set[int]:
    named = run(session, _NAMED, {"declaration": declaration.id}).scalars()
    officers = holders(session, Role.COMPLIANCE_OFFICER, [pool])[pool]
    return {*officers} - {declaration.declarant_id, *named} - around.org.interested
