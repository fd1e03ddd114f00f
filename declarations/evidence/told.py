"""What the events of one stream say about the rows they stand for: each event changes what is told, the last word holds."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

PEOPLE, COMPANIES, COUNTERPARTIES, GROUPS, RECHECKS = "person", "company", "counterparty", "counterparty_group", "recheck"
TENDERS = "tender"


@dataclass
class Told:
    """What is told so far: the columns of the row, and the rows that hang on it, by the columns that name them."""

    row: dict[str, Any] = field(default_factory=dict)
    grants: list[dict[str, Any]] = field(default_factory=list)  # in the order they were granted
    delegations: dict[int, dict[str, Any]] = field(default_factory=dict)
    spellings: dict[int, str] = field(default_factory=dict)

    def hear(self, body: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        """Take the next event; `values` are the personal values it commits to, as far as they are there."""
        heard = _HEARD.get(str(body.get("action")))
        if heard is not None:
            heard(self, body, body.get("public", {}), values)


def values_of(disclosures: list[Any]) -> dict[str, Any]:
    """Disclosed values by name; what cannot be read any more is left out (its commitment tells of it)."""
    found = {}
    for one in disclosures:
        try:
            found[one.name] = json.loads(one.value)
        except ValueError:
            continue
    return found


Public = Mapping[str, Any]
Values = Mapping[str, Any]
Body = Mapping[str, Any]


def _person_added(told: Told, _body: Body, public: Public, values: Values) -> None:
    told.row |= (
        dict.fromkeys(("second_company_id", "second_from", "second_to"))
        | _object(values, "person")
        | {
            "id": public.get("id"),
            "manager_id": public.get("manager"),
            "active_to": public.get("last_day"),
        }
    )


def _person_changed(told: Told, _body: Body, _public: Public, values: Values) -> None:
    told.row |= _object(values, "facts")


def _manager_changed(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row["manager_id"] = public.get("to")


def _person_left(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row["active_to"] = public.get("last_day")


def _granted(told: Told, body: Body, public: Public, _values: Values) -> None:
    told.grants.append(
        {
            "role": public.get("role"),
            "company": public.get("company"),
            "granted_by_id": body.get("actor"),
            "granted_at": body.get("at"),
            "revoked_by_id": None,
            "revoked_at": None,
        }
    )


def _revoked(told: Told, body: Body, public: Public, _values: Values) -> None:
    for grant in told.grants:
        if grant["revoked_at"] is None and (grant["role"], grant["company"]) == (public.get("role"), public.get("company")):
            grant |= {"revoked_by_id": body.get("actor"), "revoked_at": body.get("at")}


def _delegated(told: Told, body: Body, public: Public, _values: Values) -> None:
    told.delegations[public.get("delegation", 0)] = {
        "person_id": public.get("person"),
        "substitute_id": public.get("substitute"),
        "first_on": public.get("first_on"),
        "last_on": public.get("last_on"),
        "created_by_id": body.get("actor"),
        "created_at": body.get("at"),
        "ended_at": None,
    }


def _delegation_ended(told: Told, body: Body, public: Public, _values: Values) -> None:
    told.delegations.get(public.get("delegation", 0), {})["ended_at"] = body.get("at")


def _company_added(told: Told, body: Body, public: Public, _values: Values) -> None:
    told.row |= {**public, "id": body.get("company")}


def _company_changed(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row |= public


def _company_moved(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row["parent"] = public.get("to")


def _met(told: Told, body: Body, public: Public, values: Values) -> None:
    told.row |= {
        "id": public.get("id"),
        "name": values.get("name"),
        "class": public.get("class"),
        "country": public.get("country"),
        "currency": public.get("currency"),
        "registered_number": values.get("registered_number") or None,
        "group_id": public.get("group"),
        "same_as_id": None,
        "created_at": body.get("at"),
        "created_by_id": body.get("actor"),
    }


def _number_learned(told: Told, _body: Body, public: Public, values: Values) -> None:
    told.row |= {"country": public.get("country"), "registered_number": values.get("registered_number") or None}


def _spelled(told: Told, _body: Body, public: Public, values: Values) -> None:
    told.spellings[public.get("spelling", 0)] = str(values.get("written"))


def _linked(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row |= {"same_as_id": public.get("to"), "group_id": public.get("group")}


def _unlinked(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row |= {"same_as_id": None, "group_id": public.get("group")}


def _grouped(told: Told, _body: Body, public: Public, _values: Values) -> None:
    told.row["group_id"] = public.get("group")


def _corrected(told: Told, _body: Body, public: Public, values: Values) -> None:
    told.row |= {
        "name": values.get("name"),
        "class": public.get("class"),
        "country": public.get("country"),
        "registered_number": values.get("registered_number") or None,
    }


def _group_named(told: Told, _body: Body, public: Public, values: Values) -> None:
    told.row |= {"id": public.get("id"), "name": values.get("name")}


def _whole_row(told: Told, _body: Body, _public: Public, values: Values) -> None:
    told.row |= _object(values, "row")


def _object(values: Values, name: str) -> dict[str, Any]:
    found = values.get(name)
    return found if isinstance(found, dict) else {}


_HEARD: dict[str, Callable[[Told, Body, Public, Values], None]] = {
    "person:added": _person_added,
    "person:changed": _person_changed,
    "person:manager_changed": _manager_changed,
    "person:left": _person_left,
    "person:role_granted": _granted,
    "person:role_revoked": _revoked,
    "delegation:set": _delegated,
    "delegation:ended": _delegation_ended,
    "company:added": _company_added,
    "company:changed": _company_changed,
    "company:moved": _company_moved,
    "counterparty:created": _met,
    "counterparty:number_learned": _number_learned,
    "counterparty:spelled": _spelled,
    "counterparty:linked": _linked,
    "counterparty:unlinked": _unlinked,
    "counterparty:grouped": _grouped,
    "counterparty:ungrouped": _grouped,
    "counterparty:moved_along": _grouped,
    "counterparty:corrected": _corrected,
    "counterparty_group:named": _group_named,
    "recheck:opened": _whole_row,
    "recheck:settled": _whole_row,
    "tender:entered": _whole_row,
    "tender:changed": _whole_row,
    "tender:withdrawn": _whole_row,
}
