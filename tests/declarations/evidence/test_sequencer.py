"""Every event gets one leaf and stands under a signed checkpoint, whoever works, whoever dies, and no fork is ever signed."""

from __future__ import annotations

import base64
import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import func, insert, select, text

from declarations.evidence import checkpoint_file, log, sequencer
from declarations.evidence.checkpoints import Refused
from declarations.evidence.merkle import event_leaf, is_consistent, is_included, tree_of
from declarations.evidence.note import Checkpoint, sign
from declarations.evidence.proofs import Proofs
from declarations.evidence.sequencer import Round
from declarations.extensions import db, writing
from declarations.jobs import claims
from declarations.models import Event, EventSignature, LogLeaf, LogQueue
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story


def sequence(app: Flask, worker: str = "one") -> Round | None:
    with app.app_context():
        return sequencer.run(worker)


@pytest.fixture
def sequenced(recorded: Story) -> Story:
    assert sequence(recorded.app) is not None
    return recorded


@pytest.fixture
def proofs(recorded: Story) -> Iterator[Proofs]:
    with recorded.app.app_context(), db.engine.connect() as connection:
        yield Proofs(connection)


def more(story: Story, times: int = 1) -> None:
    for _ in range(times):
        story.declare("Amalie", firm="Osterman", worth="20")


def all_leaves(app: Flask) -> list[tuple[int, bytes]]:
    with app.app_context():
        return [
            (row[0], bytes(row[1])) for row in db.session.execute(select(LogLeaf.event_id, LogLeaf.hash).order_by(LogLeaf.index))
        ]


def test_every_event_has_a_signature_of_its_bytes_by_a_key_the_record_names(recorded: Story, proofs: Proofs) -> None:
    with recorded.app.app_context():
        ids = db.session.scalars(select(Event.id)).all()
    signed = list(proofs.events(ids))
    keys = {key.id: key for key in proofs.public_keys()}
    assert len(signed) == len(ids) > 10
    for one in signed:
        Ed25519PublicKey.from_public_bytes(keys[one.key_id].public).verify(one.signature, one.body)


def test_every_event_gets_one_leaf_and_a_proof(sequenced: Story, proofs: Proofs) -> None:
    checkpoint = proofs.latest()
    assert checkpoint is not None
    with sequenced.app.app_context():
        ids = db.session.scalars(select(Event.id)).all()
        assert db.session.scalar(select(func.count()).select_from(LogQueue)) == 0
    assert checkpoint.size == proofs.size() == len(ids)
    events = list(proofs.events(ids))
    assert sorted(one.index for one in events if one.index is not None) == list(range(len(ids)))
    for one in events:
        assert one.index is not None
        assert one.leaf == hashlib.sha256(b"\0" + one.signature + one.body).digest()
        assert is_included(one.leaf, one.index, checkpoint.size, proofs.inclusion(one.index, checkpoint.size), checkpoint.root)


def test_a_checkpoint_is_a_signed_note_that_others_can_check(sequenced: Story, proofs: Proofs) -> None:
    """By the words of the specification, with nothing of ours."""
    checkpoint = proofs.latest()
    assert checkpoint is not None
    [key] = [one for one in proofs.public_keys() if one.purpose == "checkpoint"]
    text_, signatures = checkpoint.note.split("\n\n")
    origin, size, root = text_.split("\n")
    dash, name, signature = signatures.removesuffix("\n").split(" ")
    content = base64.b64decode(signature)
    assert (origin, int(size), base64.b64decode(root)) == ("localhost/record", checkpoint.size, checkpoint.root)
    assert (dash, name) == ("\N{EM DASH}", origin)
    assert content[:4] == hashlib.sha256(f"{name}\n".encode() + b"\x01" + key.public).digest()[:4]
    Ed25519PublicKey.from_public_bytes(key.public).verify(content[4:], f"{text_}\n".encode())


