"""Whatever is changed behind the app's back about people, companies, counterparties and conditions is found, and named."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from declarations.compliance import commands, linking
from declarations.compliance.firms import firm
from declarations.compliance.reach import reach_of
from declarations.directory.commands import change_person, grant, revoke
from declarations.directory.companies import change_company
from declarations.directory.entries import CompanyEntry, PersonEntry
from declarations.extensions import db
from declarations.models import Condition, Counterparty, Declaration, Person, RoleGrant
from declarations.sign_in.commands import choose_language
from tests.declarations.evidence.conftest import Tampered
from tests.support.story import Story
from workflows.words import Action, Role

BEN = "(SELECT id FROM person WHERE name = 'Ben')"
DEE = "(SELECT id FROM person WHERE name = 'Dee')"
ACME = "(SELECT id FROM counterparty WHERE name = 'Acme')"
ALIAS = "(SELECT id FROM counterparty WHERE name = 'Acme Nordic')"
HANDS = "(SELECT max(id) FROM spelling)"

# statement → what must be named
TAMPERING = {
    f"UPDATE person SET manager_id = {DEE} WHERE name = 'Amalie'": "column manager_id differs",
    "UPDATE person SET email = 'ben@elsewhere.example' WHERE name = 'Ben'": "column email differs",
    "UPDATE person SET name = 'Benny', search_name = 'benny' WHERE name = 'Ben'": "column name differs",
    "UPDATE person SET search_name = 'nobody' WHERE name = 'Ben'": "column search_name does not follow",
    "UPDATE person SET number = 'P9999' WHERE name = 'Ben'": "column number differs",
    "UPDATE person SET title = 'Head' WHERE name = 'Ben'": "column title differs",
    "UPDATE person SET unit = 'Sales' WHERE name = 'Ben'": "column unit differs",
    "UPDATE person SET language = 'en' WHERE name = 'Amalie'": "column language differs",
    "UPDATE person SET active_from = '2026-01-01' WHERE name = 'Ben'": "column active_from differs",
    "UPDATE person SET active_to = '2026-11-01' WHERE name = 'Ben'": "column active_to differs",
    "UPDATE person SET company_id = (SELECT id FROM company WHERE key = 'NL-DE') WHERE name = 'Ben'": "column company_id differs",
    "UPDATE person SET public_id = 'x' WHERE name = 'Adam'": "person/x: is in no event",
    "INSERT INTO person (public_id, number, email, name, search_name, title, unit, company_id, active_from) "
    "SELECT 'x', 'P9', 'x@x.example', 'X', 'x', '', '', company_id, active_from FROM person WHERE name = 'Ben'": "is in no event",
    "UPDATE role_grant SET revoked_at = NULL, revoked_by_id = NULL WHERE role = 'executive_reviewer'": (
        "column revoked_at of the role executive_reviewer for NL differs"
    ),
    f"UPDATE role_grant SET revoked_by_id = {BEN} WHERE role = 'executive_reviewer'": "column revoked_by_id of the role",
    f"UPDATE role_grant SET granted_by_id = {BEN} WHERE role = 'internal_auditor'": "column granted_by_id of the role",
    "UPDATE role_grant SET granted_at = '2020-01-01 00:00:00' WHERE role = 'internal_auditor'": "column granted_at of the role",
    f"UPDATE role_grant SET person_id = {BEN} WHERE role = 'internal_auditor'": "nobody granted it",
    "UPDATE role_grant SET company_id = (SELECT id FROM company WHERE key = 'NL-DE') WHERE role = 'internal_auditor'": "is gone",
    f"INSERT INTO role_grant (person_id, role, company_id, granted_at) SELECT {BEN}, role, company_id, granted_at "
    "FROM role_grant WHERE role = 'internal_auditor'": "holds the role internal_auditor for NL, and nobody granted it",
    "UPDATE delegation SET last_on = '2027-12-31'": "column last_on of delegation",
    "UPDATE delegation SET first_on = '2026-01-01'": "column first_on of delegation",
    f"UPDATE delegation SET substitute_id = {DEE}": "column substitute_id of delegation",
    f"UPDATE delegation SET person_id = {BEN}": "is in no event",
    f"UPDATE delegation SET created_by_id = {BEN}": "column created_by_id of delegation",
    "UPDATE delegation SET created_at = '2020-01-01 00:00:00'": "column created_at of delegation",
    "UPDATE delegation SET ended_at = '2026-11-20 10:00:00'": "column ended_at of delegation",
    "DELETE FROM delegation": "is gone",
    f"INSERT INTO delegation (person_id, substitute_id, first_on, last_on, created_by_id, created_at) "
    f"SELECT {BEN}, {DEE}, first_on, last_on, created_by_id, created_at FROM delegation": "is in no event",
    "UPDATE company SET name = 'Other' WHERE key = 'NL-DK'": "column name differs",
    "UPDATE company SET country = 'SE' WHERE key = 'NL-DK'": "column country differs",
    "UPDATE company SET currency = 'SEK' WHERE key = 'NL-DK'": "column currency differs",
    "UPDATE company SET calendar = 'SE' WHERE key = 'NL-DK'": "column calendar differs",
    "UPDATE company SET time_zone = 'UTC' WHERE key = 'NL-DK'": "column time_zone differs",
    "UPDATE company SET language = 'da' WHERE key = 'NL-DE'": "column language differs",
    "UPDATE company SET parent_id = (SELECT id FROM company WHERE key = 'NL-DE') WHERE key = 'NL-DK'": "column parent differs",
    "UPDATE company SET parent_id = id WHERE key = 'NL-DK'": "goes round in a circle",
    "UPDATE company SET key = 'X' WHERE key = 'NL-DE'": "company/X: is in no event",
    "DELETE FROM company_below WHERE depth = 1": "which company lies below which",
    "UPDATE counterparty SET name = 'Other' WHERE name = 'Acme'": "column name differs",
    "UPDATE counterparty SET class = 'charity' WHERE name = 'Acme'": "column class differs",
    "UPDATE counterparty SET country = 'SE' WHERE name = 'Acme'": "column country differs",
    "UPDATE counterparty SET registered_number = '1' WHERE name = 'Acme'": "column registered_number differs",
    "UPDATE counterparty SET currency = 'SEK' WHERE name = 'Acme'": "column currency differs",
    "UPDATE counterparty SET same_as_id = NULL WHERE name = 'Acme Nordic'": "column same_as_id differs",
    f"UPDATE counterparty SET same_as_id = {ACME} WHERE name = 'Osterman'": "column same_as_id differs",
    f"UPDATE counterparty SET group_id = (SELECT group_id FROM counterparty WHERE id = {ACME}) WHERE name = 'Osterman'": (
        "column group_id differs"
    ),
    f"UPDATE counterparty SET created_by_id = {BEN} WHERE name = 'Acme'": "column created_by_id differs",
    "UPDATE counterparty SET created_at = '2020-01-01 00:00:00' WHERE name = 'Acme'": "column created_at differs",
    "UPDATE counterparty SET public_id = 'x' WHERE name = 'Acme'": "counterparty/x: is in no event",
    "UPDATE counterparty_group SET name = 'Other' WHERE name = 'Osterman'": "column name differs",
    "INSERT INTO counterparty_group (id, name) VALUES (999, 'Other')": "counterparty_group/999: is in no event",
    f"UPDATE spelling SET written = 'Other', folded = 'other' WHERE id = {HANDS}": "column written of spelling",
    f"UPDATE spelling SET folded = 'other' WHERE id = {HANDS}": "is found by does not follow",
    f"UPDATE spelling SET counterparty_id = {ACME} WHERE id = {HANDS}": "is in no event",
    f"INSERT INTO spelling (counterparty_id, written, folded) VALUES ({ACME}, 'Other', 'other')": "is in no event",
    f"DELETE FROM name_token WHERE spelling_id = {HANDS}": "is found by does not follow",
    "UPDATE condition SET met_at = NULL": "was said to be met at another moment, or not at all",
    "UPDATE condition SET met_at = '2026-11-19 09:00:00'": "was said to be met at another moment, or not at all",
}


@pytest.fixture
def peopled(recorded: Story) -> Story:
    """Everything that can happen to a row about people, companies and counterparties has happened to one."""
    story = recorded
    story.away("Dee", substitute="Ben")
    adam, ilse = story.viewer("Adam"), story.viewer("Ilse")
    for name in ("Acme", "Acme Nordic", "Acme Hands"):
        story.firm(name)
    with story.app.app_context():
        choose_language(person_id=story.ids["Amalie"], language="da")
        tomasz = db.session.get_one(Person, story.ids["Tomasz"]).public_id
        vera = db.session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == story.ids["Vera"])).one()
    entry = PersonEntry("P0005", "tomasz@nordlys.example", "Tomasz Wilk", "NL-DE", title="Buyer", manager="P0002")
    company = CompanyEntry("NL-DE", "Nordlys Germany", "NL-DK", "DE", "Europe/Berlin", "EUR", "en", "DE-BY")
    with story.app.app_context():
        change_person(by=adam, person=tomasz, entry=entry)
        change_company(by=adam, entry=company)
        revoke(by=adam, grant_id=vera)
    link(story, "Acme Hands", "Acme Nordic")
    link(story, "Acme Nordic", "Acme")
    with story.app.app_context():
        public = db.session.get_one(Counterparty, story.ids["Osterman"]).public_id
        commands.correct(
            officer=ilse, public_id=public, name="Osterman AB", class_="customer", country="SE",
            registered_number="SE 556-677", reason="They moved",
        )  # fmt: skip
        commands.correct(
            officer=ilse, public_id=public, name="Osterman", class_="customer", country="SE",
            registered_number="SE 556-677", reason="They moved back",
        )  # fmt: skip
        condition = db.session.scalars(select(Condition)).one()
        condition_id = condition.id
        gift = db.session.get_one(Declaration, condition.declaration_id).public_id
    story.act("Amalie", Action.FULFIL, gift, reason="Paid.", condition_id=condition_id)
    return story


def link(story: Story, name: str, other: str) -> None:
    officer = story.viewer("Ilse")
    with story.app.app_context():
        one, two = (db.session.get_one(Counterparty, story.ids[which]) for which in (name, other))
        seen = linking.seen(firm(db.session(), reach_of(db.session(), officer), one.public_id), two)
        ids = one.public_id, two.public_id
        commands.link(officer=officer, public_id=ids[0], other_public_id=ids[1], how=linking.SAME, seen=seen, reason="One firm")


def test_every_change_to_people_companies_and_counterparties_is_named(peopled: Story, tampered: Tampered) -> None:
    assert tampered() == [], "an untouched record agrees"
    told = {statement: tampered(statement) for statement in TAMPERING}
    assert {s: told[s] for s, named in TAMPERING.items() if not any(named in line for line in told[s])} == {}
    assert tampered() == []


def test_one_more_subject_than_fit_at_a_time_is_held_against_its_events_too(
    peopled: Story, tampered: Tampered, monkeypatch: pytest.MonkeyPatch
) -> None:
    for at_once in (1, 2, 7):
        monkeypatch.setattr("declarations.evidence.verify.AT_ONCE", at_once)
        assert tampered() == []
        (line,) = tampered("UPDATE person SET title = 'Head' WHERE name = 'Ben'")
        assert line.startswith("[event] P0002 (person/")


def test_a_role_granted_twice_and_taken_back_once_is_as_told(recorded: Story, tampered: Tampered) -> None:
    for _ in range(2):
        with recorded.app.app_context():
            public_id = db.session.get_one(Person, recorded.ids["Dee"]).public_id
            grant(by=None, person=public_id, role=Role.INTERNAL_AUDITOR, company="NL")
            held = select(RoleGrant.id).where(RoleGrant.person_id == recorded.ids["Dee"], RoleGrant.revoked_at.is_(None))
            revoke(by=None, grant_id=db.session.scalars(held).one())
        recorded.now = recorded.now.replace(minute=recorded.now.minute + 1)
    with recorded.app.app_context():
        grant(by=None, person=public_id, role=Role.INTERNAL_AUDITOR, company="NL")
    assert tampered() == []
