"""A rehearsal answers each declaration as the engine does when one is filed, whatever was declared and whatever the draft says."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from declarations import world
from declarations.extensions import db, writing
from declarations.models import Company, Declaration, Person, PolicyDocument
from declarations.rehearsing import keeping, one_by_one, rehearsal
from declarations.rehearsing.pairing import always
from declarations.rehearsing.rehearsal import rehearse
from declarations.rehearsing.result import Cut, Rehearsal
from tests.declarations.rehearsing.varied import fill, house
from tests.support.story import PACK, Story
from workflows.policy.assess import assess, quotes_needed
from workflows.policy.document import Document, load
from workflows.policy.in_force import day_in_force, in_force
from workflows.policy.tables import Route
from workflows.words import Kind, Outcome, Review

EVER = {"first_on": date(2000, 1, 1), "last_on": date(2030, 1, 1)}
CODE, DENMARK = PACK / "group-code-2026.toml", PACK / "denmark.toml"
RULE = """
[[rules]]
id = "{id}"
clause = "9"
heading = {{ en = "Rule", da = "Regel", ja = "規則" }}
sentence = {{ en = "A rule.", da = "En regel.", ja = "規則。" }}
kinds = ["gift", "entertainment", "travel", "donation"]
outcome = ["executive"]
"""


def draft(path: object, *changes: tuple[str, str], rules: str = "") -> Document:
    """A version of the pack's document with some of its text changed and rules added."""
    text = path.read_text()  # type: ignore[attr-defined]
    for then, now in changes:
        assert then in text, then
        text = text.replace(then, now)
    return load(text + rules, "draft")


def rule(number: int, *conditions: str) -> str:
    """A rule with these conditions."""
    return RULE.format(id=f"rule-{number}") + "\n".join(conditions) + "\n"


LOOSER = (
    ('DKK = "500"', 'DKK = "800"'),
    ('over = { EUR = "300", DKK = "2240"', 'over = { EUR = "100", DKK = "1500"'),
    ("[filing]\ndays = 30", "[filing]\ndays = 10"),
    ("rate_max_age = 45", "rate_max_age = 5"),
    ('clause = "4.4"', 'clause = "4.4b"'),
    ('when.company_donation = true\noutcome = ["manager", "compliance"]', 'when.company_donation = true\noutcome = "invalid"'),
)
ODD = [
    'when.season = { first = "12-01", last = "01-06" }',
    "when.heads.over = 2",
    'when.value.at_least = { EUR = "100" }\nwhen.in_future = false',
    'when.value = { over = { EUR = "40", DKK = "300" }, less_own_share = true }',
    'when.own_share.over = { EUR = "1" }',
    'when.rolling_total = { months = 3, over = { EUR = "100" }, both_directions = true, leave_out_under = { EUR = "10" } }',
    'when.calendar_total = { period = "quarter", whole = true, at_least = { EUR = "200", JPY = "30000" } }',
    'when.calendar_total = { over = { EUR = "900" }, per = "declarant", leave_out = ["personal_relation", "cash", "shared"] }',
    'when.rolling_total = { months = 12, over = { EUR = "50" }, leave_out_up_to = { EUR = "20", GBP = "17" }, forms = ["event"] }',
    'when.count = { months = 6, over = 1, kinds = ["gift", "travel"] }\nunless.country = ["DK"]',
    'when.country_limit.over = { JP = { JPY = "10000" }, DE = { EUR = "40" } }',
    'when.company = ["NL-DK", "NL-GB"]\nwhen.percent.at_least = "5"',
    'when.company_country = ["GB"]\nwhen.per_head.under = { EUR = "30" }',
    'when.rolling_total = { months = 12, over = { EUR = "50" }, per = "event" }',
    "when.own_cost = true",
    'when.value_unknown = true\nwhen.disposition = ["kept", "undecided"]',
]


