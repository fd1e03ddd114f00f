"""What a rehearsal found is kept as it was found: figures as JSON, and each declaration that differs as one packed row."""

import zlib
from datetime import date
from typing import Any

import numpy as np

from declarations.rehearsing.result import Rehearsal
from workflows.policy.document import Document
from workflows.words import Review

ROW = np.dtype(
    [
        ("ids", "<i8"),
        ("company", "<i4"),
        ("kind", "<i1"),
        ("counterparty_class", "<i2"),
        ("before", "<i2"),
        ("after", "<i2"),
        ("breach_before", "?"),
        ("breach_after", "?"),
    ]
)


def packed(found: Rehearsal) -> tuple[dict[str, Any], bytes]:
    """Figures to be kept as JSON, and the rows that differ, compressed: some twenty bytes each before that."""
    differing = found.differing()
    rows = np.empty(len(differing.ids), ROW)
    for name in ROW.names or ():
        rows[name] = getattr(differing, name)
    figures = {
        "count": found.count,
        "changed": found.changed,
        "reviews": {review.slug: list(pair) for review, pair in found.reviews.items()},
        "companies": {str(number): name for number, name in found.companies.items()},
        "classes": list(found.classes),
    }
    return figures, zlib.compress(rows.tobytes(), 1)


def unpacked(figures: dict[str, Any], changes: bytes, *, draft: Document, first_on: date, last_on: date) -> Rehearsal:
    """The same rehearsal again, with the declarations that differ."""
    rows = np.frombuffer(zlib.decompress(changes), ROW)
    columns: dict[str, Any] = {name: rows[name] for name in ROW.names or ()}
    columns |= {name: rows[name].astype(np.int64) for name in ("before", "after")}
    before_and_after = {slug: (before, after) for slug, (before, after) in figures["reviews"].items()}
    return Rehearsal(
        draft=draft,
        first_on=first_on,
        last_on=last_on,
        companies={int(number): name for number, name in figures["companies"].items()},
        count=figures["count"],
        reviews={review: before_and_after[review.slug] for review in Review},
        classes=tuple(figures["classes"]),
        **columns,
    )
