"""Every assessment ever kept is worked out anew from what its filing pinned, and must come out the same.

Pinned are the facts, the policy's digest, the company and the rates; what else had been declared, and who belonged together, is read
out of the record as it stood at that very event.
"""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import snapshot, world
from declarations.evidence.moment import Moments, Past, history
from declarations.models import Company, Declaration, Filing
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.assessment import Assessment
from workflows.policy.in_force import day_in_force

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One filing, and what comes out differently now; nothing where it agrees."""

    number: str
    filing: int
    differs: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.number}, filing {self.filing}: {', '.join(self.differs)}"


def replay(session: Session, progress: Progress, number: str | None = None) -> Iterator[Replayed]:
    """Every filing replayed, person by person, or those of one declaration. `progress` hears how many people of how many are done."""
    moments = Moments(session)
    query = select(Declaration.declarant_id).distinct().order_by(Declaration.declarant_id)
    declarants = session.scalars(query if number is None else query.where(Declaration.number == number)).all()
    for done, declarant in enumerate(declarants, 1):
        for each in _of(moments, declarant):
            if number is None or each.number == number:
                yield each
        session.expunge_all()  # memory does not grow with the record
        progress(done, len(declarants))


def replay_some(session: Session, filings: Iterable[int]) -> Iterator[Replayed]:
    """The filings with these ids replayed."""
    moments = Moments(session)
    chosen = select(Declaration.declarant_id, Filing.declaration_id, Filing.sequence).join(
        Filing, Filing.declaration_id == Declaration.id
    )
    wanted: dict[int, set[tuple[int, int]]] = {}
    for declarant, declaration, sequence in session.execute(chosen.where(Filing.id.in_(list(filings)))):
        wanted.setdefault(declarant, set()).add((declaration, sequence))
    for declarant, pairs in sorted(wanted.items()):
        yield from _of(moments, declarant, pairs)
        session.expunge_all()


def _of(moments: Moments, declarant_id: int, wanted: Container[tuple[int, int]] | None = None) -> Iterator[Replayed]:
    """What one person filed, or the `wanted` filings of it (declaration and sequence), each among what they had declared by then."""
    filed = (
        select(Filing, Declaration.number)
        .join(Declaration, Declaration.id == Filing.declaration_id)
        .where(Declaration.declarant_id == declarant_id)
    )
    filings = {(filing.declaration_id, filing.sequence): (filing, name) for filing, name in moments.session.execute(filed)}
    standing: dict[int, Past] = {}
    for declaration_id, past in history(moments.session, declarant_id):
        found = filings.get((declaration_id, past.files or 0))
        if found is not None and (wanted is None or (declaration_id, found[0].sequence) in wanted):
            filing, name = found
            others = {number: each for number, each in standing.items() if number != declaration_id}
            yield Replayed(name, filing.sequence, _differences(moments, filing, past, others))
        standing[declaration_id] = past


def _differences(moments: Moments, filing: Filing, past: Past, others: dict[int, Past]) -> tuple[str, ...]:
    if past.row is None or any(each.row is None for each in others.values()):
        return ("what it was assessed among has been erased",)
    kept = snapshot.assessment_from(filing.assessment)
    again = _again(moments, filing, past, others, kept)
    if again is None:
        return ("its policy is not there any more",)
    return tuple(each.name for each in fields(Assessment) if getattr(kept, each.name) != getattr(again, each.name))


def _again(moments: Moments, filing: Filing, past: Past, others: dict[int, Past], kept: Assessment) -> Assessment | None:
    """The assessment worked out anew; None if the policy it names cannot be found."""
    assert past.row is not None
    facts = snapshot.facts_from(filing.facts)
    company_id = past.row["company_id"]
    pinned, on = filing.organisation.get("policies"), day_in_force(facts)
    policy = moments.joined(pinned, on) if pinned else moments.policy(filing.policy_digest, company_id, on)
    if policy is None:
        return None
    row = moments.session.get_one(Company, company_id)
    company = replace(world.company_facts(row, filing.filed_at), currency=past.row["base_currency"])
    items = moments.items(others, facts, past.event_id, policy, company_id, filing.declaration_id)
    rates = moments.rates(quotes_needed(facts, items, policy, company), past.event_id, kept, facts)
    return assess(facts, items=items, policy=policy, rates=rates, company=company)
