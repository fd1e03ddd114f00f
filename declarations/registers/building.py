"""A register asked for becomes a file: read from one snapshot, written whole or not at all, and told to whoever waits for it."""

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.papers import totals_digest
from declarations.evidence.record import Entry, append, iso
from declarations.extensions import db, writing
from declarations.jobs import alternatives, claims
from declarations.jobs.claims import Claim
from declarations.models import NoticeRow, Register
from declarations.registers import bundling, reader, storage
from declarations.registers.extracts import last_extract
from declarations.registers.noting import which_one
from declarations.registers.readers import entitled, recipients
from declarations.registers.scope import Scope
from declarations.registers.scopes import days_late, names, scope_of
from declarations.registers.seen import Seen, seen_by
from declarations.registers.storage import Kept
from declarations.registers.totals import as_json
from declarations.registers.workbook import Written, write_workbook
from workflows.words import N_, Role

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_TRIES = 5
_TOLD_EVERY = 2.0  # seconds between two notes of progress

FULL_DISK = N_("There is no room left to write it. It will be tried again.")
BROKEN = N_("It could not be built. It will be tried again.")
GIVEN_UP = N_("It could not be built, even after several tries. Ask for it anew, or tell your administrator.")


@dataclass(frozen=True)
class Build:
    """The files of a register, what of the record they were read from, and what they hold."""

    workbook: Kept
    lines: Kept
    seen: Seen
    written: Written
    bundle: Kept | None = None  # None where the record has no checkpoint to prove it by
    tree: int | None = None  # leaves under that checkpoint


def run(claim: Claim) -> None:
    """Build the register the claim names. What fails is noted on its row, and raised for the worker to try again."""
    try:
        build(claim.period, claim)
    except Exception as problem:
        full = isinstance(problem, OSError) and problem.errno in (errno.ENOSPC, errno.EDQUOT)
        sentence = GIVEN_UP if claim.tries >= MOST_TRIES else FULL_DISK if full else BROKEN
        with writing() as session:
            session.execute(update(Register).where(Register.public_id == claim.period).values(failed=sentence, rows_done=0))
        if claim.tries < MOST_TRIES:
            raise
        log.exception("register %s was given up", claim.period)


def build(public_id: str, claim: Claim | None = None) -> None:
    """Build it now, unless it is built. With a claim, progress keeps the lease alive."""
    begun = _begin(public_id)
    if begun is None:
        return
    scope, language = begun
    progress = _Progress(public_id, claim)
    alternatives.work_out(progress.alive)
    with storage.being_written() as folder:
        workbook, lines = folder / "register.xlsx", folder / "register.jsonl.gz"
        with reader.snapshot(db.engine) as connection, workbook.open("xb") as out, lines.open("xb") as told:
            seen = seen_by(connection)
            settings = current_app.config["SETTINGS"]
            helped = settings if (os.cpu_count() or 1) > 1 else None
            last = last_extract(connection, scope, before=seen)
            written = write_workbook(
                connection,
                scope,
                out,
                told,
                folder=folder,
                language=language,
                seen=seen,
                last=last,
                progress=progress,
                helped=helped,
            )
        tree = bundling.bundle(public_id, folder, workbook, lines, seen, last, written, progress.alive)
        bundle = [folder / bundling.NAME] if tree else []
        with _kept(workbook, lines, *bundle) as (kept, rows, *more):
            _finish(public_id, scope, Build(kept, rows, seen, written, next(iter(more), None), tree))


@contextmanager
def _kept(*files: Path) -> Iterator[list[Kept]]:
    """The files among the finished ones; those that no register names after the block are gone again."""
    kept: list[Kept] = []
    try:
        for file in files:
            kept.append(storage.keep(file))
        yield kept
    finally:
        for one in kept:
            if not _known(one.stored_as):
                storage.discard(one.stored_as)


def _known(stored_as: str) -> bool:
    """True if a register names the file."""
    names = (Register.stored_as, Register.lines_stored_as, Register.bundle_stored_as)
    named = or_(*(column == stored_as for column in names))
    found = db.session.scalars(select(Register.id).where(named)).first() is not None
    db.session.rollback()
    return found


def sweep() -> None:
    """Put away what builds left behind that died."""
    storage.sweep(_known)


def _begin(public_id: str) -> tuple[Scope, str] | None:
    with writing() as session:
        register = session.scalars(select(Register).where(Register.public_id == public_id).with_for_update(of=Register)).one()
        if register.built_at is not None:
            return None
        register.started_at, register.failed, register.rows_done = clock.now(), None, 0
        if register.asked_by_id is not None and names(session, scope_of(register), register.asked_by_id):
            register.only_for_id = register.asked_by_id
        return scope_of(register), register.language


