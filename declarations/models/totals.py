"""What helps with totals: their keys besides declarant and counterparty, and whose totals came near a limit."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from declarations.models.base import Base


class TotalKey(Base):
    """One key of one declaration's current filing. `value` is a digest, so that the index holds no outside person's name."""

    __tablename__ = "total_key"

    sort: Mapped[str] = mapped_column(String(10), primary_key=True)  # person, event, household
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True, index=True)


class NearLimit(Base):
    """Somebody with a total near a limit last night, so that a page need not look at everybody. Nothing is shown from here."""

    __tablename__ = "near_limit"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    distance: Mapped[int]  # of the nearest of their totals to its limit, in percent of it

    __table_args__ = (Index("ix_near_limit_distance", "distance", "person_id"),)
