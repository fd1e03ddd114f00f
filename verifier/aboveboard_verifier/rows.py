"""The rows of a register are what the events say, column by column, and the totals are their sums."""

import itertools
import json
import re
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Any

from .bundle import Bundle
from .events import Event
from .proofs import Json, digest, parsed
from .report import INCOMPLETE, Report
from .story import check_story
from .unpacked import Entries, Unpacked
from .world import World

DECISIONS = {
    "approved": "approve", "approved_with_conditions": "approve_with_conditions", "refused": "refuse", "sent_back": "send_back",
    "escalated": "escalate", "approval_requested": "request_approval", "advised": "advise",
}  # fmt: skip
OUTCOMES = {0: "no_declaration", 1: "record", 2: "manager", 3: "compliance", 4: "executive", 5: "prohibited", 9: "invalid"}


class Rows:
    """register.jsonl, by declaration; of words.json what composed columns are made of."""

    def __init__(self, bundle: Bundle, report: Report) -> None:
        words = bundle.json("words.json")
        self.figures, self.places = words["figures"], words["places"]
        self.asked = {
            sheet["key"]: [column["key"] for column in sheet["columns"] if column["key"].startswith("asked_")]
            for sheet in words["sheets"]
        }
        self.unpacked = Unpacked(bundle, "register.jsonl")
        self.entries = Entries(self.unpacked)
        self.decisions: dict[str, list[int]] = defaultdict(list)  # places
        self.born: dict[str, int] = {}  # the leaf of each declaration's first event
        self.decided: Counter[str] = Counter()
        self.count = 0
        for place, line in self.unpacked.lines():
            self.count += 1
            with report.reading("register", f"register.jsonl, line {self.count}"):
                row = parsed(line.removesuffix(b"\n"))
                if row["sheet"] == "decision":
                    self.decisions[row["number"]].append(place)
                    self.decided[row["number"]] += 1
                    continue
                report.unless(row["number"] not in self.entries, "register", row["number"], "is listed twice")
                self.entries.keep(row["number"], place)


def money(minor: int | None, currency: str | None) -> str | None:
    return None if minor is None or currency is None else f"{currency} {minor}"


def second(moment: str | None) -> str | None:
    return f"{moment[:19]}Z" if moment else None


def clauses(findings: list[Json]) -> str:
    return "; ".join(dict.fromkeys(f"{one['document']} {one['clause']}" for one in findings))


def sentences(findings: list[Json]) -> str:
    def said(table: Json | None) -> str:
        return str(table.get("en") or next(iter(table.values()))) if table else ""

    return "\n".join(f"{one['clause']}: {said(one['sentence'])}" for one in findings)


def figures(findings: list[Json], rows: Rows) -> str:
    """What the findings went by: "3.2: total EUR 310.00, limit EUR 300.00"."""

    def said(one: Json) -> str:
        name, amount = rows.figures.get(one["name"], one["name"]), one["money"]
        if not amount:
            return f"{name} {one['number']}"
        return f"{name} {amount['currency']} {Decimal(amount['minor']).scaleb(-rows.places.get(amount['currency'], 2)):f}"

    told = ((one["clause"], ", ".join(map(said, one["figures"]))) for one in findings)
    return "\n".join(f"{clause}: {text}" for clause, text in told if text)