def test_each_checkpoint_extends_the_one_before(sequenced: Story) -> None:
    for _ in range(3):
        more(sequenced)
        done = sequence(sequenced.app)
        assert done is not None
        assert done.leaves == 1
    assert sequence(sequenced.app) is None, "nothing waits"
    with sequenced.app.app_context(), db.engine.connect() as connection:
        proofs = Proofs(connection)
        notes = list(proofs.checkpoints())
        assert len(notes) == 4
        for old, new in pairwise(notes):
            assert is_consistent(old.size, old.root, new.size, new.root, proofs.consistency(old.size, new.size))
        assert [one.note for one in checkpoint_file.notes()] == [one.note for one in notes]


def test_two_workers_give_each_event_exactly_one_leaf(recorded: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "AT_ONCE", 3)
    more(recorded, 5)
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda worker: sequence(recorded.app, worker), "abcd"))
    sequence(recorded.app)
    with recorded.app.app_context():
        events = db.session.scalar(select(func.count()).select_from(Event))
    assert sum(one.leaves for one in rounds if one) == events
    assert len({one for one, _ in all_leaves(recorded.app)}) == len(all_leaves(recorded.app)) == events


def test_workers_whose_leases_ran_out_write_nothing_twice(recorded: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of them believe that they hold the claim; the database knows who does."""
    monkeypatch.setattr(sequencer, "AT_ONCE", 2)
    monkeypatch.setattr(sequencer, "LEASE", timedelta(seconds=-1))

    def work(worker: str) -> None:
        for _ in range(8):
            try:
                sequence(recorded.app, worker)
            except sequencer.TakenOver:
                continue

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, "abc"))
    sequence(recorded.app)
    with recorded.app.app_context(), db.engine.connect() as connection:
        ids = connection.execute(select(Event.id)).scalars().all()
        leaves = all_leaves(recorded.app)
        assert sorted(one for one, _ in leaves) == sorted(ids)
        assert Proofs(connection).root(len(ids)) == tree_of([one for _, one in leaves]).root(len(ids))


def test_what_a_killed_worker_left_is_gone_on_with(recorded: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "AT_ONCE", 4)

    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(claims, "give_back", lambda *_, **__: False)
        dying.setattr(sequencer.checkpoints, "sign_next", killed)
        with pytest.raises(SystemExit):
            sequence(recorded.app)
    before = all_leaves(recorded.app)
    more(recorded)
    assert sequence(recorded.app, "two") is None, "the lease of the dead one still runs"
    recorded.now += sequencer.LEASE + timedelta(seconds=1)
    done = sequence(recorded.app, "two")
    assert done is not None
    assert done.checkpoint is not None
    after = all_leaves(recorded.app)
    assert after[: len(before)] == before
    assert done.checkpoint.size == len(after) == len(before) + 1


def test_an_event_written_behind_the_app_stays_out_of_the_tree(recorded: Story, tampered: Tampered) -> None:
    tampered(
        "UPDATE event_signature SET signature = (SELECT signature FROM event_signature ORDER BY event_id LIMIT 1) "
        "WHERE event_id = (SELECT max(event_id) FROM event_signature)",
        keep=True,
    )
    with recorded.app.app_context():
        forged = db.session.scalar(select(func.max(EventSignature.event_id)))
    done = sequence(recorded.app)
    assert done is not None
    assert done.unsigned == 1
    with recorded.app.app_context():
        assert db.session.scalars(select(LogQueue.event_id)).all() == [forged]


def test_a_tree_that_was_rewritten_is_not_signed(sequenced: Story, tampered: Tampered) -> None:
    tampered("UPDATE log_leaf SET hash = (SELECT hash FROM log_leaf ORDER BY 1 LIMIT 1)", keep=True)
    more(sequenced)
    with pytest.raises(Refused, match="does not continue the last checkpoint in the database"):
        sequence(sequenced.app)


def test_a_tree_shorter_than_its_last_checkpoint_is_not_signed(sequenced: Story, tampered: Tampered) -> None:
    tampered(f'DELETE FROM log_leaf WHERE "index" > {len(all_leaves(sequenced.app)) - 4}', keep=True)
    with pytest.raises(Refused, match="Was an earlier copy of the database put back"):
        sequence(sequenced.app)


def test_the_file_beside_the_database_is_believed_too(sequenced: Story, tampered: Tampered) -> None:
    with sequenced.app.app_context():
        checkpoint_file.append(
            sign(Checkpoint("localhost/record", len(all_leaves(sequenced.app)), b"x" * 32), b"k" * 32, lambda _: b"s" * 64),
            sequenced.now,
        )
    more(sequenced)
    with pytest.raises(Refused, match="in the file beside the database"):
        sequence(sequenced.app)


def test_a_checkpoint_that_reached_only_the_file_is_extended(recorded: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise OSError("no room")

    with monkeypatch.context() as full:
        full.setattr(sequencer.checkpoints, "insert", fails)
        with pytest.raises(OSError, match="no room"):
            sequence(recorded.app)
    more(recorded)
    done = sequence(recorded.app)
    assert done is not None
    assert done.checkpoint is not None
    with recorded.app.app_context():
        assert len(list(checkpoint_file.notes())) == 2


def test_a_line_cut_short_by_a_crash_is_passed_over(sequenced: Story) -> None:
    with sequenced.app.app_context():
        with checkpoint_file.path().open("ab") as file:
            file.write(b'{"at": "2026')
        more(sequenced)
        sequencer.run("one")
        assert len(list(checkpoint_file.notes())) == 2


def test_the_kept_subtrees_give_the_same_roots_and_proofs(app: Flask, tmp_path: Path) -> None:
    """Grown by uneven steps over three kept levels, which a width of four makes short."""
    hashes = [event_leaf(b"s" * 64, str(number).encode()) for number in range(150)]
    plain = tree_of(hashes)
    with pytest.MonkeyPatch.context() as narrow, app.app_context():
        narrow.setattr(log, "HEIGHT", 2)
        narrow.setattr(log, "WIDTH", 4)
        with writing() as session:
            _without_events(session)
            size = 0
            for step in (1, 2, 1, 5, 7, 16, 33, 64, 21):
                rows = [{"index": n, "event_id": n, "hash": hashes[n]} for n in range(size, size + step)]
                session.execute(insert(LogLeaf), rows)
                log.keep_subtrees(session.connection(), size, size + step)
                size += step
                kept = log.stored_tree(session.connection())
                assert kept.root(size) == plain.root(size)
                for index in range(size):
                    assert kept.inclusion(index, size) == plain.inclusion(index, size)
                    assert kept.consistency(index + 1, size) == plain.consistency(index + 1, size)
            assert size == 150
            with pytest.raises(ValueError, match="no such leaves"):
                kept.root(151)
            session.rollback()


def _without_events(session: object) -> None:
    """Leaves alone, for once: the events are of no interest here."""
    run = session.execute  # type: ignore[attr-defined]
    if session.get_bind().dialect.name == "sqlite":  # type: ignore[attr-defined]
        run(text("PRAGMA defer_foreign_keys = ON"))
    else:
        run(text("CREATE TEMPORARY TABLE log_leaf (LIKE log_leaf INCLUDING ALL)"))
        run(text("CREATE TEMPORARY TABLE log_subtree (LIKE log_subtree INCLUDING ALL)"))


def test_a_database_put_back_to_an_earlier_day_is_noticed(sequenced: Story, backend: str, tmp_path: Path) -> None:
    if backend != "sqlite":
        return
    file = tmp_path / "data" / "aboveboard.db"
    with sequenced.app.app_context():
        db.session.remove()
        db.engine.dispose()
    shutil.copy(file, tmp_path / "backup.db")
    more(sequenced, 3)
    sequence(sequenced.app)
    with sequenced.app.app_context():
        db.session.remove()
        db.engine.dispose()
    shutil.copy(tmp_path / "backup.db", file)
    more(sequenced)
    with pytest.raises(Refused, match="earlier copy of the database"):
        sequence(sequenced.app)
