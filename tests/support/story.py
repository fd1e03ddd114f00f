"""People, companies and declarations for a test, named as in a story; everything declared goes through casework like anyone's."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from declarations import casework
from declarations.counterparties import NewCounterparty, create, keep_spelling
from declarations.deciding.commands import set_substitute
from declarations.directory.companies import FACTS as COMPANY_FACTS
from declarations.directory.names import search_name
from declarations.directory.rows import added, columns_of
from declarations.evidence.hand import Hand
from declarations.evidence.papers import rates_digest
from declarations.evidence.record import Entry, append
from declarations.extensions import db, writing
from declarations.models import (
    Company,
    CompanyBelow,
    Counterparty,
    Declaration,
    Draft,
    ExchangeRate,
    Person,
    PolicyDocument,
    RoleGrant,
)
from declarations.viewer import Viewer, viewer
from workflows.case import Inputs, Step
from workflows.facts import Facts
from workflows.money import Money
from workflows.policy.document import load
from workflows.words import Action, Direction, Kind, Role, State, ValueBasis

PACK = Path(__file__).parents[2] / "workflows" / "policies"
HOUSE = "house"  # the role of what was there before a test's story begins
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # the day the mock-ups play on
RATES = {"DKK": "7.46", "GBP": "0.84", "USD": "1.12", "JPY": "175.7", "SEK": "11.0"}


class Story:
    """Builders that commit. Names are handles: `story.person("Ben")`, then `manager="Ben"`; `ids` holds what they became.

    No app context is left open, so that every request of a client has its own.
    """

    def __init__(self, app: Flask, now: datetime = FRIDAY) -> None:
        self.app, self.now = app, now
        self.ids: dict[str, int] = {}
        self._made = 0
        app.config["CLOCK"] = lambda: self.now

    # the house

    def house(self) -> Story:
        """A group with two companies, the policy pack, rates, and Amalie → Ben → Gerda in the Danish one; Ilse is compliance."""
        self.company("NL", currency="EUR", country="DE", zone="Europe/Berlin", calendar="DE")
        self.company("NL-DK", under="NL")
        self.company("NL-DE", under="NL", currency="EUR", country="DE", zone="Europe/Berlin", calendar="DE")
        self.person("Gerda", company="NL")
        self.person("Ben", company="NL-DK", manager="Gerda")
        self.person("Dee", company="NL-DK", manager="Gerda")
        self.person("Amalie", company="NL-DK", manager="Ben")
        self.person("Tomasz", company="NL-DK", manager="Dee")
        self.person("Ilse", company="NL-DK", manager="Gerda")
        self.person("Otto", company="NL", manager="Gerda")
        self.person("Vera", company="NL")
        self.person("Aud", company="NL", manager="Gerda")
        self.person("Adam", company="NL-DK", manager="Gerda")
        self.grant("Ilse", Role.COMPLIANCE_OFFICER, "NL-DK")
        self.grant("Otto", Role.COMPLIANCE_OFFICER, "NL")
        self.grant("Vera", Role.EXECUTIVE_REVIEWER, "NL")
        self.grant("Aud", Role.INTERNAL_AUDITOR, "NL")
        self.grant("Adam", Role.ADMINISTRATOR, "NL")
        self.rates()
        self.pack()
        return self

    def company(self, key: str, *, under: str | None = None, **more: Any) -> int:
        """A company of that key, Danish unless said otherwise, with its place in the tree."""

        given = {"zone": "time_zone"}
        row = Company(
            key=key,
            parent_id=self.ids.get(f"company {under}"),
            **{
                "name": f"Nordlys {key}",
                "country": "DK",
                "time_zone": "Europe/Copenhagen",
                "currency": "DKK",
                "language": "en",
                "calendar": "DK",
            }
            | {given.get(name, name): value for name, value in more.items()},
        )
        with self.app.app_context(), writing() as session:
            session.add(row)
            session.flush()
            above = session.execute(
                select(CompanyBelow.ancestor_id, CompanyBelow.depth).where(CompanyBelow.company_id == row.parent_id)
            ).all()
            session.add(CompanyBelow(ancestor_id=row.id, company_id=row.id, depth=0))
            session.add_all(CompanyBelow(ancestor_id=a, company_id=row.id, depth=d + 1) for a, d in above)
            said = {name: getattr(row, name) for name in ("key", "name", *COMPANY_FACTS)} | {"parent": under}
            self._tell(session, f"company/{key}", "company:added", company_id=row.id, public=said)
            return self._keep(f"company {key}", row.id)

    def person(self, name: str, *, company: str, manager: str | None = None, **more: Any) -> int:
        """A colleague since 2020 called `name`, reporting to `manager`."""

        self._made += 1
        folded = unicodedata.normalize("NFKC", name).casefold()
        fields = {
            "number": f"P{self._made:04d}",
            "email": f"{folded.replace(' ', '.')}@nordlys.example",
            "name": name,
            "title": "Account manager",
            "company_id": self.ids[f"company {company}"],
            "manager_id": self.ids[manager] if manager else None,
            "active_from": date(2020, 1, 1),
        }
        with self.app.app_context(), writing() as session:
            row = Person(**({"search_name": search_name(name)} | fields | more))
            session.add(row)
            session.flush()
            append(session, added(columns_of(row), Hand(self.now, HOUSE, None)))
            return self._keep(name, row.id)

    def grant(self, name: str, role: Role, company: str) -> None:
        """Give `name` the role for the company and all below."""

        company_id = self.ids[f"company {company}"]
        then = self.now - timedelta(99)
        with self.app.app_context(), writing() as session:
            session.add(RoleGrant(person_id=self.ids[name], role=role, company_id=company_id, granted_at=then))
            public = {"role": role.value, "company": company}
            self._tell(session, self._stream(session, name), "person:role_granted", at=then, public=public)

    def away(self, name: str, *, substitute: str, days: int = 7) -> None:
        """`name` is away from today on, and `substitute` decides."""

        today = self.now.date()
        with self.app.app_context():
            set_substitute(
                person=self.viewer(name),
                substitute_id=self.ids[substitute],
                first_on=today,
                last_on=today + timedelta(days),
                today=today,
            )

    def firm(self, name: str, class_: str = "supplier", *, group: str | None = None, country: str = "DK") -> int:
        """A counterparty, in a group of its own or in that of the firm named."""

        hand = Hand(self.now, Role.DECLARANT, None)
        with self.app.app_context(), writing() as session:
            its = self.ids[f"group {group}"] if group else None
            row = create(session, NewCounterparty(name, class_, country), hand, its)
            keep_spelling(session, row, name, hand)
            self._keep(f"group {name}", row.group_id)
            return self._keep(name, row.id)

    def rates(self) -> None:
        """One rate a currency for each of the last forty days, so that any recent day has one."""

        days = [self.now.date() - timedelta(n) for n in range(0, 500, 10)]
        with self.app.app_context(), writing() as session:
            session.add_all(ExchangeRate(currency=c, day=day, per_euro=rate) for c, rate in RATES.items() for day in days)
            session.flush()
            self._tell(session, "rates", "rates:imported", public={"digest": rates_digest(session.connection())})

    def pack(self) -> None:
        """Publish every document of the default pack, as of its own dates."""
        for path in sorted(PACK.glob("*.toml")):
            self.policy(path.read_text(encoding="utf-8"), days_ago=400)

    def policy(self, text: str, *, days_ago: int = 0) -> None:
        """Publish a policy document, that many days ago."""
        then, document = self.now - timedelta(days_ago), load(text, "policy.toml")
        told = {"key": document.key, "effective_from": document.effective_from.isoformat(), "company": document.company or ""}
        row = {"effective_from": document.effective_from, "text": text.encode(), "digest": document.digest}
        with self.app.app_context(), writing() as session:
            session.add(PolicyDocument(key=document.key, company_key=document.company, published_at=then, **row))
            stream = f"policy/{document.key}"
            self._tell(session, stream, "policy:published", at=then, policy_digest=document.digest, public=told)

    # what people do

    def viewer(self, name: str) -> Viewer:
        """Who `name` is at the door today."""

        with self.app.app_context():
            person = db.session.get(Person, self.ids[name])
            assert person is not None
            return viewer(db.session(), person, self.now)

    def client(self, name: str) -> FlaskClient:
        """A browser in which `name` is signed in."""
        from declarations.sign_in.commands import open_session

        with self.app.app_context():
            token = open_session(person_id=self.ids[name], browser="test", means="password")
        client = self.app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True
        return client

    def facts(self, by: str, kind: Kind, *, firm: str | None = None, worth: str | None = None, **more: Any) -> Facts:
        """Facts as a form would make them: yesterday's, received, of `firm`, worth that many DKK unless said otherwise."""

        with self.app.app_context():
            person = db.session.get(Person, self.ids[by])
            assert person is not None
            today = self.now.astimezone(ZoneInfo(person.company.time_zone)).date()
            known: dict[str, Any] = {}
            if firm:
                row = db.session.get(Counterparty, self.ids[firm])
                assert row is not None
                known = {
                    "counterparty_id": row.id,
                    "counterparty_group_id": row.group_id,
                    "counterparty_class": row.class_,
                    "country": row.country,
                }
        value = Money.of(worth, more.pop("currency", "DKK")) if worth is not None else None
        direction = (
            None if kind in (Kind.INTEREST, Kind.CONFLICT) else Direction.GIVEN if kind is Kind.DONATION else Direction.RECEIVED
        )
        facts = Facts(
            kind=kind,
            declarant_id=self.ids[by],
            filed_on=today,
            occurred_on=today - timedelta(1),
            direction=direction,
            title="A wine hamper",
            value=value,
            value_basis=ValueBasis.KNOWN if value else ValueBasis.NOT_ASKED,
            **known,
        )
        return replace(facts, **more)

    def declare(self, by: str, kind: Kind = Kind.GIFT, *, answers: dict[str, str] | None = None, **facts: Any) -> str:
        """File it, and answer with the declaration's public id."""

        made = self.facts(by, kind, **facts)
        draft = Draft(owner_id=self.ids[by], kind=kind, answers=answers or {}, created_at=self.now, updated_at=self.now)
        self._add("draft", draft)
        viewer, public_id = self.viewer(by), self.column(Draft, self.ids["draft"], "public_id")
        with self.app.app_context():
            return casework.file(
                draft_public_id=public_id, actor=viewer, facts=made, answers=answers or {}, new_counterparty=None
            )

    def act(self, by: str, action: Action, declaration: str, **inputs: Any) -> Step:
        """`by` does `action`, having seen the declaration as it is now."""

        viewer, version = self.viewer(by), self.version(declaration)
        more = {name: inputs.pop(name) for name in ("facts", "answers") if name in inputs}
        with self.app.app_context():
            return casework.act(
                casework.Act(
                    public_id=declaration, action=action, actor=viewer, seen_version=version, inputs=Inputs(**inputs), **more
                )
            )

    # what there is

    def column(self, model: type[Any], row_id: int, name: str) -> Any:
        """One value of one row."""

        with self.app.app_context():
            return getattr(db.session.get(model, row_id), name)

    def version(self, declaration: str) -> int:
        """The sequence of the last event."""
        return int(self._of(declaration, "version"))

    def state(self, declaration: str) -> State:
        """Where it stands."""
        return State(self._of(declaration, "state"))

    def _of(self, declaration: str, name: str) -> Any:

        with self.app.app_context():
            return db.session.scalars(select(getattr(Declaration, name)).where(Declaration.public_id == declaration)).one()

    def _add(self, handle: str, row: Any) -> int:

        with self.app.app_context(), writing() as session:
            session.add(row)
            session.flush()
            return self._keep(handle, getattr(row, "id", 0))

    def _all(self, rows: Any) -> None:

        with self.app.app_context(), writing() as session:
            session.add_all(rows)

    def _stream(self, session: Any, name: str) -> str:
        return f"person/{session.get_one(Person, self.ids[name]).public_id}"

    def _tell(self, session: Any, stream: str, action: str, *, at: datetime | None = None, **more: Any) -> None:
        append(session, Entry(stream, action, at or self.now, HOUSE, None, **more))

    def _keep(self, handle: str, row_id: int) -> int:
        if handle:
            self.ids[handle] = row_id
        return row_id
