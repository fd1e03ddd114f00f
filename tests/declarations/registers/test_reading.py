"""An unread register is followed up, step by step; an auditor who has read one signs once, and may add but never change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from declarations.extensions import db, writing
from declarations.jobs.worker import Worker
from declarations.models import Event, NoticeRow, Register, RegisterChase, RegisterSignOff
from declarations.registers import scheduling
from declarations.registers.scheduling import Plan
from tests.support.story import Story
from workflows.words import Kind, Role

BUILT = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)  # a Thursday, the third working day of December


def turn(story: Story, moment: datetime) -> None:
    story.now = moment
    with story.app.app_context():
        Worker().tick()


def came(story: Story, recipients: tuple[str, ...] = ()) -> str:
    """November's register of the Danish company came by itself; its public id."""
    with story.app.app_context():
        scheduling.set_schedule(
            viewer=story.viewer("Aud"),
            company_id=story.ids["company NL-DK"],
            plan=Plan("monthly", 3, "en", [story.ids[name] for name in recipients]),
            active_from=date(2026, 11, 1),
        )
    turn(story, BUILT)
    return all_of(story, Register)[0].public_id  # type: ignore[no-any-return]


def all_of(story: Story, model: type[Any]) -> list[Any]:
    with story.app.app_context():
        return list(db.session.scalars(select(model)))


def heard(story: Story, template: str) -> list[tuple[str, str]]:
    """Who got such a mail on which day."""
    names = {number: name for name, number in story.ids.items() if " " not in name}
    rows = [row for row in all_of(story, NoticeRow) if row.template == template]
    return [(names[row.person_id], str(row.created_at.date())) for row in sorted(rows, key=lambda row: row.id)]


def test_an_unread_register_is_reminded_of_then_passed_on_then_compliance_is_told(story: Story) -> None:
    story.person("Petra", company="NL")
    story.grant("Petra", Role.INTERNAL_AUDITOR, "NL")
    came(story, ("Petra",))
    for day in (6, 7, 13, 14, 20, 21, 28):  # the day before each step, and its day
        turn(story, BUILT + timedelta(days=day))
    assert heard(story, "digest") == [("Petra", "2026-12-10")], "five working days later, in the morning's mail"
    assert heard(story, "register_unread") == [("Aud", "2026-12-17"), ("Ilse", "2026-12-24"), ("Otto", "2026-12-24")]
    with story.app.app_context():
        mail = db.session.scalars(select(NoticeRow.body).where(NoticeRow.template == "digest")).one()
        assert "Register of NL-DK, 1 November 2026 to 30 November 2026: http://localhost/registers/" in str(mail)
        actions = db.session.scalars(select(Event.action).where(Event.stream.startswith("register/")).order_by(Event.id))
        assert list(actions)[2:] == ["register:reminded", "register:passed_on", "register:told_compliance"]
    overview = story.client("Otto").get("/registers/reading").text
    assert "has not read it" in overview
    assert "Compliance was told" in overview


def test_once_anybody_has_taken_it_nothing_more_is_said(story: Story) -> None:
    register = came(story)
    turn(story, datetime(2026, 12, 10, 8, 0, tzinfo=UTC))
    story.client("Otto").post(f"/registers/{register}/download", buffered=True)
    turn(story, datetime(2026, 12, 28, 8, 0, tzinfo=UTC))
    assert [row.step for row in all_of(story, RegisterChase)] == [1]


def test_whom_an_entry_names_is_not_told_of_the_unread_complete_register(story: Story) -> None:
    story.firm("Osterman")
    story.declare("Amalie", Kind.CONFLICT, firm="Osterman", named=frozenset({story.ids["Aud"], story.ids["Otto"]}))
    register = came(story)
    for day in ("2026-12-10", "2026-12-17", "2026-12-28"):
        turn(story, datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=UTC))
    assert "Aud" not in dict(heard(story, "digest"))
    assert {name for name, _ in heard(story, "register_unread")} == {"Ilse"}
    assert register not in story.client("Aud").get("/registers/reading").text


