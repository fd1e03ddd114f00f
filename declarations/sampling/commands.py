"""Drawing a sample and taking its work paper: each is written down in the record, with how anybody can draw it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import Entry, append, iso
from declarations.extensions import db, writing
from declarations.models import Register, RegisterSample, SampleRequest
from declarations.registers import queries as registers
from declarations.registers.commands import Unconfirmed
from declarations.sampling import queries
from declarations.sampling.drawing import Drawn, How, Item, Method
from declarations.sampling.population import Population, column_of, drawn_from, facts_of
from declarations.sampling.work_paper import Scope, write_work_paper
from declarations.sign_in.sessions import confirmed_recently
from declarations.viewer import Viewer
from workflows.case import Invalid
from workflows.words import N_, Role

MOST, LONGEST_SEED = 1_000, 60
AT_ONCE = 20_000  # lines up to which a sample is drawn while the page waits: a second and a half by risk, the slowest way


@dataclass(frozen=True)
class By:
    """Who draws or takes, in which role; nobody by name at the command line."""

    person_id: int | None
    role: str


@dataclass(frozen=True)
class Paper:
    """A work paper on its way to whoever fills it in."""

    content: bytes
    filename: str


def draw_sample(*, viewer: Viewer, register_id: str, method: Method, size: int, seed: str) -> str:
    """Draw out of the register with that public id, and return the sample's; the same one if it was drawn just so before.

    Out of a large register it is only asked for, and the worker draws it (`asked.py`); the id is the one that it will have.
    Raises NotFound if the register is not the viewer's to see or has no lines, Invalid for a size or seed that cannot be,
    Refused if the lines are not the sealed ones.
    """
    check(size, seed)
    session = db.session()
    register = registers.register(session, viewer, register_id)
    how = How(method, size, seed.strip())
    drawn = queries.same(session, register, how)
    if drawn is not None:
        return drawn
    if (register.lines or 0) > AT_ONCE:
        return _ask(viewer, register_id, how)
    return draw_now(register_id, how, By(viewer.person_id, _role(viewer, register)))


def _ask(viewer: Viewer, register_id: str, how: How) -> str:
    """Ask for a sample, unless it is asked for; one that was given up is asked for anew."""
    with writing() as session:
        register = registers.register(session, viewer, register_id)
        _one_at_a_time(session, register)
        for before in queries.asked_for(session, register, how):
            if before.failed is None:
                return before.public_id
            session.delete(before)
        row = SampleRequest(register_id=register.id, method=how.method.value, size=how.size, seed=how.seed)
        row.asked_by_id, row.asked_as, row.asked_at = viewer.person_id, _role(viewer, register), clock.now()
        session.add(row)
        session.flush()
        return row.public_id


def draw_now(
    register_id: str,
    how: How,
    by: By,
    request_id: str | None = None,
    heard: Callable[[float], None] = lambda share: None,
) -> str:
    """Draw, and keep the sample with its event; returns its public id, or that of one drawn just so before.

    `request_id` is of the request it answers, which is gone then. `heard` is told how far it is, from 0 to 1. Raises NotFound and
    Refused as `draw_sample` does.
    """
    assert by.person_id is not None
    register = queries.any_register(db.session(), register_id)
    population, drawn = drawn_from(register, method=how.method, size=how.size, seed=how.seed, heard=heard)
    db.session.rollback()
    with writing() as session:
        register = queries.any_register(session, register_id)
        _one_at_a_time(session, register)
        if request_id is not None:
            session.execute(delete(SampleRequest).where(SampleRequest.public_id == request_id))
        before = queries.same(session, register, how)
        if before is not None:
            return before
        row = RegisterSample(register_id=register.id, method=how.method.value, size=how.size, seed=how.seed)
        if request_id is not None:
            row.public_id = request_id
        row.lines_sha256, row.entries, row.value_minor = register.lines_sha256 or "", population.entries, population.value_minor
        row.without_value, row.currency, row.interval_minor = population.without_value, population.currency, drawn.interval_minor
        row.drawn, row.drawn_by_id, row.drawn_at = kept(drawn), by.person_id, clock.now()
        session.add(row)
        session.flush()
        _record(session, register, "register:sampled", by, facts(register, population, drawn, how), row.drawn_at)
        return row.public_id


def _one_at_a_time(session: Session, register: Register) -> None:
    """Two who draw just so at the same moment meet here."""
    session.scalars(select(Register.id).where(Register.id == register.id).with_for_update(key_share=True)).one()


def take(*, viewer: Viewer, register_id: str, sample_id: str, language: str) -> Paper:
    """Note that the viewer takes the work paper, and give it to them in `language`. As with the register itself, the password
    must have been typed lately.

    Raises NotFound if it is not theirs to see, Unconfirmed if the password was typed too long ago, Refused as `draw_sample`.
    """
    register = registers.register(db.session(), viewer, register_id)
    sample = queries.sample(db.session(), register, sample_id)
    if viewer.confirmed_at is None or not confirmed_recently(viewer, clock.now()):
        raise Unconfirmed
    rows = facts_of(register, {one["number"] for one in sample.drawn})
    name = queries.drawer(db.session(), sample)
    with TemporaryDirectory() as folder:
        content = write_work_paper(Scope.of(sample, name, language), sample.drawn, rows, folder=Path(folder))
    filename = f"sample-{register.company.key}-{register.first_on}-{register.last_on}-{sample.method}-{sample.size}.xlsx"
    db.session.rollback()
    with writing() as session:
        register = registers.register(session, viewer, register_id)
        more = {"sample": sample_id, "confirmed_at": iso(viewer.confirmed_at)}
        by = By(viewer.person_id, _role(viewer, register))
        _record(session, register, "register:sample_downloaded", by, more, clock.now())
    return Paper(content, filename)


def check(size: int, seed: str) -> None:
    """Raises Invalid for a size or seed that cannot be."""
    if not 1 <= size <= MOST:
        raise Invalid("size", N_("Write a number from 1 to 1,000."), {"size": N_("Write a number from 1 to 1,000.")})
    if not seed.strip() or len(seed) > LONGEST_SEED or not seed.isprintable():
        words = N_("Write up to 60 letters and digits.")
        raise Invalid("seed", words, {"seed": words})


def kept(drawn: Drawn) -> list[dict[str, Any]]:
    """What was drawn, as it is kept with the sample: nothing personal."""
    return [_kept(item, item.number in drawn.certain) for item in drawn.items]


def _kept(item: Item, certain: bool) -> dict[str, Any]:
    return {
        "number": item.number,
        "line": item.digest,
        "minor": str(item.minor),  # JSON's numbers end at 2**53
        "risks": list(item.risks),
        "weight": item.weight,
        "certain": certain,
    }


def facts(register: Register, population: Population, drawn: Drawn, how: How) -> dict[str, Any]:
    """What the record says of a sample: enough to draw it again, and to see that it is the same."""
    return {
        "method": how.method.value,
        "size": how.size,
        "seed": how.seed,
        "lines_sha256": register.lines_sha256,
        "entries": population.entries,
        "column": column_of(register),
        "value_minor": str(population.value_minor),
        "interval_minor": None if drawn.interval_minor is None else str(drawn.interval_minor),
        "drawn": [item.digest for item in drawn.items],
    }


def note_from_the_host(*, register_id: str, said: dict[str, Any]) -> None:
    """Write down that a sample was drawn at the command line."""
    with writing() as session:
        register = queries.any_register(session, register_id)
        _record(session, register, "register:sampled", By(None, Role.ADMINISTRATOR.value), said, clock.now())


def _role(viewer: Viewer, register: Register) -> str:
    """In which role they look at it."""
    held = viewer.holds(Role.INTERNAL_AUDITOR, register.company_id)
    return (Role.INTERNAL_AUDITOR if held else Role.COMPLIANCE_OFFICER).value


def _record(session: Session, register: Register, action: str, by: By, public: dict[str, Any], at: datetime) -> None:
    entry = Entry(
        stream=f"register/{register.public_id}",
        action=action,
        at=at,
        role=by.role,
        actor_id=by.person_id,
        company_id=register.company_id,
        public=public,
    )
    append(session, entry)
