"""The record's second and third layer, in tables beside `event`: signatures, the tree's leaves, checkpoints, public keys."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from declarations.models.base import Base, BigId, UtcDateTime


class SigningKey(Base):
    """A public key that signs or signed the record; its private half lies in a file, never in here.

    No moment in `valid_from` means since the record began, none in `valid_to` means still.
    """

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)  # the first 8 bytes of the public key's SHA-256, in hex
    purpose: Mapped[str] = mapped_column(String(10))  # event, checkpoint
    public: Mapped[bytes] = mapped_column(LargeBinary)
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[str | None] = mapped_column(String(10))  # rotated, lost


class EventSignature(Base):
    """An event's Ed25519 signature over its stored bytes.

    The key is named and not referred to: every writer would lock the key's one row, and `flask record verify` asks anyway.
    """

    __tablename__ = "event_signature"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(String(16))
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class LogQueue(Base):
    """Events that have no leaf yet; the database itself notes each new one, so that no path can forget it."""

    __tablename__ = "log_queue"

    event_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)


class LogLeaf(Base):
    """An event's place in the tree and the hash of its leaf (evidence/merkle.py)."""

    __tablename__ = "log_leaf"

    index: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogSubtree(Base):
    """The hash over 2**level leaves from `index` * 2**level on, kept for each level that is a multiple of 8."""

    __tablename__ = "log_subtree"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """A signed note over the tree as it stood: C2SP's text and signature, byte for byte."""

    __tablename__ = "log_checkpoint"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    origin: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigId)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("origin", "size"),)
