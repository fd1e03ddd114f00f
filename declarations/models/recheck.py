"""What a late entry re-opens, and what would have changed a decision: both for compliance, neither a decision."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id
from declarations.models.declaration import Declaration


class Recheck(Base):
    """A declaration whose total another one, entered later and dated earlier, lifts over a limit; open until compliance settles it.

    Money is in minor units of `currency`; `counted` and its limit stand there instead where a rule counts.
    """

    __tablename__ = "recheck"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), index=True)
    cause_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"))
    cause_filing: Mapped[int]
    rules: Mapped[Any] = mapped_column(CanonicalJson)  # document, rule, clause and heading of each that now asks for more
    old_outcome: Mapped[int] = mapped_column(SmallInteger)
    old_reviews: Mapped[str] = mapped_column(String(40))  # slugs, space between
    new_outcome: Mapped[int] = mapped_column(SmallInteger)
    new_reviews: Mapped[str] = mapped_column(String(40))
    total_minor: Mapped[int | None] = mapped_column(BigId)
    limit_minor: Mapped[int | None] = mapped_column(BigId)
    currency: Mapped[str | None] = mapped_column(String(3))
    counted: Mapped[int | None]
    counted_limit: Mapped[int | None]
    first_on: Mapped[date]  # of the days counted together
    last_on: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    how: Mapped[str | None] = mapped_column(String(12))  # no_change, taken_up
    reason: Mapped[str | None] = mapped_column(Text)

    declaration: Mapped[Declaration] = relationship(foreign_keys=[declaration_id])
    cause: Mapped[Declaration] = relationship(foreign_keys=[cause_id])

    __table_args__ = (
        Index("ix_recheck_open", "id", sqlite_where=sql("settled_at IS NULL"), postgresql_where=sql("settled_at IS NULL")),
    )


class Alternative(Base):
    """What would have changed the outcome of the filing a decision was taken on, worked out afterwards for the registers."""

    __tablename__ = "alternative"

    decider_id: Mapped[int] = mapped_column(ForeignKey("decider.id"), primary_key=True)
    changes: Mapped[Any] = mapped_column(CanonicalJson)
