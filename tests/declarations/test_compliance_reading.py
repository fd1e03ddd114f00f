"""Compliance and audit read their companies, and never what names them: not in a list, not in a count, not in a total."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from declarations.compliance.by_value import by_value
from declarations.compliance.lately import lately
from declarations.compliance.near import near_limits
from declarations.compliance.overdue import overdue
from declarations.compliance.pages import firm_page, person_page
from declarations.compliance.patterns import just_under
from declarations.compliance.reach import reach_of
from declarations.compliance.search import Found, search
from declarations.compliance.totals import Standing, policies_of, standings
from declarations.compliance.wanted import Wanted
from declarations.errors import NotFound
from declarations.extensions import db, writing
from declarations.jobs.worker import Worker
from declarations.models import Condition, Counterparty, Declaration, Person
from declarations.visibility import oversight
from tests.support.story import Story
from workflows.money import Money
from workflows.policy.explain import limits
from workflows.words import Action, Direction, Disposition, Kind

LIMIT = 2_240_00  # øre in twelve months from one giver, § 2.3


@pytest.fixture
def story(app: Flask) -> Story:
    story = Story(app).house()
    story.firm("Kestrel Logistics")
    story.firm("Corvina Cloud")
    return story


def german(story: Story) -> None:
    story.person("Felix", company="NL-DE", manager="Gerda")


def found(story: Story, reader: str, **wanted: object) -> Found:
    viewer = story.viewer(reader)
    with story.app.test_request_context():
        reach = reach_of(db.session(), viewer)
        return search(db.session(), reach, Wanted(**wanted), story.now.date())  # type: ignore[arg-type]


def ids(story: Story, reader: str, **wanted: object) -> set[str]:
    return {row.public_id for row in found(story, reader, **wanted).rows}


def near(story: Story, reader: str = "Ilse") -> list[Standing]:
    viewer = story.viewer(reader)
    with story.app.app_context():
        return list(near_limits(db.session(), reach_of(db.session(), viewer), story.now.date()).standings)


def total(story: Story, reader: str, person: str) -> int:
    """What the reader sees as the person's largest total, in øre."""
    viewer = story.viewer(reader)
    with story.app.app_context():
        row = db.session.get_one(Person, story.ids[person])
        reach = reach_of(db.session(), viewer)
        found = standings(db.session(), reach, [(row.id, row.company_id)], story.now.date())
    return max((one.total.minor for one in found), default=0)


def test_an_officer_sees_only_their_own_companies(story: Story) -> None:
    german(story)
    danish = story.declare("Amalie", firm="Kestrel Logistics", worth="300")
    abroad = story.declare("Felix", firm="Kestrel Logistics", worth="30", currency="EUR")
    assert ids(story, "Ilse") == {danish}
    assert ids(story, "Otto") == ids(story, "Aud") == {danish, abroad}
    assert ids(story, "Ilse", company="NL-DE") == set()
    assert ids(story, "Otto", company="NL-DE") == {abroad}
    viewer, felix = story.viewer("Ilse"), story.column(Person, story.ids["Felix"], "public_id")
    with story.app.test_request_context(), pytest.raises(NotFound):
        person_page(db.session(), reach_of(db.session(), viewer), felix, story.now.date())


def test_what_is_overseen_here_is_what_visibility_says(story: Story) -> None:
    german(story)
    story.declare("Amalie", firm="Kestrel Logistics", worth="300")
    story.declare("Amalie", firm="Kestrel Logistics", worth="310", named=frozenset({story.ids["Ilse"]}))
    story.declare("Felix", firm="Kestrel Logistics", worth="30", currency="EUR", named=frozenset({story.ids["Aud"]}))
    for reader in ("Ilse", "Otto", "Aud", "Ben", "Adam"):
        viewer = story.viewer(reader)
        with story.app.app_context():
            here = set(db.session.scalars(select(Declaration.id).where(reach_of(db.session(), viewer).seen())))
            there = set(db.session.scalars(select(Declaration.id).where(oversight(viewer))))
        assert here == there, reader


