"""Whoever changes something: when, in which role, by name where there is one; their events are written with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from declarations.evidence.record import Entry

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Hand:
    """Who acts, when (UTC), in which role; the command line and an import have no name. `company_id` is whose, unless an event
    says another."""

    at: datetime
    role: str
    actor_id: int | None
    company_id: int | None = None

    def entry(
        self,
        stream: str,
        action: str,
        *,
        company_id: int | None = None,
        public: Mapping[str, Any] = _NOTHING,
        personal: Mapping[str, Any] = _NOTHING,
    ) -> Entry:
        """An event of theirs: `public` stands in it readable, `personal` only as a commitment."""
        return Entry(
            stream=stream,
            action=action,
            at=self.at,
            role=self.role,
            actor_id=self.actor_id,
            company_id=company_id if company_id is not None else self.company_id,
            public=public,
            personal=personal,
        )
