"""A past register is built anew from the record, as it would have been on that day: the same rows, for whoever doubts a kept one."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, true

from declarations.extensions import db
from declarations.jobs import alternatives
from declarations.registers import past, reader, storage
from declarations.registers.extracts import last_extract
from declarations.registers.lines_file import lines
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen, seen_until
from declarations.registers.workbook import Written, write_workbook


def rebuild(*, scope: Scope, language: str, moment: datetime, into: Path) -> Written:
    """Write `<into>.xlsx` and `<into>.jsonl` as the register of `scope` was at `moment` (UTC). Raises FileExistsError rather than
    write over a file; nothing is left half written."""
    alternatives.work_out()
    with reader.snapshot(db.engine) as record:
        return rebuild_seen(record, scope, language, seen_until(record, moment), into)


def rebuild_seen(record: Connection, scope: Scope, language: str, seen: Seen, into: Path) -> Written:
    """The same for exactly the events that were seen then."""
    with storage.being_written() as folder, past.as_seen(record, seen, true(), folder) as then:
        workbook, packed, plain = folder / "register.xlsx", folder / "register.jsonl.gz", folder / "register.jsonl"
        last = last_extract(record, scope, before=Seen(seen.last - 1))
        with workbook.open("xb") as out, packed.open("xb") as told:
            written = write_workbook(
                then, scope, out, told, folder=folder, language=language, seen=seen, last=last, record=record
            )
        with plain.open("xb") as told:
            told.writelines(lines(packed))
        for path, suffix in ((workbook, ".xlsx"), (plain, ".jsonl")):
            storage.hand_out(path, into.with_name(into.name + suffix))
    return written