def told(found: Rehearsal) -> dict[int, tuple[int, int, bool, bool]]:
    """What a rehearsal says of each declaration."""
    columns = zip(found.ids, found.before, found.after, found.breach_before, found.breach_after, strict=True)
    return {int(number): (int(a), int(b), bool(c), bool(d)) for number, a, b, c, d in columns}


def asked(story: Story, ids: list[int], changed: Document) -> dict[int, tuple[int, int, bool, bool]]:
    """The same, asked of the engine as filing asks it, one by one."""
    session = db.session()
    documents = [load(row.text, row.key) for row in session.scalars(select(PolicyDocument))]
    documents = [document for document in documents if document.key != changed.key] + [always(changed)]
    answers = {}
    for number, company_id, facts in one_by_one.filed(session, ids):
        around = world.world_of(session, company_id=company_id, facts=facts, now=story.now, besides=number)
        after = in_force(documents, around.company.key, around.ancestors, day_in_force(facts))
        second = world.second_company(session, facts.declarant_id, day_in_force(facts))
        if second is not None:
            keys = [row.key for row in world.companies_above(session, second.id)]
            theirs = in_force(documents, keys[0], keys[1:], day_in_force(facts))
            own = session.get_one(Company, company_id)
            after = after.join(world.seat_of(own), theirs, world.seat_of(second))
        says = []
        for policy in (around.policy, after):
            items = world.items_around(session, facts, policy=policy, company_id=company_id, besides=number)
            rates = world.rates_for(session, quotes_needed(facts, items, policy, around.company))
            says.append(one_by_one.says(assess(facts, items=items, policy=policy, rates=rates, company=around.company)))
        (was, was_for, was_missed), (now, now_for, missed) = says
        prohibited = Outcome.PROHIBITED
        answers[number] = (was * 16 + was_for, now * 16 + now_for, was == prohibited or was_missed, now == prohibited or missed)
    return answers


@pytest.fixture
def story(app: Flask) -> Story:
    return house(Story(app))


@pytest.mark.parametrize("seed", [1, 2])
def test_every_answer_is_the_engines_for_a_draft_of_the_code(story: Story, seed: int) -> None:
    ids = fill(story, 500, seed=seed)
    changed = draft(CODE, *LOOSER)
    with story.app.app_context():
        found = told(rehearse(engine=db.engine, draft=changed, **EVER))
        engine = asked(story, ids, changed)
    assert len(found) > 300
    assert {number: said for number, said in engine.items() if number in found} == found
    untold = {number: said for number, said in engine.items() if number not in found}
    assert all(said[:2] == said[1::-1] for said in untold.values())


def test_every_answer_is_the_engines_for_conditions_of_every_sort(story: Story) -> None:
    ids = fill(story, 350, seed=3)
    changed = draft(CODE, rules="".join(rule(number, text) for number, text in enumerate(ODD)))
    with story.app.app_context():
        found = told(rehearse(engine=db.engine, draft=changed, **EVER))
        engine = asked(story, ids, changed)
    assert found == engine


def test_every_answer_is_the_engines_for_a_draft_of_an_amendment(story: Story) -> None:
    ids = fill(story, 350, seed=4)
    changed = draft(DENMARK, ("at_least = 5", "at_least = 2"), ('DKK = "450"', 'DKK = "250"'), ("days = 21", "days = 3"))
    with story.app.app_context():
        found = told(rehearse(engine=db.engine, draft=changed, **EVER))
        engine = asked(story, ids, changed)
        danish = set(db.session.scalars(select(Declaration.id).where(Declaration.company_id == story.ids["company NL-DK"])))
    assert found == {number: said for number, said in engine.items() if number in danish}
    assert all(said[0] == said[1] for number, said in engine.items() if number not in danish)


