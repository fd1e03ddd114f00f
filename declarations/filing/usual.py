"""What is usual with a counterparty stands in the form before anything is typed: its country, and the currency it deals in."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import get_territory_currencies
from sqlalchemy import select
from sqlalchemy.orm import Session

from declarations.filing.forms import CURRENCIES
from declarations.models import Counterparty, Declaration
from declarations.viewer import Viewer
from workflows.kinds import Answer


@dataclass(frozen=True)
class Usual:
    """ISO 4217 and ISO 3166-1 alpha-2; the viewer's own where nothing is known."""

    currency: str
    country: str | None


def usual(session: Session, viewer: Viewer, meant: Counterparty | None, answers: Mapping[str, Answer]) -> Usual:
    """Its own currency, else the one the viewer last declared with it, else that of its country (known or just answered)."""
    country = meant.country if meant else str(answers.get("counterparty_country", "")) or None
    known = (meant.currency or _last(session, viewer, meant.id)) if meant else None
    currency = known or _of(country)
    return Usual(currency if currency in CURRENCIES else viewer.currency, country or viewer.country)


def _last(session: Session, viewer: Viewer, counterparty_id: int) -> str | None:
    """Only the viewer's own declarations are looked at: what others declared is not theirs to guess from."""
    return session.scalar(
        select(Declaration.currency)
        .where(
            Declaration.declarant_id == viewer.person_id,
            Declaration.counterparty_id == counterparty_id,
            Declaration.currency.is_not(None),
        )
        .order_by(Declaration.occurred_on.desc(), Declaration.id.desc())
        .limit(1)
    )


def _of(country: str | None) -> str | None:
    """What people pay with in that country today."""
    found = get_territory_currencies(country) if country else []
    return found[0] if found else None