def test_what_names_an_officer_never_shows_in_lists_counts_or_totals(story: Story) -> None:
    open_one = story.declare("Amalie", firm="Kestrel Logistics", worth="400")
    hidden = story.declare("Amalie", firm="Kestrel Logistics", worth="1400", named=frozenset({story.ids["Ilse"]}))
    assert ids(story, "Ilse") == {open_one}
    assert found(story, "Ilse").count == 1
    assert ids(story, "Ilse", text="Amalie") == ids(story, "Ilse", text="Kestrel") == {open_one}
    assert ids(story, "Ilse", these=(open_one, hidden)) == {open_one}
    assert total(story, "Ilse", "Amalie") == 400_00
    assert total(story, "Otto", "Amalie") == 1_800_00
    assert near(story, "Ilse") == []
    assert len(near(story, "Otto")) == 1
    viewer, today = story.viewer("Ilse"), story.now.date()
    firm = story.column(Counterparty, story.ids["Kestrel Logistics"], "public_id")
    with story.app.test_request_context():
        reach = reach_of(db.session(), viewer)
        givers = by_value(db.session(), reach, lately(db.session(), reach), today)
        assert [one.count for one in givers] == [1]
        assert firm_page(db.session(), reach, firm, today).year.count == 1


def test_a_private_person_only_known_from_what_names_the_officer_does_not_exist_for_them(story: Story) -> None:
    story.firm("Lars Jensen", "private_person")
    story.declare("Amalie", firm="Lars Jensen", worth="100", named=frozenset({story.ids["Ilse"]}))
    lars = story.column(Counterparty, story.ids["Lars Jensen"], "public_id")
    assert story.client("Ilse").get(f"/counterparties/{lars}").status_code == 404
    assert "Lars Jensen" not in story.client("Ilse").get("/counterparties?text=Lars").text
    assert story.client("Otto").get(f"/counterparties/{lars}").status_code == 200


@pytest.mark.parametrize(("worth", "seen"), [("1567.99", False), ("1568", True), ("1568.01", True)])
def test_a_total_is_near_its_limit_from_seventy_percent(story: Story, worth: str, seen: bool) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth=worth)
    assert bool(near(story)) is seen


@pytest.mark.parametrize(("worth", "over"), [("2239.99", False), ("2240", False), ("2240.01", True)])
def test_a_total_is_over_its_limit_only_above_it(story: Story, worth: str, over: bool) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth=worth)
    (one,) = near(story)
    assert one.over is over
    assert one.limit.amount.minor == LIMIT


def test_what_was_given_back_or_belongs_to_a_relation_is_in_no_total(story: Story) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth="900")
    story.declare("Amalie", firm="Kestrel Logistics", worth="800", disposition=Disposition.RETURNED)
    story.declare("Amalie", firm="Kestrel Logistics", worth="600", exempt=frozenset({"personal_relation"}))
    story.declare("Amalie", firm="Kestrel Logistics", worth="550", direction=Direction.GIVEN)
    story.declare("Amalie", firm="Corvina Cloud", worth="500")
    assert total(story, "Ilse", "Amalie") == 900_00


def test_what_was_withdrawn_counts_for_no_counterparty(story: Story) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth="300")
    withdrawn = story.declare("Amalie", firm="Kestrel Logistics", worth="700", direction=Direction.GIVEN)
    story.act("Amalie", Action.WITHDRAW, withdrawn, reason="Filed twice")
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        (giver,) = by_value(db.session(), reach, lately(db.session(), reach), story.now.date())
    assert (giver.count, giver.received, giver.given) == (1, 1, 0)


def test_the_list_behind_a_total_adds_up_to_it(story: Story) -> None:
    story.declare("Amalie", firm="Kestrel Logistics", worth="900")
    story.declare("Amalie", firm="Kestrel Logistics", worth="850")
    story.declare("Amalie", firm="Kestrel Logistics", worth="800", disposition=Disposition.RETURNED)
    (one,) = near(story)
    rule = f"{one.limit.document}/{one.limit.rule}"
    rows = found(story, "Ilse", person=one.person_public_id, firm=one.firm_public_id, limit=rule).rows
    assert sum(row.base_minor or 0 for row in rows) == one.total.minor == 1_750_00
    assert len(ids(story, "Ilse", near=True)) == 3


def test_who_is_late_is_named_with_what_they_owe(story: Story) -> None:
    for worth in ("700", "710"):
        story.declare("Amalie", firm="Kestrel Logistics", worth=worth)
    asked = story.declare("Tomasz", firm="Kestrel Logistics", worth="800")
    story.act("Dee", Action.SEND_BACK, asked, reason="Who else was there?")
    story.now += timedelta(21)
    viewer = story.viewer("Ilse")
    with story.app.app_context():
        late = overdue(db.session(), reach_of(db.session(), viewer), story.now.date())
        ((deciding,), (answering,)) = late.deciding, late.answering
        assert deciding.person
        assert answering.person
        assert (deciding.person.name, deciding.count) == ("Ben", 2)
        assert (answering.person.name, answering.items) == ("Tomasz", (asked,))
        assert deciding.days > 0


