"""Outside firms and people: spellings belong to a counterparty, counterparties to a group, and only a person links them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from declarations.models.base import Base, BigId, UtcDateTime, public_id


class CounterpartyGroup(Base):
    """Firms that count as one giver. Every counterparty has one, at first a group of its own."""

    __tablename__ = "counterparty_group"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(300))


class Counterparty(Base):
    """An outside firm or person. A linked one (`same_as_id`) is kept, and everything new lands on the one it is the same as."""

    __tablename__ = "counterparty"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True, default=public_id)
    name: Mapped[str] = mapped_column(String(300))
    class_: Mapped[str] = mapped_column("class", String(40))
    country: Mapped[str | None] = mapped_column(String(2))
    registered_number: Mapped[str | None] = mapped_column(
        String(60)
    )  # normalised: upper case, no spaces, prefix or leading zeros
    currency: Mapped[str | None] = mapped_column(String(3))
    group_id: Mapped[int] = mapped_column(ForeignKey("counterparty_group.id"), index=True)
    same_as_id: Mapped[int | None] = mapped_column(ForeignKey("counterparty.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    group: Mapped[CounterpartyGroup] = relationship(lazy="joined")
    spellings: Mapped[list["Spelling"]] = relationship(back_populates="counterparty")

    __table_args__ = (
        Index("ix_counterparty_registered", "country", "registered_number"),
        Index("ix_counterparty_number", "registered_number"),
    )


class Spelling(Base):
    """One way a counterparty's name was written; `folded` is NFKC, case-folded, without legal form and punctuation."""

    __tablename__ = "spelling"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    counterparty_id: Mapped[int] = mapped_column(ForeignKey("counterparty.id"), index=True)
    written: Mapped[str] = mapped_column(String(300))
    folded: Mapped[str] = mapped_column(String(300), index=True)

    counterparty: Mapped[Counterparty] = relationship(back_populates="spellings", lazy="joined")


class NameToken(Base):
    """A word of a folded spelling, for prefix search while typing."""

    __tablename__ = "name_token"

    # compared byte by byte on both databases, so that a prefix is a range of the index
    token: Mapped[str] = mapped_column(String(60).with_variant(String(60, collation="C"), "postgresql"), primary_key=True)
    spelling_id: Mapped[int] = mapped_column(ForeignKey("spelling.id"), primary_key=True)
