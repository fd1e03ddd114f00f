"""Amendments of the default pack's Code to try the proof with: a rule of the Code in its company's form, changed in one place."""

import tomllib
from copy import deepcopy
from typing import Any

from tests.workflows.policy.given import said
from workflows.policies import default_texts
from workflows.policy.document import Document, load, parse

CODE_TEXT = default_texts()["group-code-2026.toml"]
CODE = load(CODE_TEXT, "group-code-2026.toml")
RULES: dict[str, dict[str, Any]] = {rule["id"]: rule for rule in tomllib.loads(CODE_TEXT)["rules"]}
REMOVED = object()
FORMS = {
    "refreshments": ["refreshments"],
    "meal": ["meal", "refreshments"],
    "event": ["event", "ticket"],
    "wine": ["wine"],
}  # as in the Code, and one form more


def instead(name: str, **changes: Any) -> dict[str, Any]:
    """The Code's rule `name` as an amendment would repeat it, with `changes`: a key of REMOVED goes."""
    mine = {key: value for key, value in deepcopy(RULES[name]).items() if key not in ("amend", "source")}
    mine |= {"id": f"our-{name}", "clause": f"A {mine['clause']}", "replaces": name}
    mine |= changes
    return {key: value for key, value in mine.items() if value is not REMOVED}


def more(name: str, **content: Any) -> dict[str, Any]:
    """A rule the amendment adds."""
    plain: dict[str, Any] = {"id": name, "clause": name, "heading": said(name), "sentence": said(), "outcome": "record"}
    return plain | content


def ours(*rules: dict[str, Any], currency: str = "DKK", **content: Any) -> Document:
    """An amendment of a company whose currency is `currency`."""
    whole: dict[str, Any] = {
        "key": "ours",
        "title": said("Ours"),
        "company": "NL-XX",
        "effective_from": CODE.effective_from,
        "approved_by": "The board",
        "approved_on": CODE.approved_on,
        "base_currency": currency,
        "time_zone": "Europe/Copenhagen",
        "holiday_calendar": "DK",
        "rules": list(rules),
    }
    classes = FORMS | content.pop("classes", {})
    return parse(whole | content | {"classes": classes}, "ours.toml")


# conditions as the Code states them, with another limit


def occasion(dkk: str, operator: str = "over", **more: Any) -> dict[str, Any]:
    return {"occasion_total": {operator: {"DKK": dkk}, **more}}


def rolling(dkk: str, months: int = 12, **more: Any) -> dict[str, Any]:
    total = {"months": months, "leave_out": ["personal_relation"], "over": {"DKK": dkk}, "kinds": ["gift", "entertainment"]}
    return {"rolling_total": total | more}


def meal(dkk: str, operator: str = "over", **more: Any) -> dict[str, Any]:
    return {"form": ["meal"], "per_head": {operator: {"DKK": dkk}, **more}}


def trifle(dkk: str, **more: str) -> dict[str, Any]:
    return {"trifle": {"up_to": {"DKK": dkk, **more}}}


def refreshments(dkk: str, **more: Any) -> dict[str, Any]:
    return {"official": True, "form": ["refreshments"], "per_head": {"over": {"DKK": dkk}}, **more}