def test_who_has_not_met_a_condition_is_late_from_the_day_after_until_it_is_met(story: Story) -> None:
    given = story.declare("Amalie", firm="Kestrel Logistics", worth="700")
    due = story.now.date() + timedelta(7)
    terms = (("Hand it in at the reception.", due), ("Tell the giver.", due))
    story.act("Ben", Action.APPROVE_WITH_CONDITIONS, given, reason="Fine then.", conditions=terms)

    def late(day: date, name: str = "Ilse") -> list[tuple[str | None, int, tuple[str, ...]]]:
        viewer = story.viewer(name)
        with story.app.app_context():
            found = overdue(db.session(), reach_of(db.session(), viewer), day).meeting
            return [(one.person and one.person.name, one.count, one.items) for one in found]

    assert late(due) == []
    assert late(due + timedelta(1)) == [("Amalie", 2, (given,))]
    story.now += timedelta(8)
    assert "Amalie has two conditions to meet" in story.client("Ilse").get("/compliance").text
    with story.app.app_context():
        owed = db.session.scalars(select(Condition.id)).all()
    for condition in owed:
        story.act("Amalie", Action.FULFIL, given, reason="Done.", condition_id=condition)
    assert late(due + timedelta(1)) == []


def test_three_gifts_just_under_a_limit_are_worth_a_look_and_two_are_not(story: Story) -> None:
    def patterns() -> list[int]:
        viewer = story.viewer("Ilse")
        with story.app.app_context():
            recent = lately(db.session(), reach_of(db.session(), viewer))
            companies = {one.company_id for one in recent}
            stated = {
                company: limits(policy, currency)
                for company, (policy, currency) in policies_of(db.session(), companies, story.now.date()).items()
            }
            return [len(one.items) for one in just_under(recent, stated)]

    today = story.now.date()
    for ago in (1, 20):
        story.declare("Amalie", firm="Kestrel Logistics", worth="490", occurred_on=today - timedelta(ago))
    assert patterns() == []
    story.declare("Amalie", firm="Kestrel Logistics", worth="500", occurred_on=today - timedelta(28))
    story.declare("Amalie", firm="Kestrel Logistics", worth="500.01", occurred_on=today - timedelta(27))
    assert patterns() == [3]


@pytest.mark.parametrize(
    "path",
    ["/compliance", "/compliance/limits", "/compliance/declarations", "/counterparties", "/people/{p}", "/counterparties/{f}"],
)
def test_only_compliance_and_audit_enter(story: Story, path: str) -> None:
    story.declare("Amalie", Kind.GIFT, firm="Kestrel Logistics", worth="700")
    address = path.format(
        p=story.column(Person, story.ids["Amalie"], "public_id"),
        f=story.column(Counterparty, story.ids["Kestrel Logistics"], "public_id"),
    )
    answers = {who: story.client(who).get(address).status_code for who in ("Ilse", "Aud", "Ben", "Amalie", "Adam", "Vera")}
    assert answers == {"Ilse": 200, "Aud": 200, "Ben": 404, "Amalie": 404, "Adam": 404, "Vera": 404}


