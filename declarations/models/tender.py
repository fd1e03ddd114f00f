"""Tenders in which a counterparty takes part: between their first and last day rules about quiet periods hold."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, UtcDateTime, public_id
from declarations.models.counterparty import Counterparty
from declarations.models.organisation import Company


class Tender(Base):
    """One counterparty's part in one tender of a company and all below it; both end days are included. Rows are never deleted."""

    __tablename__ = "tender"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"), index=True)
    counterparty_id: Mapped[int] = mapped_column(ForeignKey("counterparty.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    first_on: Mapped[date]
    last_on: Mapped[date] = mapped_column(index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # it was entered by mistake

    company: Mapped[Company] = relationship(lazy="joined")
    counterparty: Mapped[Counterparty] = relationship(lazy="joined")
