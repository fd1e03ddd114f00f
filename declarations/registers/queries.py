"""What the pages of registers show; everything here only reads, and only what the viewer may see."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, contains_eager

from declarations.errors import NotFound
from declarations.models import Company, Event, NamedPerson, Person, Register, RegisterDownload, RegisterSchedule
from declarations.registers.readers import reach
from declarations.registers.scopes import names, scope_of
from declarations.viewer import Viewer

LISTED = 100


@dataclass(frozen=True)
class Download:
    """Somebody took a register: its workbook, or the bundle with its proofs."""

    register_id: int
    person_id: int
    name: str
    at: datetime
    bundle: bool


def companies(session: Session, viewer: Viewer) -> list[tuple[int, str]]:
    """The companies whose registers the viewer may ask for, by name."""
    rows = session.execute(select(Company.id, Company.name).where(Company.id.in_(sorted(reach(viewer)))).order_by(Company.name))
    return [(row.id, row.name) for row in rows]


def registers(session: Session, viewer: Viewer) -> list[Register]:
    """The latest registers the viewer may see, the newest first."""
    rows = session.scalars(
        select(Register)
        .join(Register.company)
        .options(contains_eager(Register.company))
        .where(visible(viewer))
        .order_by(Register.id.desc())
        .limit(LISTED)
    ).all()
    return [row for row in rows if not _hidden(session, viewer, row)] if _is_named(session, viewer) else list(rows)


def unread(session: Session, viewer: Viewer) -> list[Register]:
    """Those of the latest built registers the viewer may see that they have not taken yet, the newest first."""
    taken = select(RegisterDownload.register_id).where(RegisterDownload.person_id == viewer.person_id)
    mine = set(session.scalars(taken))
    return [row for row in registers(session, viewer) if row.built_at is not None and row.id not in mine]


def register(session: Session, viewer: Viewer, public_id: str) -> Register:
    """One register. Raises NotFound if it does not exist or is not the viewer's to see."""
    row = session.scalars(select(Register).where(Register.public_id == public_id, visible(viewer))).one_or_none()
    if row is None or _hidden(session, viewer, row):
        raise NotFound
    return row


def schedules(session: Session, viewer: Viewer) -> Sequence[RegisterSchedule]:
    """The running schedules of the viewer's companies."""
    return session.scalars(
        select(RegisterSchedule)
        .join(RegisterSchedule.company)
        .options(contains_eager(RegisterSchedule.company))
        .where(RegisterSchedule.company_id.in_(sorted(reach(viewer))), RegisterSchedule.stopped_at.is_(None))
        .order_by(Company.name, RegisterSchedule.rhythm)
    ).all()


def downloads(session: Session, registers: Sequence[Register]) -> dict[int, list[Download]]:
    """Who took each of these registers, the latest first, as the record says it."""
    found: dict[int, list[Download]] = {row.id: [] for row in registers}
    streams = {f"register/{row.public_id}": row.id for row in registers}
    rows = session.execute(
        select(Event.stream, Person.id, Person.name, Event.at, Event.body)
        .join(Person, Person.id == Event.actor_id)
        .where(Event.stream.in_(list(streams)), Event.action == "register:downloaded")
        .order_by(Event.id.desc())
    )
    for stream, person_id, name, at, body in rows:
        bundle = json.loads(body)["public"].get("what") == "bundle"
        found[streams[stream]].append(Download(streams[stream], person_id, name, at, bundle))
    return found


def who_asked(session: Session, registers: Sequence[Register]) -> dict[int, str]:
    """The names of those who asked, by their id."""
    people = {row.asked_by_id for row in registers if row.asked_by_id is not None}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))))
    return {row.id: row.name for row in rows}


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """True for the registers of the viewer's companies that are everybody's or their own copies."""
    mine = or_(Register.only_for_id.is_(None), Register.only_for_id == viewer.person_id)
    return and_(Register.company_id.in_(sorted(reach(viewer))), mine)


def _is_named(session: Session, viewer: Viewer) -> bool:
    return (
        session.scalars(select(NamedPerson.declaration_id).where(NamedPerson.person_id == viewer.person_id).limit(1)).first()
        is not None
    )


def _hidden(session: Session, viewer: Viewer, row: Register) -> bool:
    """True if an entry of a complete register names the viewer: to them it does not exist, they have a copy without it."""
    return row.only_for_id is None and names(session, scope_of(row), viewer.person_id)