def test_a_total_near_its_limit_is_found_however_much_was_filed_since(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    today = story.now.date()
    story.declare("Amalie", firm="Kestrel Logistics", worth="1700", occurred_on=today - timedelta(300))
    for ago in range(6):
        story.declare("Tomasz", firm="Kestrel Logistics", worth="60", occurred_on=today - timedelta(ago))
    monkeypatch.setattr("declarations.compliance.lately.LATELY", 2)
    assert [one.person for one in near(story)] == ["Amalie"]
    viewer = story.viewer("Otto")
    with story.app.app_context():
        reach = reach_of(db.session(), viewer)
        assert near_limits(db.session(), reach, today).only_latest == 0
        monkeypatch.setattr("declarations.compliance.near.MOST", 6)
        cut = near_limits(db.session(), reach, today)
    assert (list(cut.standings), cut.only_latest) == ([], 6), "and where not all of it is looked at, that is said"


def test_the_nightly_look_at_everybody_leaves_out_nobody(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    german(story)
    today = story.now.date()
    story.declare("Amalie", firm="Kestrel Logistics", worth="1700", occurred_on=today - timedelta(300))
    story.declare("Felix", firm="Kestrel Logistics", worth="260", currency="EUR", occurred_on=today - timedelta(299))
    for ago in range(6):
        story.declare("Tomasz", firm="Kestrel Logistics", worth="60", occurred_on=today - timedelta(ago))
    monkeypatch.setattr("declarations.compliance.near.MOST", 6)
    with story.app.app_context():
        Worker().tick()
    story.now += timedelta(minutes=1)
    assert [one.person for one in near(story)] == ["Amalie"]
    assert {one.person for one in near(story, "Otto")} == {"Amalie", "Felix"}
    story.declare("Amalie", firm="Kestrel Logistics", worth="60", occurred_on=today - timedelta(298))
    assert [one.total.minor for one in near(story)] == [1_760_00], "the sum is of this moment, not of last night"
    viewer = story.viewer("Otto")
    with story.app.app_context():
        assert near_limits(db.session(), reach_of(db.session(), viewer), today).only_latest == 0


def test_what_lies_before_every_window_is_not_looked_at(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    today = story.now.date()
    story.declare("Amalie", firm="Kestrel Logistics", worth="1700", occurred_on=today - timedelta(900))
    monkeypatch.setattr("declarations.compliance.near.MOST", 1)
    viewer = story.viewer("Otto")
    with story.app.app_context():
        assert near_limits(db.session(), reach_of(db.session(), viewer), today).only_latest == 0


SECOND = """
key = "danes"
title = { en = "Ours", da = "Vores", ja = "当社" }
company = "NL-DK"
effective_from = 2024-01-01
approved_by = "The board"
approved_on = 2023-12-01
base_currency = "DKK"
time_zone = "Europe/Copenhagen"
holiday_calendar = "DK"

[[rules]]
id = "a-year"
clause = "DK 1"
heading = { en = "A year", da = "Et år", ja = "年間" }
sentence = { en = "More asks compliance.", da = "Mere kræver compliance.", ja = "超える場合は審査します。" }
kinds = ["gift", "entertainment"]
when.rolling_total = { months = 12, over = { DKK = "300", EUR = "40" } }
outcome = "compliance"
"""


@pytest.mark.parametrize(("worth", "seen"), [("27.99", False), ("28", True)])
def test_whoever_belongs_to_two_companies_is_held_against_the_limits_of_both(story: Story, worth: str, seen: bool) -> None:
    german(story)
    story.policy(SECOND)
    story.declare("Felix", firm="Kestrel Logistics", worth=worth, currency="EUR")
    assert near(story, "Otto") == []
    today = story.now.date()
    for first, last, binds in ((today, today, True), (today + timedelta(days=1), None, False), (today, None, True)):
        change = {"second_company_id": story.ids["company NL-DK"], "second_from": first, "second_to": last}
        with story.app.app_context(), writing() as session:
            session.execute(update(Person).where(Person.id == story.ids["Felix"]).values(**change))
        standing = near(story, "Otto")
        assert [one.limit.document for one in standing] == ["danes"] * (seen and binds)
    for one in standing:
        rows = ids(story, "Otto", person=one.person_public_id, firm=one.firm_public_id, limit="danes/a-year")
        assert len(rows) == one.count == 1


@pytest.mark.parametrize(("worth", "seen"), [("20.12", False), ("20.13", True)])
def test_a_limit_in_money_of_neither_company_is_held_against_each_share_at_the_rate_of_its_day(
    story: Story, worth: str, seen: bool
) -> None:
    """The limit is DKK 300; 70 percent of it are 210, and a euro is 7.46 crowns: EUR 8.02 and 20.13 make just that."""
    german(story)
    story.company("NL-SE", under="NL", currency="SEK")
    story.policy(SECOND.replace(', EUR = "40"', "").replace('company = "NL-DK"', 'company = "NL-SE"'))
    for amount in ("8.02", worth):
        story.declare("Felix", firm="Kestrel Logistics", worth=amount, currency="EUR")
    assert near(story, "Otto") == []
    with story.app.app_context(), writing() as session:
        change = {"second_company_id": story.ids["company NL-SE"], "second_from": story.now.date()}
        session.execute(update(Person).where(Person.id == story.ids["Felix"]).values(**change))
    assert [(one.total, one.count) for one in near(story, "Otto")] == [(Money(210_00, "DKK"), 2)] * seen