class _Progress:
    """Notes on the register's row how far it is, every other second, and keeps the lease."""

    def __init__(self, public_id: str, claim: Claim | None) -> None:
        self._public_id, self._claim = public_id, claim
        self._told = time.monotonic()

    def alive(self) -> bool:
        """Keep the lease while nothing is counted; False if another took the piece over."""
        return self._claim is None or not self._is_time() or claims.renew(self._claim, LEASE)

    def _is_time(self) -> bool:
        if time.monotonic() - self._told < _TOLD_EVERY:
            return False
        self._told = time.monotonic()
        return True

    def __call__(self, done: int, total: int) -> None:
        if not self._is_time():
            return
        far = {"rows_done": done, "rows_total": total}
        with writing() as session:
            session.execute(update(Register).where(Register.public_id == self._public_id).values(far))
        if self._claim is not None:
            claims.renew(self._claim, LEASE)


def _finish(public_id: str, scope: Scope, made: Build) -> None:
    """The files' row, its event and its notices in one transaction; nothing if another worker was first."""
    with writing() as session:
        register = session.scalars(select(Register).where(Register.public_id == public_id).with_for_update(of=Register)).one()
        if register.built_at is not None:
            return
        now, kept, written, rows = clock.now(), made.workbook, made.written, made.written.rows
        register.built_at, register.rows_done, register.rows_total = now, written.entries, written.entries
        register.stored_as, register.size, register.sha256 = kept.stored_as, kept.size, kept.sha256
        register.lines_stored_as, register.lines = made.lines.stored_as, rows.lines
        register.lines_size, register.lines_sha256 = rows.size, rows.sha256
        register.bundle_tree = made.tree
        if made.bundle is not None:
            bundle = made.bundle
            register.bundle_stored_as, register.bundle_size, register.bundle_sha256 = (
                bundle.stored_as,
                bundle.size,
                bundle.sha256,
            )
        register.last_event, register.unseen = made.seen.last, list(made.seen.unseen)
        register.totals = as_json(written.totals)
        entry = Entry(
            stream=f"register/{register.public_id}",
            action="register:built",
            at=now,
            role=Role.CLOCK.value,
            actor_id=None,
            company_id=register.company_id,
            public={
                "sha256": kept.sha256,
                "size": kept.size,
                "rows": written.entries,
                "lines": rows.lines,
                "lines_sha256": rows.sha256,
                "lines_size": rows.size,
                "lines_file": made.lines.sha256,
                "last_event": made.seen.last,
                "unseen": list(made.seen.unseen),
                "only_for": register.only_for_id,
                "as_of": iso(register.as_of) if register.as_of else None,
                "due_on": register.due_on.isoformat() if register.due_on else None,
                "days_late": days_late(register),
                "totals_digest": totals_digest(register.totals),
                "bundle_sha256": made.bundle.sha256 if made.bundle else None,
                "bundle_size": made.bundle.size if made.bundle else None,
                "bundle_tree": made.tree,
            },
        )
        append(session, entry)
        _tell(session, register)
        _copies_for_the_named(session, register, scope)


def _tell(session: Session, register: Register) -> None:
    """Whoever asked for it, or those whom a schedule names."""
    people = {person for person in (register.asked_by_id or register.only_for_id,) if person is not None}
    if register.schedule_id is not None:
        people = recipients(session, register.schedule_id, register.company_id)
    for person in sorted(people):
        if register.only_for_id in (None, person) and (register.only_for_id or not names(session, scope_of(register), person)):
            session.add(
                NoticeRow(
                    person_id=person,
                    template="register_built",
                    params=which_one(register),
                    created_at=clock.now(),
                    next_try_at=clock.now(),
                )
            )


def _copies_for_the_named(session: Session, register: Register, scope: Scope) -> None:
    """Readers whom an entry of a scheduled register names get a copy without it, and nothing tells the two apart."""
    if register.schedule_id is None:
        return
    roles = (Role.INTERNAL_AUDITOR, Role.COMPLIANCE_OFFICER)
    for person in sorted(entitled(session, register.company_id, roles)):
        if names(session, scope, person):
            session.add(
                Register(
                    company_id=register.company_id,
                    first_on=register.first_on,
                    last_on=register.last_on,
                    language=register.language,
                    asked_at=register.asked_at,
                    due_on=register.due_on,
                    only_for_id=person,
                )
            )