class Declaration:
    """What the events of one declaration say its rows are."""

    def __init__(self, chain: list[Event], world: World, rows: Rows) -> None:
        self.chain = [event for event in chain if not event.later]
        self.world, self.rows, self.last = world, rows, self.chain[-1]
        self.row: Json = self.last.values["row"]
        self.filings: dict[int, Json] = {}
        for event in self.chain:
            if "facts" in event.body["commitments"]:
                self.filings[event.body["public"]["filing"]] = event.values
        self.reviews = [event for event in self.chain if event.body["public"].get("review")]

    def name(self, person: int | None) -> str | None:
        return None if person is None else self.world.people[person].name

    def entry(self) -> Json:
        row, filing = self.row, self.filings[self.row["filing"]]
        org, answers, assessment = filing["organisation"], filing["answers"], filing["assessment"]
        findings, done = assessment.get("findings") or [], assessment.get("conversion")
        foreign = done if done and done["source"]["currency"] != done["result"]["currency"] else {}
        firm = self.world.firms.get(row["counterparty_id"], {})
        decided = self.reviews[-1].body if self.reviews else {}
        top = next(one.facts["currency"] for _, one in sorted(self.world.companies.items()) if one.parents[-1][1] is None)
        same = (
            "number", "kind", "direction", "title", "country", "officials", "occurred_on", "currency", "heads", "base_currency",
            "value_basis", "disposition", "state", "timing", "days_late", "due_on", "filing",
        )  # fmt: skip

        def answer(*names: str) -> Any:
            return next(filter(None, (answers.get(name) for name in names)), None)

        return {name: row[name] for name in same} | {
            "sheet": row["kind"],
            "until": row["ends_on"],
            "class": row["counterparty_class"],
            "taken_over_from": row["imported_from"],
            "record_entry": row["version"],
            "record_digest": digest(self.last.raw),
            "filed_at": second(row["filed_at"]),
            "company": self.world.companies[row["company_id"]].facts["name"],
            "declarant_number": org["number"],
            "declarant": org["name"],
            "unit": org["unit"],
            "manager": org["manager"],
            "prepared_by": self.name(row["prepared_by_id"]),
            "counterparty": firm.get("name"),
            "registered_number": firm.get("registered_number"),
            "group": self.world.groups.get(firm.get("group", 0)),
            "value": money(row["value_minor"], row["currency"]),
            "share": money(row["share_minor"], row["currency"]),
            "share_base": money(row["base_minor"], row["base_currency"]),
            "share_group": money(row["group_minor"], top),
            "outcome": OUTCOMES[row["outcome"]],
            "purpose": answer("purpose", "proposal", "cause", "occasion", "part"),
            "people": answer("received_by", "present", "traveller", "family_who", "relation_who"),
            "note": answer("note"),
            "method": answer("method"),
            "rate": foreign.get("rate"),
            "rate_on": foreign.get("rate_on"),
            "policy_value": money(done["result"]["minor"], done["result"]["currency"]) if done else None,
            "policy": assessment["policy_digest"],
            "clauses": clauses(findings),
            "findings": sentences(findings),
            "decided_by": self.name(decided.get("actor")),
            "decided_as": decided.get("role"),
            "decided_for": self.name(decided.get("for")),
            "decided_at": second(decided.get("at")),
            "figures": figures(findings, self.rows),
            **{key: answers.get(key.removeprefix("asked_")) for key in self.rows.asked.get(row["kind"], ())},
            "conditions_met": f"{self._met}/{len(self._conditions)}" if self._conditions else None,
        }

    @property
    def _conditions(self) -> list[Json]:
        return [one for event in self.reviews for one in event.values.get("conditions", ())]

    @property
    def _met(self) -> int:
        return sum(event.action == "condition_met" for event in self.chain)

    def conditions_fit(self, told: str) -> bool:
        """Does the text name these conditions, as many of them met as there are events that say so?"""
        each = (re.escape(f"{one['due_on']}: {one['text']} ") + r"\((met \d{4}-\d\d-\d\d|open)\)" for one in self._conditions)
        found = re.fullmatch("\n".join(each), told)
        return found is not None and sum(one.startswith("met") for one in found.groups()) == self._met

    def decision(self, event: Event) -> Json:
        body, row = event.body, self.row
        assessment = self.filings[body["public"]["filing"]].get("assessment", {})
        findings = assessment.get("findings") or []
        return {
            "sheet": "decision",
            "number": row["number"],
            "company": self.world.companies[row["company_id"]].facts["name"],
            "kind": row["kind"],
            "declarant": self.name(row["declarant_id"]),
            "review": body["public"]["review"],
            "decision": DECISIONS[event.action],
            "decided_by": self.name(body["actor"]),
            "decider_number": self.world.people[body["actor"]].number,
            "decided_as": body["role"],
            "decided_for": self.name(body["for"]),
            "decided_at": second(body["at"]),
            "filing": body["public"]["filing"],
            "outcome": OUTCOMES[assessment["outcome"]] if "outcome" in assessment else None,
            "clauses": clauses(findings),
            "findings": sentences(findings),
            "figures": figures(findings, self.rows),
            "reason": event.values.get("reason"),
            "conditions": "\n".join(f"{one['due_on']}: {one['text']}" for one in event.values.get("conditions", ())),
            "policy": body["policy"],
            "seen": body["seen"],
            "record_entry": body["sequence"],
            "record_digest": digest(event.raw),
        }


def compare(where: str, told: Json, due: Json, report: Report, elsewhere: tuple[str, ...]) -> None:
    """A row against what the events say it is; `elsewhere` are columns that are checked in another way."""
    for key in sorted({*told, *due}):
        if key not in elsewhere:
            same = (told.get(key) or None) == (due.get(key) or None)
            report.unless(same, "register", where, f"its {key} is not what the record says")


