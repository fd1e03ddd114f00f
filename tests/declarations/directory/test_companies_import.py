"""A file of companies comes in with its whole tree or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from declarations.directory import companies_import
from declarations.extensions import db
from declarations.models import Company, CompanyBelow, Event
from tests.declarations.directory.hr_file import said
from tests.support.story import Story

COMPANIES = "key;name;parent;country;time_zone;currency;language;calendar\n"
TREE = COMPANIES + (
    "SE;Nordlys Sverige;NL-DK;SE;Europe/Stockholm;SEK;en;SE\n"
    "JP-1;Nordlys Osaka;JP;JP;Asia/Tokyo;JPY;ja;JP\n"
    "JP;Nordlys Japan;NL;JP;Asia/Tokyo;JPY;ja;JP\n"
)


def bring_in_companies(story: Story, text: str) -> companies_import.Report:
    with story.app.app_context():
        return companies_import.import_companies(data=text.encode())


def test_companies_come_in_with_the_tree_and_twice_changes_nothing(story: Story) -> None:
    assert bring_in_companies(story, TREE).added == 3
    with story.app.app_context():
        depth = select(CompanyBelow.depth).join(Company, Company.id == CompanyBelow.company_id)
        above = select(Company.id).where(Company.key == "NL").scalar_subquery()
        assert db.session.scalar(depth.where(Company.key == "JP-1", CompanyBelow.ancestor_id == above)) == 2
        happened = db.session.scalar(select(func.count()).select_from(Event))
    again = bring_in_companies(story, TREE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 3)
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Event)) == happened


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("XX;X;NL-XX;SE;Europe/Stockholm;SEK;en;SE", "neither in the file nor known"),
        ("NL;N;SE;DK;Europe/Copenhagen;DKK;en;DK", "in a circle"),
        ("XX;X;NL;SE;Mars/Base;SEK;en;SE", "line 5: XX: This is not a time zone"),
        ("SE;X;NL;SE;Europe/Stockholm;SEK;en;SE", "Line 2 has the same key."),
    ],
)
def test_one_bad_company_is_named_and_nothing_lands(story: Story, row: str, reason: str) -> None:
    report = bring_in_companies(story, TREE + row + "\n")
    assert reason in said(tuple(report.errors))
    assert not report.written
    with story.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Company)) == 2
