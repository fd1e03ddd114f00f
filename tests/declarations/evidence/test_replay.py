"""Every assessment comes out again as it did, whatever has happened since; what was tampered with does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import NullPool, create_engine, select, text

from declarations.compliance import commands, linking
from declarations.compliance.firms import firm
from declarations.compliance.reach import reach_of
from declarations.evidence.replay import Replayed, replay
from declarations.extensions import db
from declarations.jobs import claims, replays
from declarations.jobs.claims import Claim
from declarations.jobs.due import pieces
from declarations.models import Counterparty, Declaration, Event, ExchangeRate, NoticeRow
from tests.support.story import PACK, Story
from workflows.words import Action, Direction, Kind


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    for name in ("Kestrel", "Heron"):
        story.firm(name)
    return story


def replayed(story: Story) -> list[Replayed]:
    with story.app.app_context():
        found = list(replay(db.session(), lambda done, total: None))
        db.session.rollback()
        return found


def differing(story: Story) -> list[str]:
    return [str(each) for each in replayed(story) if each.differs]


def tamper(owners_url: str, then: str, now: str) -> None:
    """Change the facts of every filing as somebody with the keys to the database would, guards taken away first."""
    engine = create_engine(owners_url, poolclass=NullPool)
    with engine.connect().execution_options(aboveboard_writes=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("DROP TRIGGER filing_keep_update"))
        connection.execute(text("UPDATE filing SET facts = replace(facts, :then, :now)"), {"then": then, "now": now})
        connection.commit()


def busy(story: Story) -> None:
    """Gifts that lift totals, one in foreign money, one withdrawn, one corrected, one approved."""
    for worth in ("300", "700", "900"):
        story.declare("Amalie", worth=worth, firm="Kestrel")
    story.declare("Amalie", worth="150", currency="USD", firm="Kestrel", occurred_on=story.now.date() - timedelta(40))
    gone = story.declare("Amalie", worth="1000", firm="Kestrel", direction=Direction.GIVEN)
    story.act("Amalie", Action.WITHDRAW, gone, reason="It never came")
    corrected = story.declare("Amalie", worth="400", firm="Kestrel")
    facts = story.facts("Amalie", Kind.GIFT, firm="Kestrel", worth="450")
    story.act("Amalie", Action.CORRECT, corrected, facts=facts, answers={})
    story.declare("Amalie", Kind.ENTERTAINMENT, worth="900", heads=2, firm="Heron", form="meal", host_present=True)
    story.declare("Tomasz", Kind.CONFLICT, concerns_manager=True)


def test_whatever_was_filed_comes_out_as_it_did(story: Story) -> None:
    busy(story)
    found = replayed(story)
    assert len(found) == 9
    assert [str(each) for each in found if each.differs] == []


def test_what_was_declared_and_withdrawn_later_is_seen_as_it_stood_then(story: Story) -> None:
    given = {"firm": "Kestrel", "direction": Direction.GIVEN}
    first = story.declare("Amalie", worth="450", **given)
    story.declare("Amalie", worth="100", **given)
    story.act("Amalie", Action.WITHDRAW, first, reason="It never came")
    story.declare("Amalie", worth="110", **given)
    assert differing(story) == []


def test_a_counterparty_counts_with_the_group_it_was_in_then(story: Story) -> None:
    story.declare("Amalie", worth="1500", firm="Kestrel")
    story.declare("Amalie", worth="1500", firm="Heron")
    link(story)
    story.declare("Amalie", worth="100", firm="Heron")
    assert differing(story) == []


def link(story: Story) -> None:
    """Compliance says that the two count together."""
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        ids = [story.column(Counterparty, story.ids[name], "public_id") for name in ("Kestrel", "Heron")]
        moving = firm(db.session(), reach_of(db.session(), viewer), ids[0])
        seen = linking.seen(moving, db.session.get_one(Counterparty, story.ids["Heron"]))
        db.session.rollback()
        commands.link(
            officer=viewer, public_id=ids[0], other_public_id=ids[1], how=linking.GROUP, seen=seen, reason="They have one owner"
        )


def test_a_policy_published_later_changes_nothing_behind(story: Story) -> None:
    busy(story)
    newer = (PACK / "group-code-2026.toml").read_text().replace("effective_from = ", "effective_from = 2026-11-19 # ")
    newer = newer.replace('DKK = "500"', 'DKK = "100"')
    story.policy(newer)
    assert differing(story) == []
    story.declare("Amalie", worth="120", firm="Heron")
    assert differing(story) == []


def test_a_rate_that_came_later_is_not_used_for_what_was_filed_before(story: Story) -> None:
    story.now = story.now + timedelta(3)
    story.declare("Amalie", worth="150", currency="USD", firm="Kestrel")
    day = story.now.date() - timedelta(1)
    story._all(ExchangeRate(currency=currency, day=day, per_euro=rate) for currency, rate in (("USD", "1.5"), ("DKK", "7.4")))
    assert differing(story) == []


def test_what_was_tampered_with_is_named(story: Story, owners_url: str) -> None:
    story.declare("Amalie", worth="300", firm="Kestrel")
    story.declare("Amalie", worth="400", firm="Kestrel")
    tamper(owners_url, "40000", "90000")
    (difference,) = differing(story)
    assert "filing 1" in difference
    assert "outcome" in difference
    run = story.app.test_cli_runner().invoke(args=["record", "replay"])
    assert run.exit_code == 1
    assert difference in run.output
    assert "1 of 2 filings come out differently." in run.output


def test_the_command_says_when_everything_agrees_and_can_ask_for_one(story: Story) -> None:
    busy(story)
    run = story.app.test_cli_runner().invoke(args=["record", "replay"])
    assert (run.exit_code, run.output.strip()) == (0, "All 9 filings come out as they did.")
    with story.app.app_context():
        corrected = db.session.scalars(select(Declaration.number).where(Declaration.filing == 2)).one()
    run = story.app.test_cli_runner().invoke(args=["record", "replay", corrected])
    assert (run.exit_code, run.output.strip()) == (0, "All 2 filings come out as they did.")
    assert story.app.test_cli_runner().invoke(args=["record", "replay", "G-1900-0001"]).exit_code == 1


def test_each_night_a_sample_is_replayed_and_told_to_compliance_only_if_it_differs(story: Story, owners_url: str) -> None:
    busy(story)
    night = Claim("replay", "2026-11-20", "here", 1)
    with story.app.app_context():
        replays.run(night)
        event = db.session.scalars(select(Event).where(Event.stream == "replays")).one()
        assert b'"differing":0' in bytes(event.body)
        assert not db.session.scalars(select(NoticeRow).where(NoticeRow.template == replays.NOTICE)).all()
        db.session.rollback()
        tamper(owners_url, "70000", "75000")
        replays.run(night)
        told = db.session.scalars(select(NoticeRow.person_id).where(NoticeRow.template == replays.NOTICE)).all()
        assert told == [story.ids["Otto"]]


def test_it_is_due_once_a_night(story: Story) -> None:
    with story.app.app_context():
        (due,) = (piece for piece in pieces(db.session(), story.now) if piece.job == "replay")
        claim = claims.take(job=due.job, period=due.period, worker="here", lease=due.lease)
        assert claim is not None
        due.do(claim)
        claims.finish(claim)
        assert not [piece for piece in pieces(db.session(), story.now) if piece.job == "replay"]
        assert [piece for piece in pieces(db.session(), story.now + timedelta(1)) if piece.job == "replay"]
