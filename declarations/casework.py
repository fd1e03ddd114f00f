"""The one hand that writes declarations: lock the row, build Case and World, advance, write all of it, commit once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Table, bindparam, delete, select, update
from sqlalchemy.orm import Session, joinedload

from declarations import clock, counterparties, rechecking, snapshot, world
from declarations.circumstances import keyed, looked_up
from declarations.counterparties import NewCounterparty
from declarations.direct import run
from declarations.earlier_items import hold_keys
from declarations.errors import Changed, NotFound
from declarations.extensions import writing
from declarations.filings import Submission
from declarations.ledger import write_step
from declarations.models import Attachment, Counterparty, Declaration, Draft, ImportedRow, Person
from declarations.viewer import Viewer, as_of_now
from declarations.visibility import visible_to
from workflows import advance
from workflows.case import Actor, Case, Inputs, Refused, Step, World
from workflows.facts import Facts
from workflows.policy.assess import assess
from workflows.policy.assessment import Assessment
from workflows.words import N_, Action, Role, State

# Built once: building a statement costs more than running it.
_SIGNED = (
    select(Draft).where(Draft.public_id == bindparam("draft"), Draft.owner_id == bindparam("owner")).with_for_update(of=Draft)
)
_DECLARANT = (
    select(Person)
    .where(Person.id == bindparam("person"))
    .options(joinedload(Person.manager).lazyload(Person.company))
    .with_for_update(of=Person, key_share=True)
)
_BY_ADDRESS, _BY_ID = (
    select(Declaration).where(which).with_for_update(of=Declaration, key_share=True)
    for which in (Declaration.public_id == bindparam("which"), Declaration.id == bindparam("which"))
)
_FIRM = select(Counterparty.id, Counterparty.group_id, Counterparty.class_.label("class_"), Counterparty.country).where(
    Counterparty.id == bindparam("firm")
)
_HAND_OVER = (
    update(cast(Table, Attachment.__table__))
    .where(Attachment.draft_id == bindparam("draft"))
    .values(declaration_id=bindparam("declaration"), draft_id=None)
)
_FORGET = delete(cast(Table, Draft.__table__)).where(Draft.id == bindparam("draft"))


@dataclass(frozen=True)
class Preview:
    """What would happen if it were filed now; `step` is None where the policy says it cannot be filed as it is."""

    assessment: Assessment
    step: Step | None
    world: World
    sentence: str = ""


@dataclass(frozen=True)
class ImportRow:
    """One row of an old register: who, what, and where it stood, so that a second run finds it again."""

    declarant_id: int
    facts: Facts
    answers: Mapping[str, str]
    counterparty: NewCounterparty | None
    digest: str
    source: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Act:
    """One step on a declaration: `action` by `actor`, who saw it at `seen_version`. With `facts` a new filing is made."""

    public_id: str
    action: Action
    actor: Viewer
    seen_version: int
    seen_digest: str | None = None
    inputs: Inputs = field(default_factory=Inputs)
    facts: Facts | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    draft_public_id: str | None = None
    new_counterparty: NewCounterparty | None = None


def preview(
    session: Session, *, declarant: Person, facts: Facts, prepared_by_id: int | None = None, besides: int | None = None
) -> Preview:
    """The policy's answer and the route for `facts`, computed by the same door as filing. Writes nothing."""
    now = clock.now()
    facts = _naming_the_manager(keyed(facts), declarant)
    around = world.world_of(session, company_id=declarant.company_id, facts=facts, now=now, besides=besides)
    facts = looked_up(session, facts, declarant, around.policy)
    actor = Actor(declarant.id, frozenset({Role.DECLARANT}))
    try:
        case = Case(State.DRAFT, facts, prepared_by_id=prepared_by_id)
        step = advance(case, Action.FILE, actor, around, facts=facts)
    except Refused as refusal:
        answer = assess(facts, items=around.items, policy=around.policy, rates=around.rates, company=around.company)
        return Preview(answer, None, around, refusal.sentence)
    assert step.assessment is not None
    return Preview(step.assessment, step, around)


