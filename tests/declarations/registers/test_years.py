"""A company's year begins where its yearly registers say, and so does every year that is chosen by name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Register, RegisterSchedule
from declarations.registers import scheduling, years
from declarations.registers.periods import Period, before, holding, presets
from declarations.registers.scheduling import Plan
from tests.support.story import Story

TODAY = date(2026, 5, 20)


@pytest.fixture
def story(app: Flask) -> Story:
    return Story(app, datetime(2026, 5, 20, 9, 0, tzinfo=UTC)).house()


def plan(story: Story, company: str, first_month: int, rhythm: str = "yearly") -> None:
    with story.app.app_context():
        scheduling.set_schedule(
            viewer=story.viewer("Aud"),
            company_id=story.ids[f"company {company}"],
            plan=Plan(rhythm, 3, "en", first_month=first_month),
            active_from=date(2026, 5, 1),
        )


def begins(story: Story) -> list[int]:
    """The first months of NL, of NL-DK and NL-DE below it, and of all three side by side."""
    with story.app.app_context():
        ids = [story.ids[f"company {key}"] for key in ("NL", "NL-DK", "NL-DE")]
        months = years.first_months(db.session(), ids)
        return [*(months[number] for number in ids), years.first_month(db.session(), ids)]


def test_a_year_begins_in_january_where_no_yearly_registers_come(story: Story) -> None:
    plan(story, "NL", 4, "quarterly")
    assert begins(story) == [1, 1, 1, 1]


def test_a_year_begins_as_in_the_nearest_yearly_registers_above(story: Story) -> None:
    plan(story, "NL", 4)
    assert begins(story) == [4, 4, 4, 4]
    plan(story, "NL-DK", 1)
    assert begins(story) == [4, 1, 4, 4]


def test_a_schedule_that_was_stopped_or_replaced_says_nothing_any_more(story: Story) -> None:
    plan(story, "NL", 4)
    plan(story, "NL", 7)
    assert begins(story)[0] == 7
    with story.app.app_context():
        running = db.session.scalars(select(RegisterSchedule.id).where(RegisterSchedule.stopped_at.is_(None))).one()
        scheduling.stop_schedule(viewer=story.viewer("Aud"), schedule_id=running)
    assert begins(story) == [1, 1, 1, 1]


def test_companies_with_none_above_them_whose_years_differ_are_told_by_calendar_years(story: Story) -> None:
    plan(story, "NL-DK", 4)
    plan(story, "NL-DE", 7)
    with story.app.app_context():
        both = [story.ids["company NL-DK"], story.ids["company NL-DE"]]
        assert years.first_month(db.session(), both) == 1
        assert years.first_month(db.session(), both[:1]) == 4
        assert years.first_month(db.session(), []) == 1


@pytest.mark.parametrize(
    ("today", "first_month", "last_year", "this_year"),
    [
        (TODAY, 1, ("2025-01-01", "2025-12-31"), "2026-01-01"),
        (TODAY, 4, ("2025-04-01", "2026-03-31"), "2026-04-01"),
        (date(2026, 3, 31), 4, ("2024-04-01", "2025-03-31"), "2025-04-01"),
        (date(2026, 4, 1), 4, ("2025-04-01", "2026-03-31"), "2026-04-01"),
        (TODAY, 12, ("2024-12-01", "2025-11-30"), "2025-12-01"),
    ],
)
def test_this_year_and_the_last_one_begin_with_the_company_s_month(
    today: date, first_month: int, last_year: tuple[str, str], this_year: str
) -> None:
    found = presets(today, first_month)
    assert found["last_year"] == Period(*map(date.fromisoformat, last_year))
    assert found["this_year"] == Period(date.fromisoformat(this_year), today)
    months_and_quarters = {slug: period for slug, period in found.items() if not slug.endswith("year")}
    assert months_and_quarters.items() <= presets(today).items(), "they come by the calendar, as scheduled ones do"


@pytest.mark.parametrize("months", [1, 3, 12])
@pytest.mark.parametrize("first_month", range(1, 13))
def test_the_period_before_ends_the_day_before_and_is_as_long(first_month: int, months: int) -> None:
    period = holding(TODAY, months, first_month)
    earlier = before(period, months)
    assert holding(earlier.last_on, months, first_month) == earlier
    assert (period.first_on - earlier.last_on).days == 1


def test_a_register_of_last_year_is_of_the_chosen_company_s_year(story: Story) -> None:
    plan(story, "NL-DK", 4)
    aud = story.client("Aud")
    for company in ("NL-DK", "NL"):
        form = {"company": str(story.ids[f"company {company}"]), "period": "last_year", "language": "en"}
        assert aud.post("/registers", data=form).status_code == 302
    with story.app.app_context():
        asked = db.session.execute(select(Register.first_on, Register.last_on).order_by(Register.id)).all()
    assert [tuple(map(str, row)) for row in asked] == [("2025-04-01", "2026-03-31"), ("2025-01-01", "2025-12-31")]


def test_the_form_says_that_years_begin_as_in_the_registers_only_where_one_does_not_begin_in_january(story: Story) -> None:
    said = "A year begins as in the company’s yearly registers."
    assert said not in story.client("Aud").get("/registers").text
    plan(story, "NL-DK", 4)
    assert said in story.client("Aud").get("/registers").text


def test_quality_offers_the_years_of_the_reader_s_companies(story: Story) -> None:
    plan(story, "NL-DK", 4)
    ilse, aud = story.client("Ilse").get("/quality").text, story.client("Aud").get("/quality").text
    assert "months=12&amp;from=2026-04-01" in ilse
    assert "months=12&amp;from=2025-04-01" in ilse
    assert "months=12&amp;from=2026-01-01" in aud
    assert "months=3&amp;from=2026-04-01" in ilse
    assert "months=3&amp;from=2026-04-01" in aud


def test_an_address_of_a_year_means_the_same_for_every_reader_and_a_day_within_one_the_reader_s_own(story: Story) -> None:
    plan(story, "NL-DK", 4)
    ilse, aud = story.client("Ilse"), story.client("Aud")
    for reader in (ilse, aud):
        page = reader.get("/quality?from=2025-04-01&months=12").text
        assert "1 April 2025 to 31 March 2026" in page.replace("\xa0", " ")
    assert 'aria-current="true"' in ilse.get("/quality?from=2026-02-14&months=12").text, "her year from April 2025 on"
    assert "Quality figures, 2026<" in aud.get("/quality?from=2026-02-14&months=12").text