def test_an_auditor_signs_once_and_adds_but_changes_nothing(story: Story) -> None:
    register = came(story)
    aud, address = story.client("Aud"), f"/registers/{register}/sign-off"
    assert "Download it first" in aud.post(address, data={"findings": ""}).text
    assert all_of(story, RegisterSignOff) == [], "nobody signs what they have not taken"
    aud.post(f"/registers/{register}/download", buffered=True)
    assert aud.post(address, data={"findings": "Two gifts <b>lack</b> a value."}).status_code == 302
    assert aud.post(address, data={"findings": " "}).status_code == 422, "to add is to write something"
    assert aud.post(address, data={"findings": "Both were valued since.\nI saw the receipts."}).status_code == 302
    page = story.client("Otto").get(f"/registers/{register}").text
    assert "Two gifts &lt;b&gt;lack&lt;/b&gt; a value." in page
    assert '<p class="as-typed">Both were valued since.\nI saw the receipts.</p>' in page, "lines stay as they were typed"
    assert [(row.number, row.findings) for row in all_of(story, RegisterSignOff)] == [
        (1, "Two gifts <b>lack</b> a value."),
        (2, "Both were valued since.\nI saw the receipts."),
    ]
    with story.app.app_context():
        bodies = db.session.scalars(select(Event.body).where(Event.action.in_(("register:signed_off", "register:supplemented"))))
        assert all(b"valued" not in body and b"lack" not in body for body in bodies), "committed to, not written out"
    for statement in ("UPDATE register_sign_off SET findings = 'None'", "DELETE FROM register_sign_off"):
        with story.app.app_context(), pytest.raises(Exception, match=r"never changed|permission denied"), writing() as session:
            session.execute(text(statement))


def test_compliance_reads_and_does_not_sign(story: Story) -> None:
    register = came(story)
    for name in ("Otto", "Ilse"):
        client = story.client(name)
        client.post(f"/registers/{register}/download", buffered=True)
        assert client.post(f"/registers/{register}/sign-off", data={"findings": ""}).status_code == 404
        assert "Only internal audit signs registers." in client.get(f"/registers/{register}").text
    story.grant("Ilse", Role.INTERNAL_AUDITOR, "NL-DE")
    assert story.client("Ilse").post(f"/registers/{register}/sign-off", data={"findings": ""}).status_code == 403


def test_a_register_built_anew_says_so_on_the_old_one(story: Story) -> None:
    old = came(story)
    form = {"period": "days", "first_on": "2026-11-01", "last_on": "2026-11-30", "language": "en"}
    aud = story.client("Aud")
    new = aud.post("/registers", data=form | {"company": str(story.ids["company NL-DK"])}).location
    turn(story, BUILT + timedelta(hours=1))
    page = aud.get(f"/registers/{old}").text
    assert "This is version 1 of 2." in page
    assert new in page
    assert "It holds the same rows." in page
    assert "This is the newest of 2 versions of these days." in aud.get(new).text
    assert "A newer version is there" in aud.get("/registers").text


def test_the_record_tells_of_every_row_behind_the_app_s_back(story: Story, owners_url: str) -> None:
    from tests.declarations.evidence.conftest import Tampered

    register = came(story, ("Aud",))
    turn(story, datetime(2026, 12, 10, 8, 0, tzinfo=UTC))
    aud = story.client("Aud")
    aud.post(f"/registers/{register}/download", buffered=True)
    aud.post(f"/registers/{register}/sign-off", data={"findings": "Nothing"})
    tampered, dee = Tampered(story.app, owners_url), story.ids["Dee"]
    assert tampered("SELECT 1") == []
    for statement, named in {
        "UPDATE register_schedule SET working_day = 9": "column working_day",
        "UPDATE register_schedule SET stopped_at = '2026-11-21 00:00:00'": "column stopped_at",
        "UPDATE register_schedule SET first_month = 2": "column first_month",
        f"UPDATE register_recipient SET person_id = {dee}": "column recipients",
        "DELETE FROM register_recipient": "column recipients",
        "UPDATE register_chase SET at = '2026-12-11 08:00:00'": "column at of its follow-up 1",
        "DELETE FROM register_chase": "its follow-up 1 is gone",
        "UPDATE register_sign_off SET findings = NULL": "column findings",
        f"UPDATE register_sign_off SET person_id = {dee}": "is in no event",
        "UPDATE register_sign_off SET number = 2": "is gone",
        "DELETE FROM register_sign_off": "is gone",
        "UPDATE register SET due_on = '2026-12-04'": "column due_on",
    }.items():
        assert any(named in one for one in tampered(statement)), statement