def file(
    *, draft_public_id: str, actor: Viewer, facts: Facts, answers: Mapping[str, str], new_counterparty: NewCounterparty | None
) -> str:
    """File the draft as a declaration and return its public id, the draft's own; a second click returns the same.

    Raises NotFound if the draft is not the actor's to sign, Invalid where the policy cannot take it as it is.
    """
    with writing() as session:
        draft = session.scalars(_SIGNED, {"draft": draft_public_id, "owner": actor.person_id}).one_or_none()
        if draft is None:
            return _already_filed(session, draft_public_id, actor.person_id)
        now = clock.now()
        person = _lock_person(session, actor.person_id)
        facts = _naming_the_manager(_with_counterparty(session, facts, new_counterparty, actor.person_id, now), person)
        hold_keys(session, facts)
        around = world.world_of(session, company_id=person.company_id, facts=facts, now=now)
        facts = looked_up(session, facts, person, around.policy)
        who = Actor(person.id, frozenset({Role.DECLARANT}))
        case = Case(State.DRAFT, facts, prepared_by_id=draft.prepared_by_id)
        step = advance(case, Action.FILE, who, around, facts=facts)
        submission = Submission(facts, answers, person, draft)
        declaration = write_step(session, None, step, around, actor_id=person.id, submission=submission)
        rechecking.reopen(session, declaration, around, before=None, actor_id=person.id)
        _take_over(session, draft, declaration)
        return declaration.public_id


def act(command: Act) -> Step:
    """Do what `command` says, and commit.

    Raises NotFound for what the actor may not see, Changed if it moved on meanwhile, Forbidden, Stale or Invalid by the rules.
    """
    with writing() as session:
        return act_in(session, command)


def act_in(session: Session, command: Act) -> Step:
    """The same as `act` inside the caller's transaction, for a command that does more than this; nothing here commits."""
    declaration = session.scalars(_BY_ADDRESS, {"which": command.public_id}).one_or_none()
    now, facts = clock.now(), command.facts
    actor = as_of_now(session, command.actor, now)  # a role or a substitution may have ended while waiting for the lock
    if declaration is None or not _may_see(session, declaration, actor):
        raise NotFound
    if declaration.version != command.seen_version or (command.seen_digest and command.seen_digest != seen(session, declaration)):
        raise Changed(
            N_("Somebody did something with it since you opened the page. Nothing of yours was saved."), command.public_id
        )
    declarant = _lock_person(session, declaration.declarant_id) if facts else None
    if facts is not None and declarant is not None:
        facts = _with_counterparty(session, facts, command.new_counterparty, actor.person_id, now)
        facts = _naming_the_manager(facts, declarant)
        hold_keys(session, facts)
    case = world.case_of(session, declaration)
    around = world.world_around(session, declaration, facts or case.facts, now)
    facts = looked_up(session, facts, declarant, around.policy) if facts and declarant else None
    step = advance(case, command.action, _actor(actor, declaration), around, command.inputs, facts)
    draft = _own_draft(session, command.draft_public_id, actor.person_id) if command.draft_public_id else None
    submission = Submission(facts, command.answers, declarant, draft) if facts and declarant else None
    write_step(
        session,
        declaration,
        step,
        around,
        actor_id=actor.person_id,
        submission=submission,
        before=case,
        seen=command.seen_digest,
    )
    if facts is not None:
        rechecking.reopen(session, declaration, around, before=case, actor_id=actor.person_id)
    if draft is not None:
        _take_over(session, draft, declaration)
    return step


def by_clock(*, declaration_id: int, action: Action) -> Step | None:
    """Remind or escalate one declaration as the clock; None if it is no longer due."""
    with writing() as session:
        declaration = session.scalars(_BY_ID, {"which": declaration_id}).one_or_none()
        if declaration is None:
            return None
        clockwork = Actor(None, frozenset({Role.CLOCK}))
        try:
            case = world.case_of(session, declaration)
            around = world.world_around(session, declaration, case.facts, clock.now())
            step = advance(case, action, clockwork, around)
        except Refused:
            return None
        write_step(session, declaration, step, around, actor_id=None)
        return step


