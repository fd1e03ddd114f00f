"""Whoever declared keeps a file that proves it without showing it; events from before signatures are adopted once, and told of."""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle.hasher import MerkleHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.evidence import sequencer
from declarations.evidence.adopting import adopt
from declarations.evidence.chain import Layer
from declarations.evidence.cli import sha256_of_file
from declarations.evidence.keys import KeyFile
from declarations.evidence.verify import verify
from declarations.extensions import db
from declarations.jobs import recording
from declarations.jobs.claims import Claim
from declarations.jobs.worker import Worker
from declarations.models import Event, JobClaim, NoticeRow
from declarations.notices.texts import write
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story
from workflows.words import Kind


def test_a_receipt_proves_itself_with_nothing_of_ours(recorded: Story) -> None:
    gift = recorded.declare("Amalie", Kind.GIFT, firm="Osterman", worth="60")
    client = recorded.client("Amalie")
    before = client.get(f"/declarations/{gift}").text
    assert "It gets its place in the signed record within a minute." in before
    with recorded.app.app_context():
        sequencer.run("one")
    response = client.get(f"/declarations/{gift}/receipt.json")
    assert "attachment" in response.headers["Content-Disposition"]
    kept = json.loads(response.data)
    note, signature = kept["checkpoint"].split("\n\n")
    root = base64.b64decode(note.split("\n")[2])
    [key] = [bytes.fromhex(one["public"]) for one in kept["keys"] if one["purpose"] == "checkpoint"]
    Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature.split(" ")[2])[4:], f"{note}\n".encode())
    [event] = kept["events"]
    size, index, hasher = int(note.split("\n")[1]), event["leaf_index"], MerkleHasher("sha256")
    reached, last = bytes.fromhex(event["leaf_hash"]), size - 1
    for sibling in map(base64.b64decode, event["inclusion_proof"]):
        while not index & 1 and index == last:
            index, last = index >> 1, last >> 1
        reached = hasher.hash_pair(sibling, reached) if index & 1 else hasher.hash_pair(reached, sibling)
        index, last = index >> 1, last >> 1
    assert reached == root
    with recorded.app.app_context():
        body = db.session.scalar(select(Event.body).where(Event.stream == f"declaration/{gift}"))
    assert body is not None
    assert event["event_sha256"] == hashlib.sha256(body).hexdigest()
    assert event["leaf_hash"] == hasher.hash_buff(base64.b64decode(event["signature"]) + body).hex()
    after = client.get(f"/declarations/{gift}").text
    assert event["leaf_hash"] in after
    assert f"Entry {event['leaf_index'] + 1} of {size} in the signed record." in after


def test_a_receipt_is_for_whoever_declared(recorded: Story) -> None:
    gift = recorded.declare("Amalie", Kind.GIFT, firm="Osterman", worth="60")
    for name in ("Ben", "Tomasz", "Vera"):
        assert recorded.client(name).get(f"/declarations/{gift}/receipt.json").status_code == 404, name
    assert "receipt.json" not in recorded.client("Vera").get(f"/declarations/{gift}").text


def test_a_receipt_before_the_first_checkpoint_says_what_there_is(recorded: Story) -> None:
    gift = recorded.declare("Amalie", Kind.GIFT, firm="Osterman", worth="60")
    kept = json.loads(recorded.client("Amalie").get(f"/declarations/{gift}/receipt.json").data)
    assert (kept["checkpoint"], kept["events"][0]["leaf_index"]) == (None, None)


def test_events_from_before_are_signed_once_and_the_record_says_so(recorded: Story, tampered: Tampered) -> None:
    tampered(
        "DELETE FROM event_signature",
        "DELETE FROM log_queue",
        "DELETE FROM event WHERE stream = 'record'",
        "DELETE FROM signing_key",
        keep=True,
    )
    with recorded.app.app_context():
        recorded.app.extensions.pop("record_keys")
        before = db.session.scalars(select(Event.digest).order_by(Event.id)).all()
        with tampered.engine.connect().execution_options(aboveboard_writes=True) as connection:
            adopt(connection)
            connection.exec_driver_sql(
                "INSERT INTO log_queue SELECT id FROM event WHERE id NOT IN (SELECT event_id FROM log_queue)"
            )
            connection.commit()
        db.session.rollback()  # to see what was committed meanwhile
        event = db.session.scalars(select(Event).where(Event.stream == "record")).first()
        assert event is not None
        said = json.loads(event.body)["public"]
        assert (event.action, said["events"]) == ("record:signed_from", len(before))
        assert said["digest"] == hashlib.sha256(bytes.fromhex("".join(before))).hexdigest()
        done = sequencer.run("one")
        assert done is not None
        assert done.unsigned == 0
        with db.engine.connect() as connection:
            found = [one for one in verify(connection, sha256_of_file, lambda *_: None) if one.layer is not Layer.EVENT]
        assert found == []


def test_a_record_that_has_not_begun_is_not_adopted(recorded: Story) -> None:
    class Empty(Session):
        def scalar(self, *_: object, **__: object) -> int:  # type: ignore[override]
            return 0

    with recorded.app.app_context(), db.engine.connect() as connection:
        from unittest.mock import patch

        with patch("declarations.evidence.adopting.Session", Empty):
            adopt(connection)


def test_auditors_get_the_checkpoint_by_mail_once_a_day(recorded: Story) -> None:
    with recorded.app.app_context():
        assert Worker().tick() > 0
        assert Worker().tick() == 0, "nothing is left to do"
        [notice] = db.session.scalars(select(NoticeRow).where(NoticeRow.template == recording.MAIL)).all()
        assert notice.person_id == recorded.ids["Aud"]
        words = write(notice.template, notice.params, "da")
        assert notice.params["note"] in words.body
        jobs = set(db.session.scalars(select(JobClaim.job)).all())
        assert {"checkpoint_noted", "checkpoint_mailed", "sequencer"} <= jobs


def test_what_cannot_be_signed_is_told_to_people_once_a_day(recorded: Story) -> None:
    with recorded.app.app_context():
        Worker().tick()
        file: KeyFile = recorded.app.extensions["record_keys"]["checkpoint"]
        file.path.unlink()
    recorded.declare("Amalie", Kind.GIFT, firm="Osterman", worth="60")
    with recorded.app.app_context():
        assert recording.turn("one") == recording.turn("one") == 0
        told = db.session.scalars(select(NoticeRow.person_id).where(NoticeRow.template == recording.ALARM)).all()
        assert set(told) == {recorded.ids["Aud"], recorded.ids["Adam"]}
        assert len(told) == 2


def test_a_claim_that_is_another_s_is_no_error(recorded: Story) -> None:
    with recorded.app.app_context():
        recording.mail(Claim("checkpoint_mailed", "x", "one", 1))
        assert db.session.scalars(select(NoticeRow).where(NoticeRow.template == recording.MAIL)).all() == []
