"""People, companies and counterparties as the record tells them, at any moment of the past."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from .events import Event
from .proofs import SLACK, Json


@dataclass
class Grant:
    role: str
    company: str
    begins: datetime
    ends: datetime | None = None


@dataclass
class Person:
    name: str | None = None
    number: str | None = None
    managers: list[tuple[datetime, int | None]] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    away: dict[int, Json] = field(default_factory=dict)


@dataclass
class Company:
    key: str
    facts: Json
    parents: list[tuple[datetime, str | None]]


class World:
    """People, companies, counterparties and policies as the record tells them."""

    def __init__(self) -> None:
        self.people: dict[int, Person] = {}
        self.companies: dict[int, Company] = {}
        self.firms: dict[int, Json] = {}
        self.groups: dict[int, str] = {}
        self.published: dict[str, Json] = {}

    def hear(self, stream: str, chain: list[Event]) -> None:
        """One whole stream."""
        family = stream.partition("/")[0]
        hear = {"person": self._person, "company": self._company, "counterparty": self._firm}.get(family)
        if hear is not None:
            hear(chain)
        elif family == "counterparty_group":
            for event in chain:
                if "name" in event.values:
                    self.groups[event.body["public"]["id"]] = event.values["name"]
        elif family == "policy":
            self.published |= {e.body["policy"]: e.body["public"] for e in chain if e.action == "published"}

    def _person(self, chain: list[Event]) -> None:
        number = chain[0].body["public"].get("id")
        person = self.people.setdefault(number, Person())
        for event in chain:
            public, at = event.body["public"], event.at
            told: Json = event.values.get("person") or event.values.get("facts") or {}
            person.name, person.number = told.get("name", person.name), told.get("number", person.number)
            match event.body["action"]:
                case "person:added":
                    person.managers.append((at, public["manager"]))
                case "person:manager_changed":
                    person.managers.append((at, public["to"]))
                case "person:role_granted":
                    person.grants.append(Grant(public["role"], public["company"], at))
                case "person:role_revoked":
                    for grant in person.grants:
                        if grant.ends is None and (grant.role, grant.company) == (public["role"], public["company"]):
                            grant.ends = at
                case "delegation:set":
                    person.away[public["delegation"]] = {**public, "ended": None}
                case "delegation:ended":
                    person.away[public["delegation"]]["ended"] = at

    def _company(self, chain: list[Event]) -> None:
        for event in chain:
            public, number = event.body["public"], event.body["company"]
            if event.action == "added":
                self.companies[number] = Company(public["key"], dict(public), [(event.at, public["parent"])])
            elif event.action == "moved":
                self.companies[number].parents.append((event.at, public["to"]))
            elif event.action == "changed" and not event.later:
                self.companies[number].facts |= public

    def _firm(self, chain: list[Event]) -> None:
        firm = self.firms.setdefault(chain[0].body["public"].get("id"), {})
        for event in (one for one in chain if not one.later):
            firm |= {name: event.values[name] for name in ("name", "registered_number") if name in event.values}
            firm["group"] = event.body["public"].get("group", firm.get("group"))

    def above(self, person: int, at: datetime, slack: timedelta = SLACK) -> set[int]:
        """Everybody above in the line at that moment, give or take `slack`."""
        found: set[int] = set()
        ahead = [person]
        while ahead:
            for manager in _around(self.people.get(ahead.pop(), Person()).managers, at, slack):
                if manager is not None and manager not in found and manager != person:
                    found.add(manager)
                    ahead.append(manager)
        return found

    def holds(self, person: int, role: str, company: int, at: datetime) -> bool:
        """Did they hold the role for the company or one above it?"""
        by_key = {one.key: one for one in self.companies.values()}
        keys, ahead = set[str](), [self.companies[company].key]
        while ahead:
            keys.add(key := ahead.pop())
            ahead += [one for one in _around(by_key[key].parents, at, SLACK) if one is not None and one not in keys]
        return any(
            grant.role == role
            and grant.company in keys
            and grant.begins - SLACK <= at
            and (not grant.ends or at <= grant.ends + SLACK)
            for grant in self.people.get(person, Person()).grants
        )

    def stands_in(self, substitute: int, principal: int, at: datetime) -> bool:
        """Was one entitled to decide for the other, on that day in any time zone?"""
        first, last = (at - timedelta(hours=12)).date(), (at + timedelta(hours=14)).date()
        return any(
            one["substitute"] == substitute
            and date.fromisoformat(one["first_on"]) <= last
            and date.fromisoformat(one["last_on"]) >= first
            and (one["ended"] is None or at <= one["ended"] + SLACK)
            for one in self.people.get(principal, Person()).away.values()
        )


def _around(told: list[tuple[datetime, Any]], at: datetime, slack: timedelta) -> set[Any]:
    """What held at any moment from `slack` before to `slack` after."""
    before = [value for since, value in told if since <= at - slack][-1:]
    return {*before, *(value for since, value in told if at - slack < since <= at + slack)}