def check_declaration(chain: list[Event], world: World, rows: Rows, report: Report) -> str | None:
    """One declaration with its rows; returns its number."""
    number: str = chain[0].body["public"]["number"]
    line, rows.born[number] = rows.entries.get(number), chain[0].index
    if line is None:
        report.find("register", number, "has events, but is not in the register")
        return None
    told = json.loads(line)
    seen = [event for event in chain if not event.later]
    report.unless(len(seen) >= told["record_entry"], "value", number, "its latest events are missing", INCOMPLETE)
    report.unless(
        len(seen) <= told["record_entry"], "register", number, "there are events that the register should show and does not"
    )
    row = seen[-1].values.get("row") if seen else None
    declarant = row["declarant_id"] if row else chain[0].body["actor"] if chain[0].action == "filed" else None
    if declarant is not None:
        check_story(chain, declarant, world, report)
    report.looked["later"] += len(chain) - len(seen)
    if row is None:
        report.find("value", number, "its row was not opened, or is erased", INCOMPLETE)
        return number
    state = seen[-1].body["to"]
    report.unless(row["state"] == state, "transition", number, f"its row says {row['state']}, its events led to {state}")
    with report.reading("value", number):
        it = Declaration(chain, world, rows)
        for name in ("organisation", "answers", "assessment"):
            report.unless(name in it.filings[row["filing"]], "value", number, f"its {name} is not there", INCOMPLETE)
        compare(number, told, it.entry(), report, ("conditions", "circumstances"))
        report.unless(
            it.conditions_fit(told.get("conditions", "")), "register", number, "its conditions are not what the record says"
        )
        decisions = [json.loads(rows.unpacked.at(one)) for one in rows.decisions.pop(number, ())]
        report.unless(
            len(decisions) == len(it.reviews), "register", number, f"shows {len(decisions)} decisions of {len(it.reviews)}"
        )
        for event, decision in zip(it.reviews, decisions, strict=False):
            where = f"{number}, decision {event.body['sequence']}"
            compare(where, decision, it.decision(event), report, ("would_change",))
    return number


def check_policies(bundle: Bundle, rows: Rows, world: World, report: Report) -> None:
    """Every policy that was pinned consists of documents that are here."""
    known = set()
    for told in bundle.json("policies.json"):
        content = json.dumps([told["documents"], told["replaced"]], ensure_ascii=False, separators=(",", ":")).encode()
        report.unless(
            digest(content) == told["digest"], "value", f"policy {told['digest'][:12]}", "does not consist of these documents"
        )
        known.add(told["digest"])
        for key, name in told["documents"]:
            where = f"policy document {key} {name[:12]}"
            if not {f"policies/{name}.json", f"policies/{name}.toml"} <= set(bundle.names):
                report.find("value", where, "is not there", INCOMPLETE)
                continue
            report.unless(digest(bundle.part(f"policies/{name}.json")) == name, "value", where, "is not what was pinned")
            written = world.published.get(name, {}).get("text_sha256")
            text = digest(bundle.part(f"policies/{name}.toml"))
            report.unless(written in (None, text), "value", where, "its text is not the one that was published")
    decisions = (rows.unpacked.at(one) for some in rows.decisions.values() for one in some)
    for line in itertools.chain(rows.entries.values(), decisions):
        pinned = json.loads(line).get("policy")
        if pinned is not None and pinned not in known:
            known.add(pinned)
            report.find("value", f"policy {pinned[:12]}", "is pinned, but not explained", INCOMPLETE)


def summed(rows: Rows) -> dict[tuple[Any, ...], list[int]]:
    """The entries added up by company, kind, state and currencies."""
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    for line in rows.entries.values():
        row = json.loads(line)
        line_ = sums[tuple(row.get(key) for key in ("company", "kind", "state", "currency", "base_currency"))]
        amounts = [int(row[key].split(" ")[1]) if key in row else 0 for key in ("value", "share", "share_base")]
        for place, more in enumerate((1, "value" not in row, *amounts)):
            line_[place] += more
    return sums


def check_totals(bundle: Bundle, rows: Rows, report: Report) -> None:
    sums = summed(rows)
    for told in bundle.json("totals.json"):
        key = tuple(told[name] for name in ("company", "kind", "state", "currency", "base_currency"))
        amounts = [told[name] for name in ("entries", "without_value", "value_minor", "share_minor", "base_minor")]
        report.unless(sums.pop(key, None) == amounts, "totals", " ".join(map(str, key)), "is not the sum of its rows")
        report.looked["totals"] += 1
    for key in sums:
        report.find("totals", " ".join(map(str, key)), "is not in the totals")
