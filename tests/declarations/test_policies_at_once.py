"""Two officers at the same moment: a draft is signed and published once, and no declaration slips past a tender being entered."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from declarations import casework
from declarations.extensions import db
from declarations.models import Event, Filing, PolicyDocument, PolicyDraft, Recheck
from declarations.policies import commands as first
from declarations.policy_drafts import commands as drafts
from declarations.tenders import commands as tenders
from tests.declarations.test_at_once import at_once
from tests.pages.test_filing_circumstances import house
from tests.support.story import PACK, Story
from workflows.words import Kind, Role

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
WAITING = """
SELECT EXISTS (
  SELECT 1 FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE NOT granted AND datname = current_database()
)
"""
NINETEENTH = date(2026, 11, 19)


def signed_and_published(story: Story) -> list[str]:
    with story.app.app_context():
        done = select(Event.action).where(Event.stream == "policy/denmark", Event.actor_id.is_not(None))
        return sorted(db.session.scalars(done.where(Event.action.in_(("policy:signed", "policy:published")))))


@pytest.mark.race
def test_two_officers_sign_a_draft_once_and_publish_it_once(app: Flask) -> None:
    story = Story(app).house()
    story.person("Nora", company="NL")
    story.grant("Nora", Role.COMPLIANCE_OFFICER, "NL")
    ilse, otto, nora = (story.viewer(name) for name in ("Ilse", "Otto", "Nora"))
    with app.app_context():
        draft = drafts.start(officer=ilse, key="denmark")
        written = db.session.scalars(select(PolicyDraft.text)).one().replace('DKK = "450"', 'DKK = "400"')
        seen = drafts.save(officer=ilse, draft=draft, written=written, seen=1)
        drafts.submit(officer=ilse, draft=draft, seen=seen)
    answers = at_once(story, [lambda who=who: drafts.sign(officer=who, draft=draft, seen=seen) for who in (otto, nora, otto)])  # type: ignore[misc]
    assert sorted(map(str, answers)) == ["None", "Stale", "Stale"]
    resolved: dict[str, Any] = {"number": "2026-31", "resolved_on": NINETEENTH, "effective_from": date(2027, 1, 1)}
    with app.app_context():
        drafts.resolve(officer=ilse, draft=draft, filename="minutes.pdf", content=PDF, **resolved)
    answers = at_once(
        story, [lambda who=who: drafts.publish(officer=who, draft=draft, seen=seen + 1) for who in (ilse, otto, nora)]
    )  # type: ignore[misc]
    assert sorted(type(answer).__name__ for answer in answers) == ["Published", "str", "str"]
    assert answers.count("Stale") == 2
    assert signed_and_published(story) == ["policy:published", "policy:signed"]
    with app.app_context():
        day = PolicyDocument.effective_from == date(2027, 1, 1)
        assert db.session.scalar(select(func.count()).select_from(PolicyDocument).where(day)) == 1


@pytest.mark.race
def test_the_first_documents_brought_in_at_once_are_there_once_and_each_beside_the_others(app: Flask) -> None:
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DK", under="NL")
    names = ("group-code-2024.toml", "group-code-2026.toml", "denmark.toml")
    for name in names:
        read = (PACK / name).read_bytes()
        twice = [lambda name=name, read=read: first.publish(text=read, name=name, by_email=None)[1]] * 3  # type: ignore[misc]
        assert sorted(map(str, at_once(story, twice))) == ["False", "False", "True"]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PolicyDocument)) == len(names)
        assert db.session.scalar(select(func.count()).select_from(Event).where(Event.action == "policy:published")) == len(names)


def test_what_is_filed_while_a_tender_is_entered_is_told_of_it_or_flagged(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tender is entered after the filing asked for tenders and before it is kept: one waits for the other."""
    story = house(app, "quiet_period = true")
    ilse = story.viewer("Ilse")
    tender: dict[str, Any] = {"company_id": story.ids["company NL-DK"], "firm": "Kestrel Logistics", "title": "Hosting"}
    entered: list[Future[str]] = []

    def enter() -> str:
        with app.app_context():
            try:
                return tenders.enter(officer=ilse, first_on=NINETEENTH, last_on=NINETEENTH, **tender)
            finally:
                db.session.remove()

    def waits(session: Any) -> bool:
        """Whether the tender stands in line; on SQLite it does from the beginning."""
        if session.get_bind().dialect.name == "sqlite":
            return True
        return bool(session.scalar(text(WAITING)))

    kept = casework.write_step

    def meanwhile(session: Any, *args: Any, **more: Any) -> Any:
        entered.append(pool.submit(enter))
        while not (entered[0].done() or waits(session)):
            pass
        return kept(session, *args, **more)

    monkeypatch.setattr(casework, "write_step", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        story.declare("Amalie", Kind.ENTERTAINMENT, firm="Kestrel Logistics", worth="300", occurred_on=NINETEENTH)
        assert entered[0].result()
    with app.app_context():
        (filed,) = db.session.scalars(select(Filing))
        assert filed.facts.get("quiet_periods") is None
        (flag,) = db.session.scalars(select(Recheck))
        assert flag.declaration_id == filed.declaration_id
