"""Declarations of every sort a rule could tell apart, put into a database without its guards: for comparing answers, not records."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from benchmarks.crowd import Bulk, columns_of, table
from declarations import packing, snapshot, world
from declarations.extensions import db, writing
from declarations.models import Company, Declaration, Person
from declarations.projection import project
from tests.support.story import Story
from workflows.facts import Facts
from workflows.money import Money
from workflows.words import CounterpartyClass, Direction, Disposition, Kind, State, ValueBasis

CLASSES = list(CounterpartyClass)
FORMS = [None, "cash", "voucher", "gift_card", "meal", "refreshments", "event", "ticket", "promotional", "wine"]
CURRENCIES = ["DKK", "DKK", "EUR", "EUR", "GBP", "USD", "JPY", "SEK"]
PEOPLE = ["Amalie", "Tomasz", "Ben", "Ilse", "Gerda", "Dora", "Gail", "Jun", "Urs"]
FIRST = 5_000_000


def house(story: Story) -> Story:
    """The usual house with companies in four more currencies, one of which no limit is stated in, and ten firms in six groups."""
    story.house()
    for key, currency, country in (("NL-GB", "GBP", "GB"), ("NL-JP", "JPY", "JP"), ("NL-CH", "CHF", "CH")):
        story.company(key, under="NL", currency=currency, country=country)
    for name, company in (("Dora", "NL-DE"), ("Gail", "NL-GB"), ("Jun", "NL-JP"), ("Urs", "NL-CH")):
        story.person(name, company=company, manager="Gerda")
    for number in range(10):
        group = f"Firm {number}" if number < 6 else None
        story.firm(f"Firm {number}", CLASSES[number % len(CLASSES)], group=None if group else f"Firm {number - 6}")
    return story


def facts(chance: random.Random, story: Story, day: date) -> Facts:
    """Anything that could be declared, sound or not, within two years before `day`."""
    one_in = lambda number: chance.randrange(number) == 0  # noqa: E731
    kind = chance.choice([Kind.GIFT, Kind.GIFT, Kind.GIFT, *Kind])
    firm = None if one_in(9) else story.ids[f"Firm {chance.randrange(10)}"]
    filed_on = day - timedelta(chance.randrange(450 if chance.randrange(9) else 900))
    occurred = filed_on - timedelta(chance.choice([0, 0, 1, 1, 2, 3, 10, 29, 30, 31, 32, 90, -5]))
    limits = [15000, 37500, 50000, 112000, 186500, 224000, 45000, 2000, 6700, 30000]
    minor = chance.choice([chance.randrange(300_000), chance.choice(limits) + chance.randrange(-1, 2), 10_000, 0])
    currency = "CHF" if one_in(90) else chance.choice(CURRENCIES)
    value = None if one_in(12) else Money(-5 if one_in(90) else minor, currency)
    direction = None if kind in (Kind.INTEREST, Kind.CONFLICT) and not one_in(9) else chance.choice(list(Direction))
    made = Facts(
        kind=kind,
        declarant_id=story.ids[chance.choice(PEOPLE)],
        filed_on=filed_on,
        occurred_on=None if one_in(60) else occurred,
        direction=direction,
        counterparty_id=firm,
        counterparty_class=chance.choice(CLASSES) if firm is None or one_in(3) else CounterpartyClass.SUPPLIER,
        country=chance.choice([None, "DK", "DE", "JP"]),
        value=value,
        value_basis=ValueBasis.KNOWN if value else (ValueBasis.NOT_ASKED if one_in(9) else ValueBasis.UNKNOWN),
        heads=chance.choice([1, 1, 1, 2, 3, 7]),
        form=chance.choice(FORMS),
        disposition=chance.choice([Disposition.KEPT, Disposition.KEPT, *Disposition]),
        officials=chance.choice([0, 0, 0, 0, 2]),
        host_present=chance.choice([None, True, False]),
        exempt=frozenset({"personal_relation"} if one_in(8) else ()),
    )
    rare: dict[str, Any] = {
        "own_share": Money(minor // 2, value.currency) if value and value.minor > 0 else None,
        "ends_on": filed_on + timedelta(100),
        "percent_hundredths": chance.choice([0, 499, 500, 501, 10000]),
        "travel_class": chance.choice(["business", "economy"]),
        "solicited": True,
        "close_relation": True,
        "concerns_manager": True,
        "political": True,
        "family": True,
        "companion": True,
    }
    return replace(made, **{name: what for name, what in rare.items() if one_in(10)})


def fill(story: Story, count: int, *, seed: int, made: Any = facts, change: Any = None) -> list[int]:
    """`count` declarations of the people of `house`; `change` may alter a row's columns. Returns their ids."""
    chance, app = random.Random(seed), story.app
    rows, filings = [], []
    with app.app_context():
        session = db.session()
        people = {row.id: row for row in session.query(Person)}
        companies = {row.id: row for row in session.query(Company)}
        groups = dict(session.execute(db.text("SELECT id, group_id FROM counterparty")).all())
        stated = [
            replace(f, counterparty_group_id=groups.get(f.counterparty_id))
            for f in (made(chance, story, story.now.date()) for _ in range(count))
        ]
        days = {f.rated_on for f in stated}
        rates = world.rates_for(session, {(currency, day) for currency in {*CURRENCIES, "CHF"} for day in days})
        currency = {row.id: row.currency for row in companies.values()}
        where = {person: people[person].company_id for person in people}
        session.rollback()
        with writing() as session:
            for number, each in enumerate(stated, FIRST):
                company = where[each.declarant_id] if chance.randrange(15) else chance.choice(list(companies))
                around: Any = SimpleNamespace(
                    company=SimpleNamespace(currency=currency[company]),
                    rates=rates,
                    policy=SimpleNamespace(max_age=timedelta(45)),
                    group_currency="EUR",
                )
                row = Declaration(
                    id=number, public_id=f"v{number}", number=f"V-{number}", kind=each.kind.value, company_id=company
                )
                row.declarant_id, row.base_currency, row.version, row.filing = each.declarant_id, currency[company], 1, 1
                row.filed_at = row.changed_at = datetime(
                    each.filed_on.year, each.filed_on.month, each.filed_on.day, 9, tzinfo=story.now.tzinfo
                )
                row.state = chance.choice(
                    [State.RECORDED, State.APPROVED, State.REFUSED, State.SENT_BACK, State.WITH_MANAGER, State.WITHDRAWN]
                ).value
                project(row, each, SimpleNamespace(outcome=1, days_late=0), around)  # type: ignore[arg-type]
                row.prohibited, row.reminded, row.escalated, row.marks = False, 0, "", 0
                row.packed = packing.pack(session, row, each)
                if change is not None:
                    change(row, number - FIRST)
                rows.append(columns_of(row))
                filings.append(
                    {"id": number, "declaration_id": number, "sequence": 1, "filed_by_id": each.declarant_id, "filed_at": row.filed_at,
                     "policy_digest": "", "facts": snapshot.facts_json(each), "answers": {}, "assessment": {}, "organisation": {},
                     "attachments": [], "salts": {}}
                )  # fmt: skip
        bulk = Bulk(app)
        bulk.put(table("declaration"), rows)
        bulk.put(table("filing"), filings)
        bulk.finish()
        db.session.remove()
        db.engine.dispose()
    return [row["id"] for row in rows if row["state"] != State.WITHDRAWN.value]
