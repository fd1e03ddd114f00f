"""A whole HR file comes in at once or not at all; the same file a second time changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from declarations import clock
from declarations.directory.chart import top_down
from declarations.directory.commands import hand_of
from declarations.directory.events import append_all, one_at_a_time, table_of, take_ids
from declarations.directory.people_file import Problem, read_people
from declarations.directory.people_plan import Directory, Person, Plan, plan
from declarations.directory.rows import COLUMNS, added, as_columns, changes
from declarations.evidence.hand import Hand
from declarations.extensions import writing
from declarations.models import Company
from declarations.models import Person as PersonRow

# Ending more than one in ten at once is more often a file cut short than a bad year.
MANY = 10


@dataclass(frozen=True)
class Report:
    """What an import did, or would do; `written` says which. Problems name lines and people."""

    rows: int
    added: int
    changed: int
    unchanged: int
    missing: tuple[str, ...]  # "Ben Carlsen (1007)": active, and not in the file
    ended: bool  # True if those were ended
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    written: bool


class _Undone(Exception):
    """Leaves the transaction without writing."""


def import_people(
    *, data: bytes, complete: bool = False, mend: bool = False, dry_run: bool = False, many_may_end: bool = False
) -> Report:
    """Bring in HR's file (see people_file.COLUMNS): everything, or nothing if any row is wrong.

    `complete`: the file names everybody, so whoever it misses had their last day yesterday. `mend`: people who report in a circle
    come in without a manager instead of stopping the file. `dry_run`: report only. `many_may_end`: see MANY.
    """
    file = read_people(data)
    made, written = Plan(), False
    try:
        with writing() as session:
            one_at_a_time(session)
            before = _directory(session)
            made = plan(file, before, take_ids=lambda count: take_ids(session, "person", count), complete=complete, mend=mend)
            if complete and not many_may_end and len(made.missing) * MANY > max(len(before.people), MANY):
                made.errors.append(_too_many(made, before))
            if made.errors or dry_run:
                raise _Undone
            _write(session, made, hand_of(None))
            written = True
    except _Undone:
        written = False
    return Report(
        rows=len(file.rows),
        added=len(made.new),
        changed=len(made.changed),
        unchanged=made.unchanged,
        missing=tuple(f"{person['name']} ({person['number']})" for person in made.missing),
        ended=complete,
        errors=tuple(made.errors),
        warnings=tuple(made.warnings),
        written=written,
    )


def _too_many(made: Plan, before: Directory) -> Problem:
    sentence = f"{len(made.missing)} of {len(before.people)} people are not in the file. If they all left, say so with --yes."
    return Problem(None, "", sentence)


def _directory(session: Session) -> Directory:
    columns = [getattr(PersonRow, name) for name in COLUMNS]
    people = {row.number: dict(row._mapping) for row in session.execute(select(*columns))}
    companies = {row.key: row.id for row in session.execute(select(Company.key, Company.id))}
    return Directory(people, companies, clock.now().astimezone(UTC).date())


def _write(session: Session, made: Plan, hand: Hand) -> None:
    """A handful of statements, however many people."""
    _free_addresses(session, made)
    by_id = {person["id"]: person for person in made.new}
    ordered = top_down({person["id"]: person["manager_id"] for person in made.new})
    if ordered:
        session.execute(insert(table_of(PersonRow)), [as_columns(by_id[person_id]) for person_id in ordered])
    if made.changed:
        _update(session, [as_columns(after) for _, after in made.changed])
    append_all(session, [added(person, hand) for person in made.new])
    events = [event for before, after in made.changed for event in changes(before, after, hand)]
    for action in ("person:changed", "person:manager_changed", "person:left"):
        append_all(session, [event for event in events if event.action == action])


def _update(session: Session, people: Sequence[Person]) -> None:
    """Write the columns given for each person, who is known by `id`."""
    table = table_of(PersonRow)
    names = [name for name in people[0] if name not in ("id", "public_id", "number")]
    statement = update(table).where(table.c.id == bindparam("known")).values({name: bindparam(f"to_{name}") for name in names})
    session.execute(statement, [{"known": person["id"]} | {f"to_{name}": person[name] for name in names} for person in people])


def _free_addresses(session: Session, made: Plan) -> None:
    """Who gives an address to somebody else in the same file lets go of it first, since no two rows may ever share one."""
    wanted: set[str] = {person["email"] for person in made.new} | {after["email"] for _, after in made.changed}
    moved: list[Person] = [
        before for before, after in made.changed if before["email"] != after["email"] and before["email"] in wanted
    ]
    if moved:
        _update(session, [{"id": person["id"], "email": f"~{person['id']}"} for person in moved])
