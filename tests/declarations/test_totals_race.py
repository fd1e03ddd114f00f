"""However many file at once, no total slips past its limit: each sees those that came before it, and one of them finds the limit."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from declarations import casework, snapshot
from declarations.extensions import db, writing
from declarations.models import Draft, Filing
from tests.support.story import PACK, Story
from workflows.facts import Facts
from workflows.words import Kind

AT_ONCE = 8
LIMIT = 2240  # DKK from one giver within twelve months
PEOPLE = ("Amalie", "Tomasz", "Ben", "Dee", "Ilse", "Adam", "Nora", "Emil")
PERSON_RULE = """
[[rules]]
id = "one-guest"
clause = "DK 9"
heading = { en = "One guest", da = "Én gæst", ja = "同一の相手" }
sentence = { en = "What all of us give one person.", da = "Det, vi alle giver én person.", ja = "同じ人への合計。" }
kinds = ["gift"]
when.rolling_total = { months = 12, per = "person", over = { DKK = "2240", EUR = "300" } }
outcome = "compliance"
"""


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    for name in ("Nora", "Emil"):
        story.person(name, company="NL-DK", manager="Ben")
    story.firm("Kestrel")
    return story


def at_once(story: Story, made: list[tuple[str, Facts]]) -> None:
    """Everybody files at the same moment."""
    with story.app.app_context(), writing() as session:
        rows = [
            Draft(owner_id=story.ids[n], kind="gift", answers={}, created_at=story.now, updated_at=story.now) for n, _ in made
        ]
        session.add_all(rows)
        session.flush()
        drafts = [row.public_id for row in rows]
    viewers, gate = {name: story.viewer(name) for name, _ in made}, threading.Barrier(len(made))

    def file(number: int) -> str:
        name, facts = made[number]
        with story.app.app_context():
            gate.wait()
            try:
                return casework.file(
                    draft_public_id=drafts[number], actor=viewers[name], facts=facts, answers={}, new_counterparty=None
                )
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(made)) as pool:
        assert len(set(pool.map(file, range(len(made))))) == len(made)


def totals(story: Story, rule: str) -> list[int]:
    """What each filing found the rule's total to be, in øre, the least first."""
    with story.app.app_context():
        kept = [snapshot.assessment_from(plain) for plain in db.session.scalars(select(Filing.assessment))]
    return sorted(f.money.minor for each in kept for f in each.totals if f.rule == rule and f.name == "total" and f.money)


def matched(story: Story, rule: str) -> int:
    with story.app.app_context():
        kept = [snapshot.assessment_from(plain) for plain in db.session.scalars(select(Filing.assessment))]
    return sum(any(found.rule == rule for found in each.findings) for each in kept)


@pytest.mark.race
def test_one_persons_gifts_of_one_giver_filed_at_once_each_see_the_earlier(story: Story) -> None:
    share = LIMIT // AT_ONCE
    facts = story.facts("Amalie", Kind.GIFT, firm="Kestrel", worth=str(share))
    made = [("Amalie", facts)] * (AT_ONCE + 1)
    at_once(story, made)
    assert totals(story, "group-code/giver-total") == [share * 100 * n for n in range(1, AT_ONCE + 2)]
    assert matched(story, "giver-total") == 1


@pytest.mark.race
def test_colleagues_gifts_to_one_person_filed_at_once_each_see_the_earlier(story: Story) -> None:
    text = (PACK / "denmark.toml").read_text().replace("effective_from = 2024-07-01", "effective_from = 2024-07-02") + PERSON_RULE
    story.policy(text, days_ago=300)
    share = LIMIT // (AT_ONCE - 1) + 1  # seven of them come to one krone or more over it
    made = [
        (name, replace(story.facts(name, Kind.GIFT, firm="Kestrel", worth=str(share)), outside=frozenset({"guest-1"})))
        for name in PEOPLE
    ]
    at_once(story, made)
    assert totals(story, "denmark/one-guest") == [share * 100 * n for n in range(1, AT_ONCE + 1)]
    assert matched(story, "one-guest") == 2
