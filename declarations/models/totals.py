"""By what totals are kept besides declarant and counterparty: outside people, events, households."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from declarations.models.base import Base


class TotalKey(Base):
    """One key of one declaration's current filing. `value` is a digest, so that the index holds no outside person's name."""

    __tablename__ = "total_key"

    sort: Mapped[str] = mapped_column(String(10), primary_key=True)  # person, event, household
    value: Mapped[str] = mapped_column(String(64), primary_key=True)
    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), primary_key=True, index=True)
