"""What a policy asks about declarant and counterparty beyond the form is looked up, and kept with the facts: only where it is asked."""

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from declarations import world
from declarations.counterparties import alone_with
from declarations.models import Counterparty, CounterpartyGroup, Person
from declarations.tenders.queries import quiet_periods, tenders_of
from workflows.facts import Facts
from workflows.policy.in_force import InForce
from workflows.spelling import letters
from workflows.words import Direction, Kind


def looked_up(session: Session, facts: Facts, declarant: Person, policy: InForce, *, imported: bool = False) -> Facts:
    """`facts` with what `policy` asks of rank, role, unit and the counterparty's country and group, as words of a document, and of
    the tenders the counterparty takes part in.

    Rank and role are the title HR gives: "Area Manager" is area_manager. What nobody asks about is not kept. A tender that is being
    entered is waited for, unless it is an old row that is `imported`: no tender re-opens those.
    """
    found: dict[str, str | None] = {}
    if policy.asks & {"rank", "role", "unit"}:
        title, unit = word(declarant.title), word(declarant.unit)
        found |= {"rank": title, "role": title, "unit": unit}
    if facts.counterparty_id is not None and policy.asks & {"counterparty_country", "counterparty_group"}:
        firm = session.get_one(Counterparty, facts.counterparty_id)
        group = session.get_one(CounterpartyGroup, firm.group_id)
        found |= {"counterparty_country": firm.country, "counterparty_group": word(group.name)}
    if "quiet_period" in policy.asks and facts.counterparty_group_id is not None:
        on = facts.occurred_on or facts.filed_on
        second = world.second_company(session, declarant.id, on)
        bound = {declarant.company_id} | ({second.id} if second else set())
        if not imported:
            alone_with(session, tenders_of(facts.counterparty_group_id), shared=True)
        periods = quiet_periods(session, group_id=facts.counterparty_group_id, company_ids=bound, on=on)
        facts = replace(facts, quiet_periods=periods)
    return replace(facts, **{name: value for name, value in found.items() if name in policy.asks})  # type: ignore[arg-type]


def classes_named(session: Session, company_id: int, on: date) -> tuple[str, ...]:
    """The classes of counterparties that rules name in the policy of that company on that day."""
    keys = [company.key for company in world.companies_above(session, company_id)]
    policy = world.policy_for(session, keys, on)
    ways = ((kind, way) for kind in Kind for way in (None, *Direction))
    return tuple(sorted({word for kind, way in ways for word in policy.reads(kind, way).of("counterparty_class")}))


def keyed(facts: Facts) -> Facts:
    """`facts` whose event is that of the counterparty's group, once it is known: two firms may give a party of one name on a day."""
    if facts.event is None:
        return facts
    return replace(facts, event=f"{facts.counterparty_group_id or 0}/{facts.event}")


def word(name: str) -> str | None:
    """A name as a document writes it; None for none."""
    return letters(name).replace(" ", "_") or None
