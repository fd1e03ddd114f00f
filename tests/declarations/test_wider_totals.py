"""Totals kept by an outside person, an event, a household or all one person got are counted across people, where a policy says so."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from declarations import snapshot
from declarations.compliance.reach import reach_of
from declarations.compliance.totals import standings
from declarations.earlier_items import keys_of
from declarations.extensions import db
from declarations.models import Declaration, Filing, Person, TotalKey
from tests.support.story import Story
from workflows.money import Money
from workflows.words import Action, Direction, Kind, Outcome

DOCUMENT = """
key = "wide"
company = "NL-DK"
title = {{ en = "Wide", da = "Bred", ja = "広" }}
effective_from = 2020-01-01
approved_by = "The board"
approved_on = 2019-12-01
base_currency = "DKK"
time_zone = "Europe/Copenhagen"
holiday_calendar = "DK"

[[rules]]
id = "together"
clause = "W 1"
heading = {{ en = "Together", da = "Samlet", ja = "合計" }}
sentence = {{ en = "Together no more.", da = "Samlet ikke mere.", ja = "合計でこれまで。" }}
kinds = ["gift"]
when.{rule}
outcome = "prohibited"
"""


def house(app: Flask, rule: str) -> Story:
    story = Story(app).house()
    story.firm("Kestrel Logistics")
    story.firm("Owl Media")
    story.policy(DOCUMENT.format(rule=rule), days_ago=400)
    return story


def outcome(story: Story, by: str, worth: str, firm: str = "Kestrel Logistics", **facts: Any) -> Outcome:
    public_id = story.declare(by, Kind.GIFT, firm=firm, worth=worth, **facts)
    with story.app.app_context():
        return Outcome(db.session.scalars(select(Declaration.outcome).where(Declaration.public_id == public_id)).one())


def given_to(*names: str) -> dict[str, Any]:
    return {"direction": Direction.GIVEN, "outside": frozenset(names), "heads": len(names)}


def test_what_colleagues_give_one_outside_person_comes_together(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "person", over = { DKK = "400" } }')
    assert outcome(story, "Amalie", "300", **given_to("lee")) < Outcome.PROHIBITED
    assert outcome(story, "Tomasz", "300", **given_to("kim")) < Outcome.PROHIBITED
    assert outcome(story, "Tomasz", "200", **given_to("lee", "ho")) < Outcome.PROHIBITED
    assert outcome(story, "Ben", "0.01", **given_to("lee")) is Outcome.PROHIBITED
    assert outcome(story, "Ben", "300", "Owl Media", **given_to("lee")) < Outcome.PROHIBITED  # somebody else of that name
    assert outcome(story, "Ben", "300", direction=Direction.GIVEN) < Outcome.PROHIBITED


def test_what_a_correction_takes_a_name_from_counts_for_that_person_no_more(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "person", over = { DKK = "400" } }')
    first = story.declare("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="300", **given_to("lee"))
    changed = story.facts("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="300", **given_to("kim"))
    story.act("Amalie", Action.CORRECT, first, facts=changed, answers={}, reason="Another receiver")
    assert outcome(story, "Ben", "300", **given_to("lee")) < Outcome.PROHIBITED
    assert outcome(story, "Ben", "100.01", **given_to("kim")) is Outcome.PROHIBITED


@pytest.mark.parametrize(("per", "facts"), [("event", {"event": "fair"}), ("household", {"household": "home"})])
def test_what_belongs_to_one_event_or_household_comes_together(app: Flask, per: str, facts: dict[str, Any]) -> None:
    story = house(app, f'rolling_total = {{ months = 12, per = "{per}", over = {{ DKK = "400" }} }}')
    assert outcome(story, "Amalie", "300", **facts) < Outcome.PROHIBITED
    assert outcome(story, "Tomasz", "300") < Outcome.PROHIBITED
    assert outcome(story, "Ben", "100.01", **facts) is Outcome.PROHIBITED


def test_what_one_person_got_from_anybody_comes_together(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "declarant", over = { DKK = "400" } }')
    assert outcome(story, "Amalie", "300") < Outcome.PROHIBITED
    assert outcome(story, "Tomasz", "300", "Owl Media") < Outcome.PROHIBITED
    assert outcome(story, "Amalie", "100.01", "Owl Media") is Outcome.PROHIBITED


def test_tax_and_what_was_paid_count_where_the_rule_says_so(app: Flask) -> None:
    rule = 'rolling_total = { months = 12, with_tax = true, less_own_share = true, over = { DKK = "400" } }'
    story = house(app, rule)
    assert outcome(story, "Amalie", "300", tax=Money(5000, "DKK"), own_share=Money(10000, "DKK")) < Outcome.PROHIBITED
    assert outcome(story, "Amalie", "150") < Outcome.PROHIBITED
    assert outcome(story, "Amalie", "0.01") is Outcome.PROHIBITED


def test_the_index_holds_no_name(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "person", over = { DKK = "400" } }')
    outcome(story, "Amalie", "300", **given_to("lee"))
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(TotalKey)) == 1
        row = db.session.scalars(select(TotalKey)).one()
        facts = story.facts("Amalie", Kind.GIFT, **given_to("lee"))
        assert (row.sort, row.value) in keys_of(facts)
        assert "lee" not in row.value


def overview(story: Story, rule: str) -> set[tuple[str, str]]:
    """What compliance reads of the totals of `rule`: whose, and how much."""
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        people = [(row.id, row.company_id) for row in db.session.scalars(select(Person))]
        found = standings(db.session(), reach, people, story.now.date())
        return {(one.person, str(one.total.amount)) for one in found if one.limit.rule == rule}


def test_compliance_reads_the_totals_that_count_as_the_rule_says(app: Flask) -> None:
    story = house(
        app, 'rolling_total = { months = 12, leave_out = ["wine"], leave_out_under = { DKK = "10" }, over = { DKK = "400" } }'
    )
    for worth, facts in (("10", {}), ("9.99", {}), ("50", {"form": "wine"}), ("20", {"form": "thing"})):
        outcome(story, "Amalie", worth, **facts)
    assert overview(story, "together") == {("Amalie", "30.00")}


def test_a_total_kept_by_another_key_is_not_read_as_one_persons(app: Flask) -> None:
    story = house(app, 'rolling_total = { months = 12, per = "person", over = { DKK = "400" } }')
    outcome(story, "Amalie", "300", **given_to("lee"))
    assert overview(story, "together") == set()


TITLES = 'role = "account_manager"\nwhen.unit = ["north_sales"]\nwhen.counterparty_country = "SE"\nwhen.counterparty_group = "elk_trading"'


def test_what_a_policy_asks_about_people_and_firms_is_looked_up_and_kept(app: Flask) -> None:
    story = house(app, TITLES)
    story.firm("Elk Trading", country="SE")
    story.person("Nora", company="NL-DK", manager="Ben", title="Account Manager", unit="North sales")
    assert outcome(story, "Nora", "10", "Elk Trading") is Outcome.PROHIBITED
    assert outcome(story, "Nora", "10", "Owl Media") < Outcome.PROHIBITED
    assert outcome(story, "Amalie", "10", "Elk Trading") < Outcome.PROHIBITED
    with story.app.app_context():
        filed = [snapshot.facts_from(one.facts) for one in db.session.scalars(select(Filing).order_by(Filing.id))]
        kept = [(one.role, one.unit, one.counterparty_country, one.counterparty_group, one.rank) for one in filed]
    assert kept == [
        ("account_manager", "north_sales", "SE", "elk_trading", None),
        ("account_manager", "north_sales", "DK", "owl_media", None),
        ("account_manager", None, "SE", "elk_trading", None),
    ]


def test_what_no_policy_asks_about_is_not_kept(app: Flask) -> None:
    story = house(app, "value_unknown = true")
    outcome(story, "Amalie", "10")
    with story.app.app_context():
        facts = snapshot.facts_from(db.session.scalars(select(Filing)).one().facts)
    assert (facts.role, facts.unit, facts.counterparty_country, facts.counterparty_group) == (None, None, None, None)