def test_every_answer_is_the_engines_for_people_of_two_companies(story: Story) -> None:
    ids = fill(story, 350, seed=9)
    seconds = {"Dora": "NL-DK", "Gail": "NL-DK", "Jun": "NL-GB", "Amalie": "NL-JP"}
    with story.app.app_context(), writing() as session:
        for name, company in seconds.items():
            row = session.get_one(Person, story.ids[name])
            row.second_company_id, row.second_from = story.ids[f"company {company}"], date(2026, 2, 1)
            row.second_to = date(2026, 9, 30) if name == "Gail" else None
    changed = draft(
        DENMARK,
        ('DKK = "450"', 'DKK = "250"'),
        ("days = 21", "days = 3"),
        rules=rule(1, 'when.company = ["NL-DK"]\nwhen.value.over = { DKK = "700", GBP = "20" }'),
    )
    with story.app.app_context():
        found = told(rehearse(engine=db.engine, draft=changed, **EVER))
        engine = asked(story, ids, changed)
        danish = set(db.session.scalars(select(Declaration.id).where(Declaration.company_id == story.ids["company NL-DK"])))
    assert found == {number: said for number, said in engine.items() if number in found}
    assert len(found.keys() - danish) > 20, "those of people who belong there too"
    assert all(said[0] == said[1] for number, said in engine.items() if number not in found)


def test_what_was_filed_before_it_was_packed_is_read_out_of_its_filing(story: Story) -> None:
    def unpack(row: Declaration, number: int) -> None:
        if number % 3 == 0:
            row.packed = None

    ids = fill(story, 200, seed=5, change=unpack)
    changed = draft(CODE, *LOOSER)
    with story.app.app_context():
        found = told(rehearse(engine=db.engine, draft=changed, **EVER))
        engine = asked(story, ids, changed)
    assert {number: said for number, said in engine.items() if number in found} == found


