"""Which two policies answer each declaration: the one in force for its company on its day, and the same with the draft in its place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import packing, world
from declarations.models import CompanyBelow, Person
from declarations.rehearsing import reading
from declarations.rehearsing.sums import distinct
from workflows.case import Company
from workflows.policy.assess import sides_of
from workflows.policy.document import Document
from workflows.policy.in_force import InForce, in_force
from workflows.words import Kind


@dataclass(frozen=True)
class Pair:
    """The policy as it was and with the draft, for `company` or others that no rule could tell from it."""

    before: InForce
    after: InForce
    company: Company
    here: dict[str, str]  # what predicates may know of the company

    @property
    def policies(self) -> tuple[InForce, InForce]:
        """Both."""
        return self.before, self.after

    def currencies(self) -> set[str]:
        """Every currency that an amount may have to be converted to."""
        asked = [pair for policy in self.policies for pair in sides_of(policy, self.company)]
        limits = {
            limits.for_company(here.currency).currency for policy, here in asked for _, r in policy.rules for limits in r.limits
        }
        own = {here.currency for _, here in asked}
        return own | limits | {policy.currency(here.currency) for policy, here in asked if policy.documents}


def pair(session: Session, documents: list[Document], draft: Document, filed: reading.Filed) -> tuple[list[Pair], Any]:
    """The different pairs, and for each row the place of its own; -1 where the draft changes nothing."""
    with_draft = [document for document in documents if document.key != draft.key] + [always(draft)]
    starts = sorted({document.effective_from for document in documents})
    on = _policy_days(filed)
    stretch = np.searchsorted(np.array([start.toordinal() - packing.EPOCH for start in starts], np.int64), on, "right")
    seconds, second = _seconds(session, filed, on)
    codes = (filed.rows["company"].astype(np.int64) * (len(starts) + 1) + stretch) * len(seconds) + second
    different, which = distinct(codes)
    line, told = _lines(session), {document.company for document in with_draft + documents}
    asks_company = any(
        c.name == "company" for document in with_draft + documents for rule in document.rules for c, _ in rule.conditions
    )
    pairs: list[Pair] = []
    known: dict[object, int] = {}
    places = []
    for code in map(int, different):
        company, part = divmod(code // len(seconds), len(starts) + 1)
        lines = [line[each] for each in (company, seconds[code % len(seconds)]) if each]
        here = [_here(each[0], asks_company) for each in lines]
        alike = (
            part,
            *((*(row.key for row in each if row.key in told), *said.values()) for each, said in zip(lines, here, strict=True)),
        )
        if alike not in known:
            day = starts[part - 1] if part else date.min
            before, after = (_held(each, lines, day) for each in (documents, with_draft))
            known[alike] = len(pairs) if _says_else(before, after) else -1
            if known[alike] >= 0:
                pairs.append(Pair(before, after, world.company_facts(lines[0][0], datetime.now(UTC)), here[0]))
        places.append(known[alike])
    return pairs, np.array(places, np.int64)[which]


def always(document: Document) -> Document:
    """The document as if it had held from the beginning of time."""
    return document.model_copy(update={"effective_from": date.min})


def _says_else(before: InForce, after: InForce) -> bool:
    """Whether the two differ in more than the day from which the draft is meant to hold."""
    return [always(document) for document in before.documents] != [always(document) for document in after.documents]


def _here(company: Any, asks_company: bool) -> dict[str, str]:
    """What predicates may know of the company."""
    return {"currency": company.currency, "country": company.country} | ({"key": company.key} if asks_company else {})


def _held(documents: list[Document], lines: list[list[Any]], day: date) -> InForce:
    """What holds on the day for the company at the head of the first line, or with the second line for whoever belongs to both."""
    own, *second = (in_force(documents, line[0].key, [row.key for row in line[1:]], day) for line in lines)
    return own.join(world.seat_of(lines[0][0]), second[0], world.seat_of(lines[1][0])) if second else own


def _seconds(session: Session, filed: reading.Filed, on: Any) -> tuple[list[int], Any]:
    """The second companies that people belong to, after 0 for none, and for each row the place of its own there."""
    query = select(Person.id, Person.second_company_id, Person.second_from, Person.second_to)
    people = session.execute(query.where(Person.second_company_id.is_not(None), Person.second_from.is_not(None))).all()
    seconds = [0, *sorted({int(row.second_company_id or 0) for row in people})]
    found = np.zeros(len(on), np.int64)
    declarant = filed.rows["declarant"]
    some = np.flatnonzero(np.isin(declarant, np.array([row.id for row in people], np.int64))) if people else found[:0]
    theirs, day = declarant[some], on[some]
    for row in people:
        first, last = ((each or date.max).toordinal() - packing.EPOCH for each in (row.second_from, row.second_to))
        found[some[(theirs == row.id) & (day >= first) & (day <= last)]] = seconds.index(row.second_company_id)
    return seconds, found


def _policy_days(filed: reading.Filed) -> Any:
    """For each row the day that selects its policy."""
    lasting = [common.undated or common.facts.kind in (Kind.INTEREST, Kind.CONFLICT) for common in filed.commons]
    rows = filed.rows
    return np.where(np.array([*lasting, False], bool)[rows["profile"]], rows["filed"], rows["day"])


def _lines(session: Session) -> dict[int, list[Any]]:
    """Each company's row with those above it, nearest first, itself at the head."""
    rows = reading.companies(session.connection())
    query = select(CompanyBelow.company_id, CompanyBelow.ancestor_id).order_by(CompanyBelow.company_id, CompanyBelow.depth)
    found: dict[int, list[Any]] = {}
    for company, ancestor in session.execute(query):
        found.setdefault(company, []).append(rows[ancestor])
    return found
