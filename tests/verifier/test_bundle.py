"""A bundle holds what its register shows and the proofs of it, whatever happened while it was built, and the same for everybody."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from aboveboard_verifier.program import verify
from flask import Flask
from sqlalchemy import select

from declarations.evidence import record, sequencer
from declarations.extensions import db
from declarations.models import Register
from declarations.registers import building, bundling, commands
from declarations.registers.periods import Period
from tests.support.story import Story
from tests.verifier.conftest import House, kept, taken
from workflows.words import Action

Built = Callable[..., tuple[str, Path]]


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Osterman & Sons")
    story.firm("Rival Oy")
    return story


@pytest.fixture
def built(story: Story) -> Built:
    """A register of November asked for by somebody and built: its id and its bundle."""

    def build(company: str = "NL", by: str = "Aud", language: str = "en") -> tuple[str, Path]:
        viewer, period = story.viewer(by), Period(date(2026, 11, 1), date(2026, 11, 30))
        with story.app.app_context():
            public_id = commands.ask(viewer=viewer, company_id=story.ids[f"company {company}"], period=period, language=language)
            building.build(public_id)
        return public_id, kept(story, public_id)

    return build


def lines(path: Path, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in zipfile.ZipFile(path).read(part).splitlines()]


def bodies(path: Path, part: str = "declarations.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line["body"]) for line in lines(path, part)]


def test_what_was_just_declared_lies_under_the_checkpoint_of_its_bundle(story: Story, built: Built) -> None:
    """Nobody had sequenced a thing: the build brings its checkpoint about."""
    hamper = story.declare("Amalie", firm="Osterman & Sons", worth="900")
    story.act("Ben", Action.APPROVE, hamper)
    _, path = built(language="ja")
    assert [body["action"] for body in bodies(path)] == ["declaration:filed", "declaration:approved"]
    report = verify(str(path), None, [])
    assert (report.code, report.found) == (0, [])
    with story.app.app_context():
        assert sequencer.waits()  # only for the event that says it was built


def test_what_happens_while_it_is_built_is_counted_and_not_shown(
    story: Story, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    hamper = story.declare("Amalie", firm="Osterman & Sons", worth="900")
    cover = bundling.cover

    def meanwhile(seen: Any, worker: str) -> None:
        story.act("Ben", Action.SEND_BACK, hamper, reason="Who was there?")
        cover(seen, worker)
        with story.app.app_context():
            sequencer.run("another")

    monkeypatch.setattr(bundling, "cover", meanwhile)
    _, path = built()
    filed, sent_back = lines(path, "declarations.jsonl")
    assert "later" not in filed
    assert (sent_back["later"], sent_back["values"]) == (True, {})
    [row] = lines(path, "register.jsonl")
    assert (row["state"], row["record_entry"]) == ("with_manager", 1)
    report = verify(str(path), None, [])
    assert (report.code, report.looked["later"]) == (0, 1)


def test_an_event_without_a_signature_is_missing_and_said_to_be(
    story: Story, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    hamper = story.declare("Amalie", firm="Osterman & Sons", worth="900")
    with monkeypatch.context() as nobody_signs:
        nobody_signs.setattr(record, "sign_all", lambda *_: None)
        story.act("Ben", Action.APPROVE, hamper)
    _, path = built()
    report = verify(str(path), None, [])
    assert report.code == 4
    assert any("its latest events are missing" in what for _, _, _, what in report.found)


def test_nothing_of_a_declaration_that_the_reader_does_not_see_is_in_it(story: Story, built: Built) -> None:
    mine = story.declare("Amalie", firm="Osterman & Sons", worth="900", title="A wine hamper")
    story.declare("Gerda", firm="Rival Oy", worth="713.37", title="A fountain pen", answers={"what": "Secretive"})
    story.declare("Tomasz", firm="Osterman & Sons", worth="819.53", named=frozenset({story.ids["Ilse"]}))
    public_id, path = built("NL-DK", by="Ilse")  # what names her is in no copy of hers, and Gerda works elsewhere
    assert {body["stream"] for body in bodies(path)} == {f"declaration/{mine}"}
    taken(story, "Ilse", public_id, path.with_name("hers.zip"))
    with zipfile.ZipFile(path.with_name("hers.zip")) as bundle:
        everything = b"".join(bundle.read(name) for name in bundle.namelist() if name != "register.xlsx")
    assert b"A wine hamper" in everything
    for other in (b"A fountain pen", b"Secretive", b"Rival Oy", b"71337", b"81953"):
        assert other not in everything


def test_two_copies_differ_in_their_receipts_only(house: House) -> None:
    hers, his = (zipfile.ZipFile(house.copy(name)) for name in ("Aud", "Otto"))
    assert hers.namelist() == his.namelist()
    differing = [name for name in hers.namelist() if hers.read(name) != his.read(name)]
    assert differing == ["receipt.json", "receipt.sig"]
    assert json.loads(his.read("receipt.json"))["taken_by"]["name"] == "Otto"
    for copy in (hers, his):
        report = verify(str(copy.filename), house.keys, [str(house.held)])
        assert (report.code, report.found) == (0, [])
        copy.close()


def test_the_same_record_under_the_same_checkpoint_gives_the_same_bytes(house: House, tmp_path: Path) -> None:
    from declarations.evidence.keys import Purpose
    from declarations.evidence.proofs import Proofs
    from declarations.evidence.signing import signer_of
    from declarations.registers import bundle, storage
    from declarations.registers.extracts import last_extract
    from declarations.registers.reader import snapshot
    from declarations.registers.scopes import scope_of
    from declarations.registers.seen import Seen

    with house.story.app.app_context():
        row = db.session.scalars(select(Register).where(Register.public_id == house.story.register)).one()  # type: ignore[attr-defined]
        again = tmp_path / "again.zip"
        scope, seen = scope_of(row), Seen(row.last_event or 0, row.unseen or ())
        last = last_extract(db.session().connection(), scope, before=Seen(seen.last - 1))
        about = bundle.About(row.public_id, row.company.key, scope, row.language, "P0009", row.asked_at, last)
        totals = [bundle.Total(**line) for line in row.totals or ()]
        workbook, told = (storage.path_of(name or "") for name in (row.stored_as, row.lines_stored_as))
        files = bundle.Files(workbook, told, row.rows_done, row.lines or 0, totals)
        signer, _ = signer_of(db.session(), Purpose.CHECKPOINT)
        with snapshot(db.engine) as connection, again.open("xb") as out:
            checkpoint = Proofs(connection).at_size("localhost/record", row.bundle_tree or 0)
            assert checkpoint is not None
            bundle.write(connection, out, about, files, seen, checkpoint, signer)
        db.session.rollback()
    before, after = zipfile.ZipFile(house.newer), zipfile.ZipFile(again)
    # What a later key or mail adds to these two is no part of the register.
    assert [name for name in before.namelist() if before.read(name) != after.read(name)] == []
    assert again.read_bytes() == house.newer.read_bytes()


def test_a_password_typed_too_long_ago_takes_no_bundle(story: Story, built: Built) -> None:
    public_id, _ = built()
    client = story.client("Aud")
    story.now = datetime.fromtimestamp(story.now.timestamp() + 3600, story.now.tzinfo)
    answer = client.post(f"/registers/{public_id}/bundle")
    assert answer.status_code == 303
    assert "/registers/" in answer.headers["Location"]


def test_the_page_hands_out_the_bundle(story: Story, built: Built) -> None:
    public_id, path = built()
    client = story.client("Aud")
    assert f"/registers/{public_id}/bundle" in client.get(f"/registers/{public_id}").text
    answer = client.post(f"/registers/{public_id}/bundle")
    assert answer.headers["Content-Disposition"].endswith("register-NL-2026-11-01-2026-11-30-en.zip")
    copy = path.with_name("copy.zip")
    copy.write_bytes(answer.data)
    assert verify(str(copy), None, []).code == 0
    assert "the bundle, " in client.get(f"/registers/{public_id}").text
