"""A register's bundle: the workbook, what its rows were made of, and the proofs, in one zip that anybody can check without this app.

The worker makes it with the register, out of the lines of the very snapshot that the workbook was read from, and of the record
under a checkpoint over all of that. It is streamed, and the same record under the same checkpoint gives the same bytes. The manifest is
signed with the checkpoint key, which the web server does not have: who breaks into the one that hands bundles out cannot make
one. See `verifier/FORMAT.md` and docs/decisions/0008-the-bundle.md.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Connection, select

from declarations.evidence.keys import Signer
from declarations.evidence.proofs import Proofs, SignedCheckpoint, keys_file
from declarations.evidence.record import iso
from declarations.models import LogCheckpoint, NoticeRow, Register
from declarations.registers import bundle_words, lines_file
from declarations.registers.bundle_events import Met, Telling, declarations, record
from declarations.registers.changes import Last
from declarations.registers.scope import Scope
from declarations.registers.seen import Seen
from declarations.registers.totals import Total, as_json

FORMAT = "aboveboard bundle 1"
MANIFEST, MANIFEST_SIGNATURE = "manifest.json", "manifest.sig"
MAILED = "checkpoint"  # the template of the mail that brings auditors a checkpoint
_BEFORE_ALL = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip can tell: the same parts give the same bytes
_CHUNK = 1 << 20
_TOLD_EVERY = 200  # lines

_READ_ME = """This is a register of declarations with everything it takes to check it, without the program that made it
and without trusting whoever runs it.

register.xlsx is the register. The verifier checks the rest: get it from somebody other than who gave you this file, with
the public keys on paper, and run

    python verify.py THIS-FILE.zip --keys KEYS.json --previous CHECKPOINT.txt