def test_the_engine_is_asked_only_of_what_has_no_form_in_columns(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(story, 400, seed=6)
    left: list[int] = []
    really: Callable[..., object] = one_by_one.filed
    monkeypatch.setattr(rehearsal.one_by_one, "filed", lambda session, numbers: left.extend(numbers) or really(session, numbers))
    with story.app.app_context():
        found = rehearse(engine=db.engine, draft=draft(CODE, LOOSER[0]), **EVER)
    assert found.count > 250
    assert len(left) < found.count / 10  # those that lack a rate for something earlier


def test_only_what_was_filed_in_the_period_is_answered(story: Story) -> None:
    fill(story, 120, seed=7)
    changed = draft(CODE, *LOOSER)
    with story.app.app_context():
        whole = rehearse(engine=db.engine, draft=changed, **EVER)
        facts = {number: each for number, _, each in one_by_one.filed(db.session(), map(int, whole.ids))}
        first, last = date(2026, 3, 1), date(2026, 8, 31)
        part = rehearse(engine=db.engine, draft=changed, first_on=first, last_on=last)
    inside = {number for number, each in facts.items() if first <= each.filed_on <= last}
    assert set(told(part)) == inside
    assert told(part) == {number: said for number, said in told(whole).items() if number in inside}


def test_every_figure_opens_to_its_declarations(story: Story) -> None:
    fill(story, 300, seed=8)
    with story.app.app_context():
        found = rehearse(engine=db.engine, draft=draft(CODE, *LOOSER), **EVER)
    moves = found.moves("kind", "company_id", "counterparty_class")
    assert sum(move.count for move in moves) == found.changed == sum(move.count for move in found.moves()) > 10
    for move in moves:
        assert len(found.ids_of(move.cut)) == move.count
    for name, count in found.breaches().items():
        assert len(found.ids_of(Cut(breach=name))) == count
    assert found.ids_of(Cut(kind=Kind.GIFT, counterparty_class="unheard_of")) == []
    figures, changes = keeping.packed(found)
    kept = keeping.unpacked(
        json.loads(json.dumps(figures)), changes, draft=found.draft, first_on=found.first_on, last_on=found.last_on
    )
    asked = [Cut(), Cut(breach="new"), Cut(breach="gone"), *(move.cut for move in moves)]
    differing = set(found.differing().ids.tolist())
    for cut in asked:
        assert kept.ids_of(cut) == [number for number in found.ids_of(cut) if number in differing]
    assert (kept.count, kept.changed, kept.reviews, kept.breaches()) == (
        found.count,
        found.changed,
        found.reviews,
        found.breaches(),
    )
    assert kept.moves("kind", "company_id", "counterparty_class") == moves


def test_reviews_added_and_saved_are_counted_a_week(story: Story) -> None:
    story.declare("Amalie", worth="600", firm="Firm 1")
    story.declare("Amalie", worth="700", firm="Firm 2")
    fewer = draft(CODE, ('DKK = "500"', 'DKK = "650"'))
    with story.app.app_context():
        found = rehearse(engine=db.engine, draft=fewer, first_on=date(2026, 11, 14), last_on=date(2026, 11, 27))
    assert found.weeks == 2
    assert found.reviews[Review.MANAGER] == (2, 1)
    assert found.reviews_a_week()[Review.MANAGER] == -0.5
    assert [(move.before, move.after) for move in found.moves()] == [
        (Route(Outcome.MANAGER, (Review.MANAGER,)), Route(Outcome.RECORD))
    ]


def test_a_draft_that_says_the_same_changes_nothing(story: Story) -> None:
    fill(story, 60, seed=9)
    with story.app.app_context():
        found = rehearse(engine=db.engine, draft=draft(CODE), first_on=date(2026, 10, 1), last_on=date(2026, 11, 30))
    assert found.changed == 0
    assert found.moves() == []


def test_progress_is_told_up_to_the_end_and_nothing_is_written(story: Story) -> None:
    fill(story, 60, seed=10)
    heard: list[float] = []
    with story.app.app_context():
        before = db.session.scalars(select(Declaration.version)).all()
        rehearse(engine=db.engine, draft=draft(CODE, *LOOSER), progress=heard.append, **EVER)
        db.session.rollback()
        assert db.session.scalars(select(Declaration.version)).all() == before
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_there_may_be_nothing_filed_yet(story: Story) -> None:
    with story.app.app_context():
        found = rehearse(engine=db.engine, draft=draft(CODE, *LOOSER), **EVER)
    assert (found.count, found.changed, found.breaches()) == (0, 0, {"new": 0, "gone": 0})


def test_the_command_tells_what_would_change_and_lists_it(story: Story, tmp_path: Path) -> None:
    story.declare("Amalie", worth="600", firm="Firm 1")
    kept = story.declare("Amalie", worth="700", firm="Firm 2")
    file, listed = tmp_path / "draft.toml", tmp_path / "changed.csv"
    file.write_text(CODE.read_text().replace('DKK = "500"', 'DKK = "650"'))
    run = story.app.test_cli_runner()
    done = run.invoke(args=["policy", "rehearse", str(file), "--until", "2026-11-20", "--months", "1", "--list", str(listed)])
    assert done.exit_code == 0, done.output
    assert "2 declarations, 1 would end otherwise" in done.output
    assert "Gift: Manager → Recorded" in done.output
    assert "Manager: 0.4 → 0.2 (−0.2)" in done.output
    with story.app.app_context():
        numbers = set(db.session.scalars(select(Declaration.number).where(Declaration.public_id != kept)))
    head, line = csv.reader(listed.read_text(encoding="utf-8").splitlines())
    assert head == ["number", "before", "after"]
    assert line[0] in numbers
    assert line[1:] == ["manager", "record"]
    nowhere = run.invoke(args=["policy", "rehearse", str(file), "--list", str(tmp_path / "nowhere" / "changed.csv")])
    assert (nowhere.exit_code, nowhere.output) == (1, f"Error: There is no folder {tmp_path / 'nowhere'}.\n")
    file.write_text("key = 3")
    assert run.invoke(args=["policy", "rehearse", str(file)]).exit_code == 1
