"""What would have changed an outcome is told to reviewers in their language, kept for the registers, and never leaks to who declared."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select

from declarations import alternatives, clock, world
from declarations.alternatives import Alternative, kept, read, sentences
from declarations.extensions import db
from declarations.jobs import alternatives as nightly
from declarations.jobs.claims import Claim
from declarations.models import Alternative as Kept
from declarations.models import Company, Decider, Declaration, NoticeRow
from declarations.registers import reader
from declarations.registers.columns import BREACH_COLUMNS, Of
from declarations.registers.decision_columns import DECISION_COLUMNS
from declarations.registers.scope import Scope, breach
from declarations.registers.words import Words
from tests.support.story import Story
from workflows.kinds import KINDS
from workflows.money import Money
from workflows.policy.counterfactual.axes import WORDS, YES_OR_NO
from workflows.words import Action, Kind, Outcome, Review

M, C, X = Review.MANAGER, Review.COMPLIANCE, Review.EXECUTIVE
NOBODY = "it would be recorded, and nobody would have to decide"


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Acme")
    return story


def one(what: str, now: Any, less: bool | None = None, **more: Any) -> Alternative:
    plain: dict[str, Any] = {"outcome": Outcome.MANAGER, "reviews": (M,), "heads": 1, "kind": Kind.GIFT}
    return Alternative(what, now, less, **(plain | more))


SAID = [
    (one("value", Money(35000, "DKK"), True), "At DKK 350 or less, only the manager would decide."),
    (one("value", Money(112001, "DKK"), False, outcome=Outcome.COMPLIANCE, reviews=(M, C)),
     "At DKK 1,120.01 or more, the manager and compliance would decide."),
    (one("value", Money(224000, "DKK"), True, heads=4), "At DKK 2,240 or less for all 4, only the manager would decide."),
    (one("value", Money(224001, "DKK"), False, heads=4), "At DKK 2,240.01 or more for all 4, only the manager would decide."),
    (one("heads", 3, False, outcome=Outcome.RECORD, reviews=()), f"With 3 or more to share it, {NOBODY}."),
    (one("heads", 2, True), "With 2 or fewer to share it, only the manager would decide."),
    (one("heads", 1, True), "With only 1 to share it, only the manager would decide."),
    (one("before", Money(60000, "DKK"), True), "With DKK 600 or less before it, only the manager would decide."),
    (one("earlier", 3, True), "With 3 or fewer before it, only the manager would decide."),
    (one("earlier", 0, True), "With none before it, only the manager would decide."),
    (one("percent_hundredths", 499, True, kind=Kind.INTEREST), "With a share of 4.99 percent or less, only the manager would decide."),
    (one("percent_hundredths", 500, False, reviews=(C,)), "With a share of 5 percent or more, only compliance would decide."),
    (one("occurred_on", date(2026, 4, 30), True), "On 30 April 2026 or earlier, only the manager would decide."),
    (one("occurred_on", date(2026, 5, 31), False), "On 31 May 2026 or later, only the manager would decide."),
    (one("filed_on", date(2026, 5, 31), True, reviews=(X,)), "Filed on 31 May 2026 or earlier, only an executive reviewer would decide."),
    (one("officials", False, reviews=(M, C, X)), "Without a public official, an executive reviewer would decide too."),
    (one("solicited", True, outcome=Outcome.PROHIBITED, reviews=(C,)), "If somebody had asked for it, it would not be allowed."),
    (one("form", "thing", outcome=Outcome.NO_DECLARATION, reviews=()), "If the sort of thing were “A thing”, nothing need be declared."),
    (one("counterparty_class", "partner"), "If the other side were “Business partner”, only the manager would decide."),
    (one("country", "SE"), "If the country were “Sweden”, only the manager would decide."),
    (one("exempt:personal_relation", True), "If it came from a personal relation, only the manager would decide."),
    (one("exempt:personal_relation", False), "If it did not come from a personal relation, only the manager would decide."),
    (one("exempt:low_profile", True), "If it were “low profile”, only the manager would decide."),
    (one("exempt:low_profile", False), "If it were not “low profile”, only the manager would decide."),
]  # fmt: skip


def test_each_change_is_a_sentence_that_can_be_kept_and_read_again(app: Flask) -> None:
    with app.test_request_context():
        for change, sentence in SAID:
            assert read(kept([change])) == (change,)
            (said,) = sentences([change])
            assert said.replace("\xa0", " ") == sentence


def test_whatever_is_varied_can_be_said_in_every_language(app: Flask) -> None:
    for language in ("en", "da", "ja"):
        with app.test_request_context(), force_locale(language):
            for name in ("officials", *YES_OR_NO):
                for answer in (True, False):
                    assert "%(" not in sentences([one(name, answer)])[0]
            for kind in Kind:
                for name in WORDS:
                    words = [choice.slug for asked in KINDS[kind].questions if asked.feeds == name for choice in asked.choices]
                    for word in (*words, *(["something_else"] if name != "country" else [])):
                        assert "something_else" not in sentences([one(name, word, kind=kind)])[0]


def test_what_the_policy_or_the_history_no_longer_answers_is_not_explained(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="1300")
    with story.app.app_context():
        session = db.session()
        row = session.scalars(select(Declaration)).one()
        case = world.case_of(session, row)
        around = world.world_around(session, row, case.facts, clock.now())
        assert case.assessment is not None
        assert len(alternatives.of_case(session, case, around)) == 1
        other = replace(case.assessment, policy_digest="another")
        assert alternatives.of_case(session, replace(case, assessment=other), around) == ()
        other = replace(case.assessment, reviews=(X,))
        assert alternatives.of_case(session, replace(case, assessment=other), around) == ()
        assert alternatives.of_case(session, replace(case, assessment=None), around) == ()


def test_only_what_the_filing_counted_is_reckoned_with(story: Story) -> None:
    story.declare("Amalie", firm="Acme", worth="2000", occurred_on=date(2026, 9, 1))
    story.declare("Amalie", firm="Acme", worth="490")
    story.declare("Amalie", firm="Acme", worth="100")  # the same day, afterwards
    with story.app.app_context():
        session = db.session()
        row = session.scalars(select(Declaration).order_by(Declaration.id)).all()[1]
        case = world.case_of(session, row)
        change = alternatives.of_case(session, case, world.world_around(session, row, case.facts, clock.now()))[0]
    assert change.now == Money.of("240", "DKK")


LEAK = re.compile(r"or less|or more|would decide|would have to|would not be allowed|eller mindre|eller derover")


def test_no_page_answer_or_notice_leaks_it_to_who_declared_it(story: Story) -> None:
    """Amalie is shown lawful ways; so is Ilse, whose own declaration no office lets her read as a reviewer."""
    for name in ("Amalie", "Ilse"):
        gift = story.declare(name, firm="Acme", worth="1300", title="A lamp")
        client = story.client(name)
        form = {
            "direction": "received", "counterparty": "Acme", "what": "A lamp", "worth": "1300", "worth_currency": "DKK",
            "occurred_on": "2026-11-19", "form": "thing", "became": "kept",
        }  # fmt: skip
        pages = [
            client.get(path)
            for path in (
                "/",
                "/mine",
                f"/declarations/{gift}",
                f"/declarations/{gift}/correct",
                "/policy",
                "/compliance",
                "/queue",
            )
        ]
        pages.append(client.post("/declare/gift", data=form | {"do": "check"}, follow_redirects=True))
        pages.append(client.post("/declare/gift/check", data=form))
        for answer in pages:
            assert not LEAK.search(answer.text), (name, answer.request.path)
    with story.app.app_context():
        for notice in db.session.scalars(select(NoticeRow)):
            assert set(notice.params) <= {"number", "declaration", "items"}
    reviewer = story.client("Otto").get(f"/declarations/{gift}")
    assert LEAK.search(reviewer.text), "or this test looks for the wrong words"


def test_each_night_what_would_have_changed_a_decision_is_kept_once(story: Story) -> None:
    gift = story.declare("Amalie", firm="Acme", worth="1300")
    story.act("Ben", Action.APPROVE, gift)
    story.act("Ilse", Action.SEND_BACK, gift, reason="Which lamp?")
    claim = Claim("alternatives", "2026-11-20", "test", 1)
    with story.app.app_context():
        assert nightly.are_due(db.session())
        nightly.run(claim)
        assert not nightly.are_due(db.session())
        nightly.run(claim)
        rows = db.session.scalars(select(Kept).order_by(Kept.decider_id)).all()
        assert [read(row.changes)[0].now for row in rows] == [Money.of("1120", "DKK")] * 2
    story.act(
        "Amalie", Action.ANSWER, gift, reason="A red one.", facts=story.facts("Amalie", Kind.GIFT, firm="Acme", worth="1200")
    )
    story.act("Ben", Action.APPROVE, gift)
    with story.app.app_context():
        nightly.run(claim)
        assert db.session.scalars(select(Kept).order_by(Kept.decider_id.desc())).first() is not None
        assert len(db.session.scalars(select(Kept)).all()) == 3


def test_the_register_says_it_beside_the_decision_save_to_those_who_might_read_it_on_their_own(story: Story) -> None:
    for name, decider in (("Amalie", "Ben"), ("Ilse", "Gerda")):
        gift = story.declare(name, firm="Acme", worth="1000")
        story.act(decider, Action.APPROVE, gift)
    story.declare("Tomasz", firm="Acme", worth="400")
    story.declare("Tomasz", firm="Acme", worth="1900", occurred_on=date(2026, 10, 28))
    with story.app.app_context():
        nightly.run(Claim("alternatives", "2026-11-20", "test", 1))
        company = db.session.scalars(select(Company)).first()
        assert company is not None
        scope = Scope(company.id, ZoneInfo("Europe/Copenhagen"), date(2026, 11, 1), date(2026, 11, 30))
        with reader.snapshot(db.engine) as connection:
            (decided,) = reader.decisions(connection, [list(connection.scalars(select(Decider.id)))])
            (late,) = reader.entries_where(connection, breach(scope), scope)
    with story.app.test_request_context():
        (column,) = [column for column in DECISION_COLUMNS if column.key == "would_change"]
        assert isinstance(column.value, Of)
        assert column.told is not None
        kept = map(column.value.read, *(decided[name] for name in column.value.fields))
        said = {who: column.told(one or [], Words()) for who, one in zip(decided["declarant"], kept, strict=True)}
    assert (said["Amalie"] or "").replace("\xa0", " ").startswith(f"At DKK 500 or less, {NOBODY}.")
    assert not said["Ilse"]
    why = BREACH_COLUMNS[1].value
    assert isinstance(why, Of)
    reasons = [*zip(late["declarant"], map(why.read, *(late[name] for name in why.fields)), strict=True)]
    assert ("Tomasz", ("Over a limit with what was entered late",)) in reasons