def record_import(*, company_id: int, rows: list[ImportRow], by: int | None) -> list[str]:
    """Land rows of an old register as recorded declarations in one transaction; rows that landed before are left alone.

    Returns the numbers given. The label says imported: nobody here approved it.
    """
    numbers: list[str] = []
    with writing() as session:
        now = clock.now()
        known = set(session.scalars(select(ImportedRow.digest).where(ImportedRow.company_id == company_id)))
        for row in rows:
            if row.digest in known:
                continue
            known.add(row.digest)
            person = session.get_one(Person, row.declarant_id)
            facts = _naming_the_manager(_with_counterparty(session, row.facts, row.counterparty, by, now), person)
            around = world.world_of(session, company_id=company_id, facts=facts, now=now)
            facts = looked_up(session, facts, person, around.policy, imported=True)
            who = Actor(by, frozenset({Role.COMPLIANCE_OFFICER}))
            step = advance(Case(State.DRAFT, facts), Action.IMPORT, who, around, facts=facts)
            submission = Submission(facts, row.answers, person, imported_from=row.source[:64])
            declaration = write_step(session, None, step, around, actor_id=by, submission=submission)
            session.add(
                ImportedRow(
                    company_id=company_id,
                    digest=row.digest,
                    source=row.source,
                    line=row.line,
                    result="declaration",
                    declaration_id=declaration.id,
                    imported_at=now,
                )
            )
            numbers.append(declaration.number)
    return numbers


def seen(session: Session, declaration: Declaration) -> str:
    """A digest of what a decider sees: the version, the facts and the findings."""
    filing = world.filing_of(session, declaration)
    return snapshot.digest_of({"version": declaration.version, "facts": filing.facts, "assessment": filing.assessment})


def actor_for(viewer: Viewer, declaration: Declaration) -> Actor:
    """The viewer as the rules see them on this declaration."""
    return _actor(viewer, declaration)


def _may_see(session: Session, declaration: Declaration, viewer: Viewer) -> bool:
    """Asked once the row is locked, and apart from locking it: what happened while waiting for the lock counts too."""
    rights = (viewer.person_id, viewer.stands_in_for, frozenset(viewer.roles.items()))
    return run(session, _openable(_Eyes(rights, viewer)), {"declaration": declaration.id}).scalar() is not None


@dataclass(frozen=True)
class _Eyes:
    """A viewer, told from others by nothing but what decides what they may open."""

    rights: tuple[object, ...]
    viewer: Viewer = field(compare=False)


@lru_cache(maxsize=256)
def _openable(eyes: _Eyes) -> Select[int]:
    return select(Declaration.id).where(Declaration.id == bindparam("declaration"), visible_to(eyes.viewer))


def _actor(viewer: Viewer, declaration: Declaration) -> Actor:
    roles = {role for role in viewer.roles if viewer.holds(role, declaration.company_id)}
    if viewer.person_id == declaration.declarant_id:
        roles.add(Role.DECLARANT)
    return Actor(viewer.person_id, frozenset(roles), viewer.stands_in_for)


def _already_filed(session: Session, public_id: str, person_id: int) -> str:
    filed = session.scalar(
        select(Declaration.public_id).where(Declaration.public_id == public_id, Declaration.declarant_id == person_id)
    )
    if filed is None:
        raise NotFound
    return filed


def _own_draft(session: Session, public_id: str, person_id: int) -> Draft | None:
    return session.scalars(select(Draft).where(Draft.public_id == public_id, Draft.owner_id == person_id)).one_or_none()


def _lock_person(session: Session, person_id: int) -> Person:
    """The declarant's row, locked: two filings of one person cannot slip past a total together.

    Not so hard as to stop others from pointing at the person: whoever files to a manager who is filing too would deadlock.
    """
    return session.scalars(_DECLARANT, {"person": person_id}).one()


def _with_counterparty(session: Session, facts: Facts, new: NewCounterparty | None, by_id: int | None, now: datetime) -> Facts:
    """Facts naming the counterparty they belong to: the one given, or the one found or created for a new name."""
    found: Any
    if new is not None:
        found = counterparties.find_or_create(session, new=new, by_id=by_id, now=now)
    elif facts.counterparty_id is not None:
        found = run(session, _FIRM, {"firm": facts.counterparty_id}).one()
    else:
        return keyed(facts)
    return keyed(
        replace(
            facts,
            counterparty_id=found.id,
            counterparty_group_id=found.group_id,
            counterparty_class=found.class_,
            country=facts.country or found.country,
        )
    )


def _naming_the_manager(facts: Facts, declarant: Person) -> Facts:
    """What concerns the declarant's manager names them, so that they neither see nor decide it in any other role they hold."""
    if facts.concerns_manager and declarant.manager_id is not None:
        return replace(facts, named=facts.named | {declarant.manager_id})
    return facts


def _take_over(session: Session, draft: Draft, declaration: Declaration) -> None:
    """The draft's files belong to the declaration now, and the draft is gone."""
    run(session, _HAND_OVER, {"declaration": declaration.id, "draft": draft.id})
    run(session, _FORGET, {"draft": draft.id})
