"""Whatever is changed behind the app's back is found, and named."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from declarations import snapshot
from declarations.evidence.chain import COLUMNS
from declarations.models import Event
from tests.declarations.evidence.conftest import Tampered
from tests.support.recorded import with_file
from tests.support.story import Story

IT = "E-2026-0001"
OF = f"(SELECT id FROM declaration WHERE number = '{IT}')"
LAST = f"(SELECT max(id) FROM event WHERE declaration_id = {OF})"
MIDDLE = f"(SELECT id FROM event WHERE declaration_id = {OF} AND sequence = 2)"
ITS_EVENTS = f"(SELECT id FROM event WHERE declaration_id = {OF})"

# statements → what must be named
TAMPERING: dict[tuple[str, ...], str] = {
    (f"UPDATE declaration SET value_minor = 100 WHERE id = {OF}",): "column value_minor differs",
    (f"UPDATE declaration SET state = 'refused' WHERE id = {OF}",): "column state differs",
    (f"UPDATE declaration SET days_late = 9 WHERE id = {OF}",): "column days_late differs",
    (f"UPDATE declaration SET version = version + 1 WHERE id = {OF}",): "stands at version 5, its last event is 4",
    (f"UPDATE declaration SET filing = 9 WHERE id = {OF}",): "column filing differs",
    (f"UPDATE declaration SET number = 'E-2026-0099' WHERE id = {OF}",): "column number differs",
    (f"UPDATE filing SET facts = replace(facts, '1500', '1501') WHERE declaration_id = {OF}",): "the facts of filing 1",
    (f"UPDATE filing SET answers = '[]' WHERE declaration_id = {OF}",): "the answers of filing 1",
    (f"UPDATE filing SET assessment = replace(assessment, '1', '2') WHERE declaration_id = {OF}",): "the assessment of filing 1",
    (f"UPDATE filing SET organisation = '[]' WHERE declaration_id = {OF}",): "the organisation of filing 1",
    (f"UPDATE filing SET attachments = '[ ]' WHERE declaration_id = {OF}",): "the attachments of filing 1",
    (f"UPDATE filing SET salts = '[]' WHERE declaration_id = {OF}",): "the salts of filing 1",
    (f"UPDATE filing SET facts = 'no JSON' WHERE declaration_id = {OF}",): "the facts of filing 1",
    (f"UPDATE filing SET filed_by_id = 1 WHERE declaration_id = {OF}",): "column filed_by_id of filing 1",
    (f"UPDATE filing SET filed_at = '2020-01-01 00:00:00' WHERE declaration_id = {OF}",): "column filed_at of filing 1",
    (f"UPDATE filing SET policy_digest = 'x' WHERE declaration_id = {OF}",): "column policy_digest of filing 1",
    (f"UPDATE filing SET sequence = 2 WHERE declaration_id = {OF}",): "filing 2 is in no event",
    (f"DELETE FROM filing WHERE declaration_id = {OF}",): "filing 1 is gone",
    (
        f"UPDATE disclosure SET value = '\"x\"' WHERE name = 'reason' AND event_id IN {ITS_EVENTS}",
    ): "the value reason is not the one",
    (f"UPDATE disclosure SET salt = 'x' WHERE name = 'reason' AND event_id IN {ITS_EVENTS}",): "the value reason is not the one",
    (f"UPDATE disclosure SET name = 'x' WHERE name = 'reason' AND event_id IN {ITS_EVENTS}",): "a value x is kept",
    (f"DELETE FROM disclosure WHERE name = 'reason' AND event_id IN {ITS_EVENTS}",): "the value reason it committed to is gone",
    (f"DELETE FROM decider WHERE declaration_id = {OF}",): "its decision is gone",
    (f"UPDATE decider SET event_sequence = event_sequence + 9 WHERE declaration_id = {OF}",): "which is none",
    (f"UPDATE decider SET person_id = 1 WHERE declaration_id = {OF}",): "column person_id of its decision",
    (f"UPDATE decider SET on_behalf_of_id = 1 WHERE declaration_id = {OF}",): "column on_behalf_of_id of its decision",
    (f"UPDATE decider SET action = 'approve' WHERE declaration_id = {OF}",): "column action of its decision",
    (f"UPDATE decider SET action = 'x' WHERE declaration_id = {OF}",): "column action of its decision",
    (f"UPDATE decider SET review = 2 WHERE declaration_id = {OF}",): "column review of its decision",
    (f"UPDATE decider SET content = 'x' WHERE declaration_id = {OF}",): "column content of its decision",
    (f"UPDATE decider SET filing = 7 WHERE declaration_id = {OF}",): "column filing of its decision",
    (f"UPDATE decider SET at = '2020-01-01 00:00:00' WHERE declaration_id = {OF}",): "column at of its decision",
    (f"UPDATE condition SET text = 'Nothing' WHERE declaration_id = {OF}",): "its conditions are not the ones",
    (f"DELETE FROM condition WHERE declaration_id = {OF}",): "its conditions are not the ones",
    (f"UPDATE condition SET owner_id = 1 WHERE declaration_id = {OF}",): "given to somebody else",
    (f"DELETE FROM named_person WHERE declaration_id = {OF}",): "the colleagues it names",
    (
        f"UPDATE event SET body = previous_body.body FROM event AS previous_body WHERE event.id = {LAST} AND previous_body.id = {MIDDLE}",
    ): ("its body does not have its digest"),
    (f"DELETE FROM disclosure WHERE event_id = {LAST}", f"DELETE FROM event WHERE id = {LAST}"): "its last event is 3",
    (f"DELETE FROM disclosure WHERE event_id = {MIDDLE}", f"DELETE FROM event WHERE id = {MIDDLE}"): "event 2 missing",
    (
        f"UPDATE event SET sequence = 90 WHERE declaration_id = {OF} AND sequence = 2",
        f"UPDATE event SET sequence = 2 WHERE declaration_id = {OF} AND sequence = 3",
        f"UPDATE event SET sequence = 3 WHERE declaration_id = {OF} AND sequence = 90",
    ): "does not follow the event before it",
    ("DELETE FROM attachment",): "is gone",
    ("UPDATE attachment SET filename = 'other.pdf'",): "column filename of attachment",
    ("UPDATE attachment SET sha256 = 'x'",): "column sha256 of attachment",
    ("UPDATE attachment SET size = 1",): "column size of attachment",
    ("UPDATE attachment SET media_type = 'text/html'",): "column media_type of attachment",
    ("UPDATE attachment SET added_by_id = added_by_id + 1",): "column added_by_id of attachment",
    ("UPDATE attachment SET added_at = '2020-01-01 00:00:00'",): "column added_at of attachment",
    ("UPDATE attachment SET public_id = 'x'",): "attachment x is in no filing",
    ("UPDATE attachment SET stored_as = 'x'",): "the bytes of attachment",
    ("UPDATE number_series SET last = last + 1 WHERE series = 'G-2026'",): "G-2026-0003: is missing",
    ("UPDATE number_series SET last = last - 1 WHERE series = 'G-2026'",): "number series G-2026",
    ("DELETE FROM role_grant WHERE role = 'internal_auditor'",): "was granted the role internal_auditor for NL, which is gone",
    ("UPDATE role_grant SET role = 'executive_reviewer' WHERE role = 'internal_auditor'",): "and nobody granted it",
    ("UPDATE policy_document SET digest = 'x'",): "does not have its digest",
    ("UPDATE policy_document SET effective_from = '2001-01-01' WHERE key = 'denmark'",): "is of another document or day",
    (
        f"DELETE FROM disclosure WHERE event_id IN {ITS_EVENTS}",
        f"DELETE FROM event WHERE declaration_id = {OF}",
        *(
            f"DELETE FROM {table} WHERE declaration_id = {OF}"
            for table in ("filing", "decider", "condition", "named_person", "notice")
        ),
        f"DELETE FROM declaration WHERE number = '{IT}'",
    ): "E-2026-0001: is missing",
}


def verified(app: Flask) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["record", "verify"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_every_column_of_an_event_repeats_its_body() -> None:
    assert {column.key for column in Event.__table__.columns} == set(COLUMNS) | {"id", "digest", "body"}


def test_every_change_behind_the_app_is_named(recorded: Story, tampered: Tampered) -> None:
    told = {statements: tampered(*statements) for statements in TAMPERING}
    assert {s: told[s] for s, named in TAMPERING.items() if not any(named in line for line in told[s])} == {}
    assert tampered() == [], "and an untouched record agrees"


def test_a_change_to_any_column_of_an_event_is_named(recorded: Story, tampered: Tampered) -> None:
    forged = dict.fromkeys({*COLUMNS, "digest"}, "'forged'")
    vera, company = recorded.ids["Vera"], recorded.ids["company NL-DE"]
    forged |= {"sequence": "17", "declaration_id": "1", "at": "'2020-01-01 00:00:00'", "actor_id": str(vera)}
    forged |= {"on_behalf_of_id": str(vera), "company_id": str(company)}
    for column, value in forged.items():
        lines = tampered(f"UPDATE event SET {column} = {value} WHERE id = {LAST}")
        assert any(column in line for line in lines), (column, lines)


def test_the_command_names_what_differs_and_fails(recorded: Story, tampered: Tampered) -> None:
    waiting = "Events that wait for their place in the tree: 34\n"
    assert verified(recorded.app) == (0, f"{waiting}Everything agrees with the record.\n")
    tampered(f"UPDATE declaration SET value_minor = 100 WHERE id = {OF}", keep=True)
    code, told = verified(recorded.app)
    assert code == 1
    assert told.startswith(f"[event] {IT} (declaration/")
    assert told.endswith(f"column value_minor differs from the record\n{waiting}The record does not agree: 1 differences.\n")


@pytest.mark.parametrize("damage", ["one byte", "gone"])
def test_a_file_that_was_touched_is_named(damage: str, recorded: Story) -> None:
    (file,) = (Path(recorded.app.config["SETTINGS"].data_dir) / "attachments").iterdir()
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().replace(b"receipt", b"Receipt"))
    code, told = verified(recorded.app)
    assert code == 1
    assert "the bytes of attachment" in told


def test_one_declaration_s_record_can_be_read(recorded: Story) -> None:
    result = recorded.app.test_cli_runner().invoke(args=["record", "show", IT])
    assert result.exit_code == 0
    assert "declaration:approved_with_conditions  with_manager → approved_with_conditions" in result.output
    assert result.output.endswith("It agrees with the record.\n")


def test_a_number_nobody_was_given_is_said_to_be_none(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["record", "show", "G-1999-0001"])
    assert (result.exit_code, result.output) == (1, "Error: There is no declaration G-1999-0001.\n")


def test_an_empty_record_says_so(app: Flask) -> None:
    assert verified(app) == (0, "There is nothing in the record yet.\n")


def test_a_filing_that_says_less_of_its_files_is_held_to_what_it_says(
    recorded: Story, tampered: Tampered, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(snapshot, "ATTACHED", {name: snapshot.ATTACHED[name] for name in ("id", "name", "size", "sha256")})
        older = with_file(recorded)
    newest = f"declaration_id = (SELECT id FROM declaration WHERE public_id = '{older}')"
    assert tampered(f"UPDATE attachment SET media_type = 'text/html' WHERE {newest}") == []
    assert len(tampered(f"UPDATE attachment SET size = 1 WHERE {newest}")) == 1
