"""Signatures, leaves, keys and checkpoints: each change behind the app's back is named, with the layer that found it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, func, select

from declarations.evidence import checkpoint_file, keeping, sequencer
from declarations.evidence.chain import Layer
from declarations.evidence.cli import sha256_of_file
from declarations.evidence.keys import KeyProblem, Purpose, key_file
from declarations.evidence.proofs import Proofs
from declarations.evidence.verify import verify
from declarations.extensions import db
from declarations.models import Event, LogQueue
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story

SOME = "(SELECT event_id FROM event_signature ORDER BY event_id LIMIT 1)"
LAST = "(SELECT max(id) FROM event)"

# statements → the layer and what must be named
TAMPERING: dict[tuple[str, ...], str] = {
    (f"UPDATE event_signature SET signature = digest.s FROM (SELECT signature s FROM event_signature ORDER BY event_id DESC LIMIT 1) "
     f"AS digest WHERE event_id = {SOME}",): "[signature] ",
    (f"UPDATE event_signature SET key_id = 'x' WHERE event_id = {SOME}",): "signed by x, which is no key of the record",
    (f"DELETE FROM event_signature WHERE event_id = {SOME}",): "has no signature",
    (f"DELETE FROM disclosure WHERE event_id = {LAST}", f"DELETE FROM event WHERE id = {LAST}"): "but its signature is kept",
    ("UPDATE signing_key SET valid_to = '2020-01-01 00:00:00+00:00' WHERE purpose = 'event'",): "which was not in use then",
    ("UPDATE signing_key SET valid_from = '2020-01-01 00:00:00+00:00' WHERE purpose = 'event'",): "column valid_from differs",
    ("UPDATE signing_key SET purpose = 'checkpoint' WHERE purpose = 'event'",): "column purpose differs",
    ("UPDATE signing_key SET ended = 'lost' WHERE purpose = 'event'",): "column ended differs",
    ("UPDATE signing_key SET public = (SELECT public FROM signing_key WHERE purpose = 'event') WHERE purpose = 'checkpoint'",):
        "column public differs",
    ("UPDATE signing_key SET id = 'x' WHERE purpose = 'event'",): "[signature] key x: is named by no event",
    ("DELETE FROM signing_key WHERE purpose = 'checkpoint'",): "is gone",
    ('DELETE FROM log_leaf WHERE "index" = 3',): "[tree] leaf 3: is missing from the tree",
    ('UPDATE log_leaf SET hash = (SELECT hash FROM log_leaf WHERE "index" = 4) WHERE "index" = 3',):
        "its leaf in the tree is not the one of its signature and body",
    (f"DELETE FROM log_leaf WHERE event_id = {LAST}",): "has no leaf in the tree and does not wait for one",
    ('UPDATE log_leaf SET event_id = 9999 WHERE "index" = 3',): "[tree] leaf 3: belongs to event row 9999, which is gone",
    ("INSERT INTO log_subtree (level, \"index\", hash) SELECT 8, 0, hash FROM log_leaf WHERE \"index\" = 0",):
        "[tree] subtree 8/0: has no such leaves",
    ("UPDATE log_checkpoint SET size = size - 1",): "its columns differ from its note",
    ("UPDATE log_checkpoint SET note = 'x'",): "its note cannot be read",
    ("UPDATE log_checkpoint SET key_id = 'x'",): "its note is not signed by a key of the record",
    ("UPDATE log_checkpoint SET note = replace(note, 'localhost', 'elsewhere')",): "its columns differ from its note",
    (f"DELETE FROM log_leaf WHERE event_id > {LAST} - 3",): "[checkpoint] checkpoint localhost/record over",
}  # fmt: skip


@pytest.fixture
def sequenced(recorded: Story) -> Story:
    with recorded.app.app_context():
        assert sequencer.run("one") is not None
    return recorded


def differences(app: Flask, held: str = "") -> list[str]:
    with app.app_context(), db.engine.connect() as connection:
        return told(connection, held)


def told(connection: Connection, held: str = "") -> list[str]:
    return [f"[{one.layer}] {one.where}: {one.what}" for one in verify(connection, sha256_of_file, lambda *_: None, held)]


def test_every_change_to_the_other_layers_is_named_with_its_layer(sequenced: Story, tampered: Tampered) -> None:
    assert tampered("SELECT 1") == []
    for statements, named in TAMPERING.items():
        found = tampered(*statements)
        assert any(named in one for one in found), (statements, found)


def test_a_history_rewritten_without_the_keys_is_found_by_signature_tree_and_checkpoint(
    sequenced: Story, tampered: Tampered, backend: str
) -> None:
    """Even if every digest and chain were made to agree again."""
    blank = "CAST(body || ' ' AS BLOB)" if backend == "sqlite" else "body || '\\x20'::bytea"
    found = tampered(f"UPDATE event SET body = {blank} WHERE id = {LAST}")
    assert {one.split("]")[0][1:] for one in found} >= {Layer.EVENT, Layer.SIGNATURE, Layer.TREE}


def test_a_forged_event_that_waits_is_named(recorded: Story, tampered: Tampered) -> None:
    found = tampered(f"UPDATE event_signature SET signature = (SELECT public FROM signing_key LIMIT 1) WHERE event_id = {LAST}")
    assert any("[signature]" in one and "is not one of its body" in one for one in found)


def test_what_waits_for_its_leaf_is_no_difference(recorded: Story) -> None:
    assert differences(recorded.app) == []


def test_a_checkpoint_kept_elsewhere_shows_what_became_of_the_record_since(sequenced: Story, tampered: Tampered) -> None:
    with sequenced.app.app_context():
        mail = f"Please keep this mail.\r\n\r\n{next(checkpoint_file.notes()).note}\r\nThis mail was written …\r\n"
    assert differences(sequenced.app, mail) == []
    with sequenced.app.app_context():
        checkpoint_file.path().unlink()
    tampered(
        "DELETE FROM log_checkpoint",
        "DELETE FROM log_leaf",
        "INSERT INTO log_queue SELECT id FROM event",
        keep=True,
    )
    assert not any("kept elsewhere" in one for one in differences(sequenced.app))
    assert any("kept elsewhere" in one and "events are gone" in one for one in differences(sequenced.app, mail))
    other = mail.replace("localhost", "elsewhere")
    assert any("is not signed by a key of the record" in one for one in differences(sequenced.app, other))


def test_a_file_of_checkpoints_that_was_cut_is_named(sequenced: Story) -> None:
    with sequenced.app.app_context():
        checkpoint_file.path().write_text("")
    assert differences(sequenced.app) == [
        f"[checkpoint] file of checkpoints: lacks 1 that were signed, the first over {size(sequenced.app)}"
    ]


def size(app: Flask) -> int:
    with app.app_context(), db.engine.connect() as connection:
        return Proofs(connection).size()


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_key_is_rotated_and_both_stay_good_for_their_time(sequenced: Story, purpose: Purpose) -> None:
    with sequenced.app.app_context():
        old = key_file(purpose).signer()
        new = keeping.rotate(purpose=purpose)
        assert old is not None
        assert new != old.id
        assert {path.name for path in key_file(purpose).path.parent.iterdir()} == {"record.pem", "checkpoint.pem"}
    sequenced.declare("Amalie", firm="Osterman", worth="20")
    with sequenced.app.app_context():
        assert sequencer.run("one") is not None
        with db.engine.connect() as connection:
            keys = {key.id: key for key in Proofs(connection).public_keys() if key.purpose == purpose}
            actions = [_action(event.body) for event in Proofs(connection).of_streams(["record"])]
    assert (keys[old.id].ended, keys[new].ended, keys[new].valid_to) == ("rotated", None, None)
    assert actions[-2:] == ["record:key_changed", "record:key_retired"]
    assert differences(sequenced.app) == []


def _action(body: bytes) -> str:
    import json

    return str(json.loads(body)["action"])


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_lost_key_stops_what_needs_it_until_somebody_says_so(sequenced: Story, purpose: Purpose) -> None:
    with sequenced.app.app_context():
        with pytest.raises(KeyProblem, match="is not lost"):
            keeping.lost(purpose=purpose)
        key_file(purpose).path.unlink()
    act: Callable[[], object] = lambda: sequenced.declare("Amalie", firm="Osterman", worth="20")  # noqa: E731
    if purpose is Purpose.CHECKPOINT:
        act()
        act = lambda: run(sequenced.app)  # noqa: E731
    before = count(sequenced.app)
    with pytest.raises(KeyProblem, match="is missing"):
        act()
    assert count(sequenced.app) == before, "nothing is written that cannot be signed"
    with sequenced.app.app_context():
        keeping.lost(purpose=purpose)
    act()
    run(sequenced.app)
    assert differences(sequenced.app) == []
    with sequenced.app.app_context(), db.engine.connect() as connection:
        assert [key.ended for key in Proofs(connection).public_keys() if key.purpose == purpose] == ["lost", None]


def run(app: Flask) -> None:
    with app.app_context():
        sequencer.run("one")


def count(app: Flask) -> int | None:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Event))


def test_another_key_than_the_record_s_is_refused(sequenced: Story) -> None:
    with sequenced.app.app_context():
        file = key_file(Purpose.EVENT)
        file.replace(file.prepare())
    with pytest.raises(KeyProblem, match="is not the one the record names"):
        sequenced.declare("Amalie", firm="Osterman", worth="20")


def test_key_files_are_readable_by_their_owner_alone(recorded: Story) -> None:
    with recorded.app.app_context():
        path = key_file(Purpose.EVENT).path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_database_put_back_on_purpose_goes_on_under_another_name(sequenced: Story, tampered: Tampered) -> None:
    """A later checkpoint is in the file only, as after a restore; the rest of the record agrees."""
    run(sequenced.app)
    size_then = size(sequenced.app)
    for _ in range(2):
        sequenced.declare("Amalie", firm="Osterman", worth="20")
        run(sequenced.app)
    tampered(
        'DELETE FROM log_queue',
        f"INSERT INTO log_queue SELECT event_id FROM log_leaf WHERE \"index\" >= {size_then}",
        f'DELETE FROM log_leaf WHERE "index" >= {size_then}',
        f"DELETE FROM log_checkpoint WHERE size > {size_then}",
        keep=True,
    )  # fmt: skip
    with sequenced.app.app_context():
        assert "over more leaves than there are" in "".join(differences(sequenced.app))
        assert keeping.restored() == "localhost/record/2"
        run(sequenced.app)
        with pytest.raises(Exception, match="nothing was put back"):
            keeping.restored()
        with db.engine.connect() as connection:
            latest = Proofs(connection).latest()
    assert latest is not None
    assert latest.origin == "localhost/record/2"
    assert differences(sequenced.app) == []


def test_the_commands_say_it_in_words(sequenced: Story, tmp_path: Path) -> None:
    def flask(*words: str, fails: bool = False) -> str:
        result = sequenced.app.test_cli_runner().invoke(args=["record", *words])
        assert (result.exit_code != 0) is fails, result.output
        return result.output

    note = flask("checkpoint")
    assert note.startswith("localhost/record\n")
    (tmp_path / "mail.txt").write_text(f"Please keep this mail.\n\n{note}\n")
    assert flask("verify", "--checkpoints", str(tmp_path / "mail.txt")) == "Everything agrees with the record.\n"
    assert flask("keys").count("from the beginning, in use") == 2
    assert "The event key is now" in flask("keys", "rotate", "--purpose", "event")
    assert "rotated" in flask("keys")
    assert "is not lost" in flask("keys", "lost", "--purpose", "event", fails=True)
    assert "nothing was put back" in flask("restored", fails=True)
    assert "Events that wait for their place in the tree: 2" in flask("verify")
    assert flask("checkpoint", "--all").count("localhost/record\n") == 2


def test_without_events_there_is_nothing_to_sign(app: Flask) -> None:
    Story(app)
    with app.app_context():
        assert sequencer.run("one") is None
        assert db.session.scalar(select(func.count()).select_from(LogQueue)) == 0
    result = app.test_cli_runner().invoke(args=["record", "checkpoint"])
    assert "There is nothing in the record yet." in result.output
