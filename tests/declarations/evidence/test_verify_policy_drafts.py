"""What was done to a draft of a policy behind the app's back is found, and named."""

from __future__ import annotations

from datetime import date

import pytest

from declarations.jobs.claims import Claim
from declarations.policy_drafts import commands
from declarations.rehearsing import turn
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story

MINUTES = b"%PDF-1.4\ntrailer\n<<>>\n%%EOF\n"
TAMPERING = {
    "UPDATE policy_draft SET text = text || '# more'": "its text is not the one of its last event",
    "UPDATE policy_draft SET state = 'draft'": "does not stand where its last event left it",
    "UPDATE policy_draft SET resolution = '7'": "its resolution is not the one in its event",
    "UPDATE policy_draft SET resolved_on = '2026-11-01'": "its resolution is not the one in its event",
    "UPDATE policy_draft SET public_id = 'another'": "is in no event",
    "DELETE FROM policy_draft": "is in the record, but gone",
}


@pytest.fixture
def published(recorded: Story) -> Story:
    """Ilse's draft of the Danish amendment, signed by Otto, resolved on and published."""
    ilse, otto = recorded.viewer("Ilse"), recorded.viewer("Otto")
    with recorded.app.app_context():
        draft = commands.start(officer=ilse, key="denmark")
        seen = commands.change(
            officer=ilse, draft=draft, changes={("rules", 0, "when", "per_head", "over", "DKK"): "400"}, seen=1
        )
        commands.submit(officer=ilse, draft=draft, seen=seen)
        commands.sign(officer=otto, draft=draft, seen=seen)
        commands.resolve(
            officer=ilse,
            draft=draft,
            number="2026-31",
            resolved_on=date(2026, 11, 19),
            effective_from=date(2027, 1, 1),
            filename="minutes.pdf",
            content=MINUTES,
        )
        commands.publish(officer=ilse, draft=draft, seen=seen + 1)
    return recorded


REHEARSED = {
    "UPDATE policy_rehearsal SET figures = replace(figures, '{', '{ ')": "found something else than the record says",
    "UPDATE policy_rehearsal SET changes = NULL": "found something else than the record says",
    "UPDATE policy_rehearsal SET last_event = last_event + 1": "found something else than the record says",
    "UPDATE policy_rehearsal SET failed = 'It broke.'": "found something else than the record says",
    "UPDATE policy_rehearsal SET done_at = NULL": "found something else than the record says",
    "UPDATE policy_rehearsal SET first_on = '2020-01-01'": "was asked for otherwise",
    "UPDATE policy_rehearsal SET text = text || '# more'": "was asked for otherwise",
    "UPDATE policy_rehearsal SET asked_by_id = asked_by_id + 1": "was asked for otherwise",
    "UPDATE policy_rehearsal SET public_id = 'another'": "is in no event",
    "DELETE FROM policy_rehearsal": "is in the record, but gone",
}


def test_every_change_of_a_rehearsal_behind_the_app_is_named(recorded: Story, tampered: Tampered) -> None:
    ilse = recorded.viewer("Ilse")
    with recorded.app.app_context():
        draft = commands.start(officer=ilse, key="denmark")
        rehearsal = commands.rehearse(officer=ilse, draft=draft, months=12)
    invented = "UPDATE policy_rehearsal SET done_at = asked_at, figures = '{}'"
    assert any("found something else than the record says" in line for line in tampered(invented))
    with recorded.app.app_context():
        turn.work_out(Claim(turn.JOB, rehearsal, "here", 1))
    assert tampered() == []
    for statement, named in REHEARSED.items():
        assert any(named in line for line in tampered(statement)), statement


def test_every_change_of_a_draft_behind_the_app_is_named(published: Story, tampered: Tampered) -> None:
    assert tampered() == []
    for statement, named in TAMPERING.items():
        assert any(named in line for line in tampered(statement)), statement


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_a_resolution_that_was_touched_is_named(published: Story, tampered: Tampered, damage: str) -> None:
    (file,) = (
        one for one in (published.app.config["SETTINGS"].data_dir / "attachments").iterdir() if one.read_bytes() == MINUTES
    )
    file.write_bytes(b"x") if damage == "changed" else file.unlink()
    assert any(f"the document of its resolution is {damage}" in line for line in tampered())