FORMAT.md beside the verifier says what each part is, so that anybody can write another one.
"""


@dataclass(frozen=True)
class About:
    """Whose register it is, who asked for it (`asked_by`: HR's number, None where a schedule did) and when, and the extract before."""

    public_id: str
    company: str
    scope: Scope
    language: str
    asked_by: str | None
    asked_at: datetime
    last: Last | None


@dataclass(frozen=True)
class Files:
    """The finished files of a register, and what they hold."""

    workbook: Path
    lines: Path
    entries: int
    count: int
    totals: list[Total]


class _Parts:
    """The parts of the zip, written one after the other; each is measured as it goes in."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.told: list[dict[str, Any]] = []

    @contextmanager
    def writing(self, name: str, *, packed: bool = True) -> Iterator[Callable[[bytes], None]]:
        digest, size = hashlib.sha256(), 0

        def write(content: bytes) -> None:
            nonlocal size
            digest.update(content)
            size += len(content)
            part.write(content)

        with self._archive.open(part_info(name, packed=packed), "w", force_zip64=True) as part:
            yield write
        self.told.append({"name": name, "sha256": digest.hexdigest(), "size": size})

    def put(self, name: str, content: bytes) -> None:
        with self.writing(name) as write:
            write(content)

    def pour(self, name: str, chunks: Iterable[bytes], *, packed: bool = True) -> None:
        with self.writing(name, packed=packed) as write:
            for chunk in chunks:
                write(chunk)


def part_info(name: str, *, packed: bool = True) -> ZipInfo:
    """How a part stands in the zip: at no time, readable by its owner."""
    info = ZipInfo(name, _BEFORE_ALL)
    info.compress_type = ZIP_DEFLATED if packed else ZIP_STORED
    info.external_attr = 0o600 << 16
    return info


def write(
    connection: Connection,
    out: IO[bytes],
    about: About,
    files: Files,
    seen: Seen,
    checkpoint: SignedCheckpoint,
    signer: Signer,
    alive: Callable[[], object] = lambda: None,
) -> None:
    """Write the bundle to `out` (a new file). `connection` is one snapshot in which `checkpoint` is signed; `seen` says what the
    register's own snapshot saw; `signer` is the checkpoint key; `alive` is called every little while."""
    telling, met = Telling(connection, checkpoint, seen), Met()
    listened = bundle_words.Listened(lines_file.lines(files.lines))
    with ZipFile(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        parts = _Parts(archive)
        parts.pour("register.xlsx", _chunks(files.workbook), packed=False)
        parts.pour("declarations.jsonl", _heard(declarations(telling, listened, met), alive))
        parts.pour("record.jsonl", _heard(record(telling, met, about.public_id), alive))
        parts.pour("register.jsonl", _heard(lines_file.lines(files.lines), alive))
        parts.put("checkpoint.txt", checkpoint.note.encode())
        parts.pour("checkpoints.jsonl", _heard(_earlier(connection, telling.proofs, checkpoint), alive))
        parts.put("keys.json", plain(keys_file(telling.proofs.public_keys())))
        listed, documents = bundle_words.policies(connection, met)
        parts.put("policies.json", plain(listed))
        for name, text in bundle_words.texts(connection, documents):
            parts.put(name, text)
        parts.put("totals.json", plain(as_json(files.totals)))
        parts.put("words.json", plain(bundle_words.words(about.scope, about.language, listened.slugs)))
        parts.put("read-me.txt", _READ_ME.encode())
        manifest = _manifest(about, files, checkpoint, parts.told, signer)
        archive.writestr(part_info(MANIFEST), manifest)
        archive.writestr(part_info(MANIFEST_SIGNATURE), signed(signer, FORMAT, manifest))


def signed(signer: Signer, what: str, content: bytes) -> bytes:
    """The signature of a part, in base64. `what` keeps it from ever being taken for a signature of something else."""
    return base64.b64encode(signer.sign(what.encode() + b"\n" + content))


def plain(content: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what has plain names and whole numbers only."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _manifest(about: About, files: Files, checkpoint: SignedCheckpoint, parts: list[dict[str, Any]], signer: Signer) -> bytes:
    return plain(
        {
            "asked": {"at": iso(about.asked_at), "by": about.asked_by},
            "checkpoint": {"origin": checkpoint.origin, "root": checkpoint.root.hex(), "size": checkpoint.size},
            "entries": files.entries,
            "format": FORMAT,
            "key": signer.id,
            "lines": files.count,
            "parts": sorted(parts, key=lambda part: str(part["name"])),
            "register": {
                "company": about.company,
                "first_on": about.scope.first_on.isoformat(),
                "id": about.public_id,
                "language": about.language,
                "last_on": about.scope.last_on.isoformat(),
            },
            "since": _since(about.last),
        }
    )


def _since(last: Last | None) -> dict[str, Any] | None:
    """What the sheet of changes was compared with, so that whoever has both bundles can compare them too."""
    if last is None:
        return None
    period = {"first_on": last.first_on.isoformat(), "last_on": last.last_on.isoformat()}
    return {**period, "id": last.register, "lines_sha256": last.lines_sha256}


def _earlier(connection: Connection, proofs: Proofs, checkpoint: SignedCheckpoint) -> Iterator[bytes]:
    """Every checkpoint that somebody may have kept: the last of each day, those that were mailed, those earlier bundles were proved by."""
    mailed = select(NoticeRow.params).where(NoticeRow.template == MAILED).distinct()
    held = {params["size"] for params in connection.execute(mailed).scalars()}
    held |= set(connection.execute(select(Register.bundle_tree).where(Register.bundle_tree.is_not(None))).scalars())
    last: tuple[Any, Any] | None = None
    wanted: list[tuple[str, int]] = []
    rows = connection.execute(
        select(LogCheckpoint.origin, LogCheckpoint.size, LogCheckpoint.at)
        .where(LogCheckpoint.size <= checkpoint.size)
        .order_by(LogCheckpoint.id)
        .execution_options(yield_per=1000)
    )
    for row in rows:
        if last is not None and last[0] != row.at.date():
            wanted.append(last[1])
        last = (row.at.date(), (row.origin, row.size))
        if row.size in held:
            wanted.append(last[1])
    if last is not None:
        wanted.append(last[1])
    for origin, size in sorted(dict.fromkeys(wanted), key=lambda one: (one[1], one[0])):
        found = proofs.at_size(origin, size)
        assert found is not None
        proof = [base64.b64encode(one).decode() for one in proofs.consistency(size, checkpoint.size)]
        yield plain({"consistency": proof, "note": found.note}) + b"\n"


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _heard(lines: Iterator[bytes], alive: Callable[[], object]) -> Iterator[bytes]:
    """The lines, some at a time."""
    while some := list(islice(lines, _TOLD_EVERY)):
        yield b"".join(some)
        alive()
