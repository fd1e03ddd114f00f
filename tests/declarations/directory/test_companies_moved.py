"""A company that comes to stand beneath another gets its amendments: a place where that would be looser than the Code is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from declarations.directory.companies import add_company, change_company
from declarations.directory.companies_import import import_companies
from declarations.directory.entries import CompanyEntry
from declarations.extensions import db
from declarations.models import Company
from tests.support.story import PACK, Story
from workflows.case import Invalid

ENTRY = CompanyEntry("NL-FO", "Nordlys Føroyar", "NL", "FO", "Atlantic/Faroe", "DKK", "en", "DK")
HEADER = "key,name,parent,country,time_zone,currency,language,calendar\n"


@pytest.fixture
def story(app: Flask) -> Story:
    """The German amendment has its own limit for gifts, in euro alone, where the Code states one in crowns too."""
    story = Story(app)
    story.company("NL", currency="EUR")
    story.company("NL-DE", under="NL", country="DE", zone="Europe/Berlin", currency="EUR", calendar="DE")
    text = (PACK / "group-code-2026.toml").read_text()
    rule = text[text.index('id = "gift-manager"') :].split("[[rules]]")[0]
    ours = rule.replace('id = "gift-manager"', 'id = "ours"\nreplaces = "gift-manager"').replace('DKK = "500", ', "")
    head = (
        'key = "de"\ncompany = "NL-DE"\ntitle = { en = "DE", da = "DE", ja = "DE" }\neffective_from = 2026-01-01\n'
        'approved_by = "The board"\napproved_on = 2025-12-01\nbase_currency = "EUR"\ntime_zone = "Europe/Berlin"\n'
        'holiday_calendar = "DE"\n[[rules]]\n'
    )
    kept = [line for line in ours.splitlines() if not line.startswith(("amend", "source", "#"))]
    for written in (text, head + "\n".join(kept)):
        story.policy(written, days_ago=400)
    return story


def parent_of(story: Story, key: str) -> str | None:
    with story.app.app_context():
        above = db.session.scalars(select(Company.parent_id).where(Company.key == key)).one_or_none()
        return db.session.scalar(select(Company.key).where(Company.id == above))


def test_a_company_moves_where_its_policy_stays_at_least_as_strict_and_nowhere_else(story: Story) -> None:
    with story.app.app_context():
        add_company(by=None, entry=ENTRY)
        with pytest.raises(Invalid) as refused:
            change_company(by=None, entry=replace(ENTRY, parent="NL-DE"))
        assert "looser than the Code" in refused.value.problems["parent"]
        assert parent_of(story, "NL-FO") == "NL"
        change_company(by=None, entry=replace(ENTRY, parent="NL-DE", currency="EUR"))
        assert parent_of(story, "NL-FO") == "NL-DE"
        with pytest.raises(Invalid) as refused:
            change_company(by=None, entry=replace(ENTRY, parent="NL-DE", currency="DKK"))
        assert list(refused.value.problems) == ["currency"]


def test_nor_does_a_new_one_or_a_file_put_it_there(story: Story) -> None:
    with story.app.app_context():
        with pytest.raises(Invalid):
            add_company(by=None, entry=replace(ENTRY, parent="NL-DE"))
        line = "NL-FO,Nordlys Foroyar,{},FO,Atlantic/Faroe,DKK,en,DK\n"
        report = import_companies(data=(HEADER + line.format("NL-DE")).encode())
        assert [str(one) for one in report.errors] == [
            "NL-FO: Its policy would be looser than the Code there. Compliance has to publish a change of it first."
        ]
        assert not report.written
        assert import_companies(data=(HEADER + line.format("NL")).encode()).written
    assert parent_of(story, "NL-FO") == "NL"
