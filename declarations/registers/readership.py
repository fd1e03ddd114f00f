"""Who has read which register, who has signed that they did, who was reminded; everything here only reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.models import (
    NamedPerson,
    Person,
    Register,
    RegisterChase,
    RegisterRecipient,
    RegisterSchedule,
    RegisterSignOff,
)
from declarations.registers import queries
from declarations.registers.readers import READERS, entitled_somewhere, reach, recipients
from declarations.registers.scopes import names, scope_of
from declarations.viewer import Viewer

LATEST = 60  # lines of the overview


@dataclass(frozen=True)
class SignOff:
    """Somebody signed that they read a register (number 1), or added to it; `findings` is what they wrote, if anything."""

    register_id: int
    person_id: int
    name: str
    number: int
    at: datetime
    findings: str | None


@dataclass(frozen=True)
class Followed:
    """A register nobody had taken was followed up: 1 its readers, 2 other auditors, 3 compliance."""

    step: int
    at: datetime


@dataclass(frozen=True)
class Version:
    """Which building of the same days this is, of how many; where there is a newer one, it, and whether it holds the same rows."""

    number: int
    of: int
    newest: str | None = None
    newest_at: datetime | None = None
    same_rows: bool = False


@dataclass(frozen=True)
class Reader:
    """How far one reader of a register is; None for what they have not done."""

    name: str
    taken_at: datetime | None
    signed_at: datetime | None
    findings: bool


@dataclass(frozen=True)
class Line:
    """One scheduled register, and how far each of those who get it is."""

    register: Register
    readers: Sequence[Reader]
    followed: Sequence[Followed]

    @property
    def unsigned(self) -> bool:
        """True while nobody has signed that they read it."""
        return not any(one.signed_at for one in self.readers)


def sign_offs(session: Session, registers: Sequence[Register]) -> dict[int, list[SignOff]]:
    """What was signed about each of these registers, in the order of time."""
    found: dict[int, list[SignOff]] = {row.id: [] for row in registers}
    rows = session.execute(
        select(
            RegisterSignOff.register_id,
            Person.id,
            Person.name,
            RegisterSignOff.number,
            RegisterSignOff.at,
            RegisterSignOff.findings,
        )
        .join(Person, Person.id == RegisterSignOff.person_id)
        .where(RegisterSignOff.register_id.in_(list(found)))
        .order_by(RegisterSignOff.id)
    )
    for row in rows:
        found[row.register_id].append(SignOff(*row))
    return found


def followed(session: Session, registers: Sequence[Register]) -> dict[int, list[Followed]]:
    """How each of these registers was followed up, in the order of time."""
    found: dict[int, list[Followed]] = {row.id: [] for row in registers}
    rows = session.scalars(select(RegisterChase).where(RegisterChase.register_id.in_(list(found))).order_by(RegisterChase.step))
    for row in rows:
        found[row.register_id].append(Followed(row.step, row.at))
    return found


def versions(session: Session, viewer: Viewer, registers: Sequence[Register]) -> dict[int, Version]:
    """Which version of its days each of these registers is, among the built ones of the same readers and language."""
    built = session.execute(
        select(
            Register.id,
            Register.public_id,
            Register.company_id,
            Register.first_on,
            Register.last_on,
            Register.only_for_id,
            Register.language,
            Register.built_at,
            Register.lines_sha256,
        )
        .where(
            queries.visible(viewer),
            Register.built_at.is_not(None),
            Register.company_id.in_({row.company_id for row in registers}),
            Register.first_on.in_({row.first_on for row in registers}),
        )
        .order_by(Register.built_at, Register.id)
    ).all()
    found = {}
    for row in registers:
        key = (row.company_id, row.first_on, row.last_on, row.only_for_id, row.language)
        same = [other for other in built if tuple(other[2:7]) == key]
        number = next((place for place, other in enumerate(same, 1) if other.id == row.id), 0)
        if number == len(same) or not number:
            found[row.id] = Version(number, len(same))
        else:
            newest = same[-1]
            alike = row.lines_sha256 is not None and newest.lines_sha256 == row.lines_sha256
            found[row.id] = Version(number, len(same), newest.public_id, newest.built_at, alike)
    return found


def overview(session: Session, viewer: Viewer) -> list[Line]:
    """Every scheduled register the viewer may see, the newest first, with all who get it and how far they are."""
    rows = [row for row in queries.registers(session, viewer) if row.schedule_id is not None and row.built_at is not None]
    rows = rows[:LATEST]
    taken, signed, chased = queries.downloads(session, rows), sign_offs(session, rows), followed(session, rows)
    people = _people(session, rows)
    for row in rows:
        people[row.id] |= {one.person_id for one in taken[row.id]} | {one.person_id for one in signed[row.id]}
    called = _names(session, set().union(*people.values()))
    return [
        Line(
            row,
            _readers([one for one in called if one[0] in people[row.id]], taken[row.id], signed[row.id]),
            chased[row.id],
        )
        for row in rows
    ]


def _people(session: Session, rows: Sequence[Register]) -> dict[int, set[int]]:
    """Who gets each of these scheduled registers: asked once a schedule, and whether it names them only of those named at all."""
    gets = {row.schedule_id: recipients(session, row.schedule_id, row.company_id) for row in rows if row.schedule_id is not None}
    everybody = set[int]().union(*gets.values())
    named = set(session.scalars(select(NamedPerson.person_id).where(NamedPerson.person_id.in_(sorted(everybody))).distinct()))
    return {
        row.id: {one for one in gets[row.schedule_id] if one not in named or not names(session, scope_of(row), one)}
        for row in rows
        if row.schedule_id is not None
    }


def _readers(people: Sequence[tuple[int, str]], taken: Sequence[queries.Download], signed: Sequence[SignOff]) -> list[Reader]:
    first_taken = {one.person_id: one.at for one in taken}  # the latest come first, so the first one stays
    first_signed = {one.person_id: one.at for one in signed if one.number == 1}
    found = {one.person_id for one in signed if one.findings}
    return [Reader(name, first_taken.get(number), first_signed.get(number), number in found) for number, name in people]


def offered(session: Session, viewer: Viewer) -> list[tuple[int, str]]:
    """Who can be chosen to get registers of the viewer's companies, by name."""
    return _names(session, entitled_somewhere(session, reach(viewer), READERS))


def chosen(session: Session, schedules: Sequence[RegisterSchedule]) -> dict[int, list[str]]:
    """The names of those whom each schedule names; none where all auditors get it."""
    found: dict[int, list[str]] = {row.id: [] for row in schedules}
    rows = session.execute(
        select(RegisterRecipient.schedule_id, Person.name)
        .join(Person, Person.id == RegisterRecipient.person_id)
        .where(RegisterRecipient.schedule_id.in_(list(found)))
        .order_by(Person.name)
    )
    for schedule_id, name in rows:
        found[schedule_id].append(name)
    return found


def _names(session: Session, people: Iterable[int]) -> list[tuple[int, str]]:
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(sorted(people))).order_by(Person.name))
    return [(row.id, row.name) for row in rows]
