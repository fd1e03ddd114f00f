"""Which two policies answer each declaration: the one in force for its company on its day, and the same with the draft in its place."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations import packing, world
from declarations.models import CompanyBelow
from declarations.rehearsing import reading
from declarations.rehearsing.sums import distinct
from workflows.case import Company
from workflows.policy.document import Document, InForce, in_force
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
        own = self.company.currency
        limits = {limits.for_company(own).currency for policy in self.policies for _, r in policy.rules for limits in r.limits}
        return {own} | limits | {policy.currency(own) for policy in self.policies if policy.documents}


def pair(session: Session, documents: list[Document], draft: Document, filed: reading.Filed) -> tuple[list[Pair], Any]:
    """The different pairs, and for each row the place of its own; -1 where the draft changes nothing."""
    with_draft = [document for document in documents if document.key != draft.key] + [always(draft)]
    starts = sorted({document.effective_from for document in documents})
    codes = filed.rows["company"].astype(np.int64) * (len(starts) + 1) + _stretches(starts, filed)
    different, which = distinct(codes)
    line, told = _lines(session), {document.company for document in with_draft + documents}
    asks_company = any(
        c.name == "company" for document in with_draft + documents for rule in document.rules for c, _ in rule.conditions
    )
    pairs: list[Pair] = []
    known: dict[object, int] = {}
    places = []
    for company, part in (divmod(int(code), len(starts) + 1) for code in different):
        row, keys = line[company][0], [each.key for each in line[company]]
        here = {"currency": row.currency, "country": row.country} | ({"key": row.key} if asks_company else {})
        alike = (part, tuple(key for key in keys if key in told), *here.values())
        if alike not in known:
            day = starts[part - 1] if part else date.min
            before, after = (in_force(each, keys[0], keys[1:], day) for each in (documents, with_draft))
            known[alike] = len(pairs) if _says_else(before, after) else -1
            if known[alike] >= 0:
                pairs.append(Pair(before, after, world.company_facts(row, datetime.now(UTC)), here))
        places.append(known[alike])
    return pairs, np.array(places, np.int64)[which]


def always(document: Document) -> Document:
    """The document as if it had held from the beginning of time."""
    return document.model_copy(update={"effective_from": date.min})


def _says_else(before: InForce, after: InForce) -> bool:
    """Whether the two differ in more than the day from which the draft is meant to hold."""
    return [always(document) for document in before.documents] != [always(document) for document in after.documents]


def _stretches(starts: list[date], filed: reading.Filed) -> Any:
    """For each row, after how many of the days on which something takes effect lies the day that selects its policy."""
    lasting = [common.undated or common.facts.kind in (Kind.INTEREST, Kind.CONFLICT) for common in filed.commons]
    rows = filed.rows
    day = np.where(np.array([*lasting, False], bool)[rows["profile"]], rows["filed"], rows["day"])
    return np.searchsorted(np.array([start.toordinal() - packing.EPOCH for start in starts], np.int64), day, "right")


def _lines(session: Session) -> dict[int, list[Any]]:
    """Each company's row with those above it, nearest first, itself at the head."""
    rows = reading.companies(session.connection())
    query = select(CompanyBelow.company_id, CompanyBelow.ancestor_id).order_by(CompanyBelow.company_id, CompanyBelow.depth)
    found: dict[int, list[Any]] = {}
    for company, ancestor in session.execute(query):
        found.setdefault(company, []).append(rows[ancestor])
    return found
