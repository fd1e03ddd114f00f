"""A next version on its way: text, where it stands, who had a hand in it, the board's resolution, and its rehearsals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id


class PolicyDraft(Base):
    """A draft of the next version of the document `key`, kept as typed even where it does not read; one is open at a time.

    `hands` are the ids of everybody who wrote in it: none of them can be its second officer. Closed (published or withdrawn) it is
    never changed again; the database sees to that.
    """

    __tablename__ = "policy_draft"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    key: Mapped[str] = mapped_column(String(60), index=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))  # of the Code: the company above all others
    of_group: Mapped[bool]
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(default=1)  # one more with every change
    state: Mapped[str] = mapped_column(String(12))  # draft, submitted, signed, published, withdrawn
    hands: Mapped[Any] = mapped_column(CanonicalJson)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolution: Mapped[str | None] = mapped_column(String(120))  # its number or name
    resolved_on: Mapped[date | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who recorded it
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filename: Mapped[str | None] = mapped_column(String(255))
    media_type: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    stored_as: Mapped[str | None] = mapped_column(String(64))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("policy_document.id"), unique=True)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index(
            "uq_policy_draft_open",
            "key",
            unique=True,
            sqlite_where=sql("closed_at IS NULL"),
            postgresql_where=sql("closed_at IS NULL"),
        ),
    )


_WAITING = sql("done_at IS NULL AND failed IS NULL")


class PolicyRehearsal(Base):
    """What a draft would have changed: asked for with the `text` it had then, worked out by the worker, kept as it was found.

    `digest` is of the document that the text says. `figures` and `changes` (rehearsing/keeping.py) are the result; `last_event` is
    the newest event there was when it began to read. `failed` says in a sentence why it was given up.
    """

    __tablename__ = "policy_rehearsal"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    draft_id: Mapped[int] = mapped_column(ForeignKey("policy_draft.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    first_on: Mapped[date]
    last_on: Mapped[date]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    percent: Mapped[int] = mapped_column(default=0)
    failed: Mapped[str | None] = mapped_column(String(300))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_event: Mapped[int | None] = mapped_column(BigId)
    figures: Mapped[Any | None] = mapped_column(CanonicalJson)
    changes: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    draft: Mapped[PolicyDraft] = relationship()

    __table_args__ = (Index("ix_policy_rehearsal_waiting", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),)
