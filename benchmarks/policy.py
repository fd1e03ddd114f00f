"""The policy where people wait: one answer in memory, a rehearsal over everything filed, and the live check while somebody types."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import select

from benchmarks.crowd import NOW, fill
from benchmarks.measure import Report, measure, peak_memory_mb, tell, timed
from benchmarks.pages import database
from declarations.extensions import db
from declarations.models import Draft, ExchangeRate
from declarations.rehearsing import one_by_one
from declarations.rehearsing.rehearsal import rehearse
from tests.support.story import PACK, RATES, Story
from workflows.case import Company
from workflows.facts import Facts, Item
from workflows.money import Money, Rates
from workflows.policy.assess import assess
from workflows.policy.document import Document, load
from workflows.policy.in_force import InForce, in_force
from workflows.words import CounterpartyClass, Direction, Disposition, Kind, State, ValueBasis

SORTS = 400
PLAIN = 2_000  # declarations the plain loop is timed with; its time grows with their number
ASKED = 2_000  # answers timed in memory
TYPED = 60  # live checks timed
FORMS = (None, "meal", "meal", "refreshments", "event", "ticket", "wine", "promotional", "cash", "voucher")


def sorts(declarant: int, seed: int = 11) -> list[Facts]:
    """What people declare: mostly gifts and meals of suppliers and customers, a little of everything else the rules know."""
    chance = random.Random(seed)
    return [_sort(chance, declarant) for _ in range(SORTS)]


def _sort(chance: random.Random, declarant: int) -> Facts:
    kind = chance.choice((Kind.GIFT,) * 8 + (Kind.ENTERTAINMENT,) * 8 + (Kind.TRAVEL,) * 2 + (Kind.INTEREST, Kind.DONATION))
    rarely = chance.random() < 0.04
    known = chance.random() < 0.97 and kind is not Kind.INTEREST
    direction = None if kind is Kind.INTEREST else Direction.GIVEN if kind is Kind.DONATION else chance.choice(list(Direction))
    facts = Facts(
        kind=kind,
        declarant_id=declarant,
        filed_on=NOW.date(),
        occurred_on=NOW.date() - timedelta(3),
        direction=direction,
        counterparty_class=chance.choice([CounterpartyClass.SUPPLIER, CounterpartyClass.CUSTOMER] * 9 + list(CounterpartyClass)),
        country=chance.choice(("DK", "DK", "DK", "DE", "JP")),
        value=Money(10_000, chance.choice(("DKK",) * 8 + ("EUR", "USD"))) if known else None,
        value_basis=ValueBasis.KNOWN if known else ValueBasis.UNKNOWN,
        heads=chance.choice((1, 1, 1, 2, 4)),
        form=chance.choice(FORMS),
        disposition=chance.choice((Disposition.KEPT,) * 12 + tuple(Disposition)),
        officials=1 if chance.random() < 0.04 else 0,
        host_present=chance.random() < 0.95 if kind is Kind.ENTERTAINMENT else None,
        exempt=frozenset({"personal_relation"} if chance.random() < 0.05 else ()),
    )
    if rarely:
        return replace(facts, **{chance.choice(("solicited", "close_relation", "family", "companion", "political")): True})
    if kind is Kind.INTEREST:
        return replace(facts, percent_hundredths=chance.randrange(0, 10001, 250))
    return replace(facts, travel_class=chance.choice(("economy", "business"))) if kind is Kind.TRAVEL else facts


def pack() -> list[Document]:
    """The default pack."""
    return [load(path.read_bytes(), path.name) for path in sorted(PACK.glob("*.toml"))]


def draft() -> Document:
    """A next version of the Code: one limit raised, one total lowered."""
    text = (PACK / "group-code-2026.toml").read_text()
    for then, now in (('DKK = "500"', 'DKK = "800"'), ('DKK = "2240"', 'DKK = "1500"')):
        assert then in text
        text = text.replace(then, now)
    return load(text, "draft")


def company() -> Company:
    """A Danish company."""
    from zoneinfo import ZoneInfo

    return Company(1, "NL-DK", "Nordlys Denmark", "DK", "DKK", ZoneInfo("Europe/Copenhagen"))


def items(count: int) -> tuple[Item, ...]:
    """Earlier gifts of the same giver, a week apart."""
    return tuple(
        Item(
            declaration_id=n,
            number=f"G-{n}",
            declarant_id=1,
            kind=Kind.GIFT,
            direction=Direction.RECEIVED,
            occurred_on=date(2026, 11, 18) - timedelta(7 * n),
            counterparty_group_id=5,
            counterparty_class="supplier",
            value=Money(10_000, "DKK"),
            base=Money(10_000, "DKK"),
            form=None,
            disposition=Disposition.KEPT,
            state=State.RECORDED,
        )
        for n in range(count)
    )


def of_rules(number: int) -> InForce:
    """The Code with so many rules: its own, then the same again under other names."""
    code = next(document for document in pack() if document.version == "2026-01-01" or document.key == "group-code")
    rules = [replace_id(code.rules[n % len(code.rules)], n) for n in range(number)]
    return InForce((code.model_copy(update={"rules": tuple(rules)}),))


def replace_id(rule: Any, number: int) -> Any:
    """The rule under another name."""
    return rule.model_copy(update={"id": f"{rule.id}-{number}"})


def in_memory(report: Report) -> None:
    """One assessment, with the default pack and with as many rules as said."""
    facts = replace(_sort(random.Random(3), 1), kind=Kind.GIFT, counterparty_group_id=5, value=Money(60_000, "DKK"), heads=1)
    facts = replace(facts, disposition=Disposition.KEPT, direction=Direction.RECEIVED, officials=0, form=None)
    earlier, here = items(5), company()
    policies = {"default_pack": in_force(pack(), "NL-DK", ["NL"], date(2026, 11, 20))}
    policies |= {f"{number}_rules": of_rules(number) for number in (10, 100, 1000)}
    for name, policy in policies.items():
        ask = partial(assess, facts, items=earlier, policy=policy, rates=Rates({}), company=here)
        timed(ask, 50)
        report.times(f"answer_{name}", timed(ask, max(ASKED // (10 if "1000" in name else 1), 100)))


def plain_loop(app: Flask, ids: list[int], document: Document) -> float:
    """Seconds for a loop that fetches each declaration and asks the engine twice, as anybody would write it first."""
    from declarations import world

    began = time.perf_counter()
    with app.app_context():
        session = db.session()
        for number, company_id, facts in one_by_one.filed(session, ids):
            line = world.companies_above(session, company_id)
            keys = [each.key for each in line]
            before = world.policy_for(session, keys, facts.occurred_on or facts.filed_on)
            rest = [each for each in before.documents if each.key != document.key]
            after = in_force([*rest, document.model_copy(update={"effective_from": date.min})], keys[0], keys[1:], date.max)
            here = world.company_facts(line[0], NOW)
            for policy in (before, after):
                one_by_one.assessed(session, number, facts, policy, here)
        db.session.remove()
    return time.perf_counter() - began


def rehearsed(report: Report, backend: str, app: Flask) -> None:
    """A draft of the Code over everything filed, thrice, beside the plain loop over a few of them."""
    document = draft()
    seconds, processor = [], []
    found = None
    with app.app_context():
        engine = db.engine
    for _ in range(3):
        began, used = time.perf_counter(), time.process_time()
        found = rehearse(engine=engine, draft=document, first_on=date(2020, 1, 1), last_on=date(2030, 1, 1))
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    assert found is not None
    report.figure(f"{backend}_rehearsed", found.count)
    report.figure(f"{backend}_changed", found.changed)
    report.figure(f"{backend}_rehearsal_first_s", seconds[0])
    report.figure(f"{backend}_rehearsal_s", min(seconds))
    report.figure(f"{backend}_rehearsal_processor_s", min(processor))  # of this process, both threads together
    some = [int(number) for number in found.ids[:: max(found.count // PLAIN, 1)]][:PLAIN]
    slow = plain_loop(app, some, document) / len(some) * found.count
    report.figure(f"{backend}_plain_loop_s_reckoned_from_{len(some)}", slow)
    report.ratio(f"{backend}_plain_loop_over_rehearsal", slow / min(seconds))


def older_rates(story: Story) -> None:
    """The crowd's declarations go back further than the story's rates."""
    days = [NOW.date() - timedelta(n) for n in range(500, 700, 10)]
    story._all(ExchangeRate(currency=currency, day=day, per_euro=rate) for currency, rate in RATES.items() for day in days)


def typing(report: Report, backend: str, story: Story) -> None:
    """The answer to each pause of somebody who declares a gift of a firm that gave them something before; it saves the draft, too."""
    story.app.config["WTF_CSRF_ENABLED"] = False
    client = story.client("employee")
    typed = {"direction": "received", "counterparty": "Firm 7", "what": "A hamper", "form": "thing", "became": "kept"}
    typed |= {"worth_currency": "DKK", "occurred_on": "2026-11-18"}
    drawn = client.post("/declare/gift/check", data=typed | {"worth": "10"})
    assert drawn.status_code == 200, drawn.status_code
    with story.app.app_context():
        draft = db.session.scalars(select(Draft.public_id).where(Draft.owner_id == story.ids["employee"])).one()
    sums = iter(range(100, 10_000))

    def check() -> None:
        answer = client.post(f"/drafts/{draft}/check", data=typed | {"worth": str(next(sums))})
        assert answer.status_code == 200, answer.status_code

    timed(check, 5)
    report.times(f"{backend}_live_check", timed(check, TYPED))


@contextmanager
def kept(app: Flask) -> Iterator[None]:
    """Connections are given back at the end."""
    yield
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def work(report: Report) -> None:
    """In memory, then on both databases."""
    in_memory(report)
    backends = os.environ.get("BENCH_DATABASES", "sqlite postgresql").split()
    for backend in backends:
        tell(f"{backend}: {report.rows} declarations …")
        with database(backend) as app, kept(app):
            story = fill(app, report.rows, like=sorts(1))
            older_rates(story)
            rehearsed(report, backend, app)
            typing(report, backend, story)
    report.figure("peak_memory_mb", peak_memory_mb())


if __name__ == "__main__":
    measure("policy", work, rows=100_000)
