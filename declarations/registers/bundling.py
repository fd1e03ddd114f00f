"""Beside each register its bundle, made by the worker once everything the register saw lies under a signed checkpoint."""

import os
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from declarations import clock
from declarations.evidence import checkpoints
from declarations.evidence.keys import KeyProblem, Signer
from declarations.evidence.proofs import Proofs
from declarations.extensions import db, writing
from declarations.models import Person, Register
from declarations.registers import bundle as written_bundle
from declarations.registers.bundle import About, Files
from declarations.registers.changes import Last
from declarations.registers.covering import cover
from declarations.registers.reader import snapshot
from declarations.registers.scopes import scope_of
from declarations.registers.seen import Seen
from declarations.registers.workbook import Written

NAME = "bundle.zip"


def bundle(
    public_id: str,
    folder: Path,
    workbook: Path,
    lines: Path,
    seen: Seen,
    last: Last | None,
    written: Written,
    alive: Callable[[], object],
) -> int | None:
    """Write the bundle as NAME in `folder`, beside the finished files, and return how many leaves its checkpoint covers. `last` is
    the extract that the sheet of changes was compared with.

    None, and nothing written, where there is no checkpoint or no key to sign with: the register is still worth having.
    """
    cover(seen, f"register/{os.getpid()}")
    signer = _signer()
    if signer is None:
        return None
    about = _about(public_id, last)
    with snapshot(db.engine) as connection, (folder / NAME).open("xb") as out:
        checkpoint = Proofs(connection).latest()
        if checkpoint is None:
            return None
        files = Files(workbook, lines, written.entries, written.rows.lines, written.totals)
        written_bundle.write(connection, out, about, files, seen, checkpoint, signer, alive)
        return checkpoint.size


def _signer() -> Signer | None:
    try:
        with writing() as session:
            return checkpoints.key(session, clock.now())
    except KeyProblem:
        return None


def _about(public_id: str, last: Last | None) -> About:
    session = db.session()
    row = session.scalars(select(Register).where(Register.public_id == public_id)).one()
    asked_by = session.scalar(select(Person.number).where(Person.id == row.asked_by_id)) if row.asked_by_id else None
    about = About(row.public_id, row.company.key, scope_of(row), row.language, asked_by, row.asked_at, last)
    session.rollback()
    return about
