"""Companies lie in one tree: a new or moved one has its place at once, and none lies below itself."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from declarations.extensions import db
from declarations.models import Company, CompanyBelow
from tests.pages.directory.asking import events
from tests.support.story import Story


def below(story: Story) -> set[tuple[str, str, int]]:
    with story.app.app_context():
        keys = {row.id: row.key for row in db.session.scalars(select(Company))}
        return {(keys[row.ancestor_id], keys[row.company_id], row.depth) for row in db.session.scalars(select(CompanyBelow))}


COMPANY = {"key": "NL-SE", "name": "Nordlys Sverige", "parent": "NL-DK", "country": "SE", "time_zone": "Europe/Stockholm"}
COMPANY |= {"currency": "SEK", "language": "en", "calendar": "SE"}


def test_a_new_company_has_its_place_in_the_tree_at_once(story: Story) -> None:
    assert story.client("Dana").post("/directory/add-company", data=COMPANY).status_code == 302
    assert {("NL", "NL-SE", 2), ("NL-DK", "NL-SE", 1), ("NL-SE", "NL-SE", 0)} <= below(story)
    assert events(story, "company/NL-SE") == ["company:added"]


def test_moving_a_company_moves_all_below_it(story: Story) -> None:
    adam = story.client("Adam")
    adam.post("/directory/add-company", data=COMPANY)
    moved = {**COMPANY, "name": "Ravn DK", "parent": "NL-DE", "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK"}
    assert adam.post("/directory/companies/NL-DK", data=moved | {"currency": "DKK"}).status_code == 302
    assert {("NL-DE", "NL-SE", 2), ("NL-DE", "NL-DK", 1), ("NL", "NL-SE", 3)} <= below(story)
    assert events(story, "company/NL-DK") == ["company:changed", "company:moved"]


def test_a_company_never_lies_below_itself(story: Story) -> None:
    adam, before = story.client("Adam"), below(story)
    adam.post("/directory/add-company", data=COMPANY)
    after = below(story)
    own = {**COMPANY, "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK", "currency": "DKK"}
    for parent in ("NL-SE", "NL-DK"):
        answer = adam.post("/directory/companies/NL-DK", data=own | {"parent": parent})
        assert answer.status_code == 422, parent
    assert below(story) == after > before


def test_the_topmost_company_one_runs_keeps_its_place(story: Story) -> None:
    dana = story.client("Dana")
    dana.post("/directory/add-company", data=COMPANY)
    own = {**COMPANY, "country": "DK", "time_zone": "Europe/Copenhagen", "calendar": "DK", "currency": "DKK"}
    assert dana.post("/directory/companies/NL-DK", data=own | {"parent": "NL-SE"}).status_code == 403
    assert dana.post("/directory/companies/NL-DK", data=own | {"parent": "NL"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("country", "XX", "not a country"),
        ("time_zone", "Europe/Atlantis", "not a time zone"),
        ("currency", "DEM", "not a currency"),
        ("calendar", "SE-XX", "no such holiday calendar"),
        ("calendar", "Atlantis", "no such holiday calendar"),
        ("key", "NL DK", "begins with a letter"),
        ("key", "NL-DE", "Another company has this key"),
        ("parent", "NL-XX", "one of your companies"),
        ("parent", "", "choose the company above"),
    ],
)
def test_a_wrong_company_is_refused_with_a_sentence(story: Story, field: str, value: str, sentence: str) -> None:
    answer = story.client("Adam").post("/directory/add-company", data=COMPANY | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
