"""Timing labels are computed, never typed: was it approved, or recorded, before or after it happened?

"Before" means on an earlier local day of the company. Only days are known of an event, so on the same day nobody can tell which
came first, and the label that promises less is used: after.
"""

from datetime import date, datetime, tzinfo

from workflows.facts import Facts
from workflows.words import State, Timing


def timing(
    state: State, facts: Facts, *, filed_at: datetime, decided_at: datetime | None, zone: tzinfo, imported: bool = False
) -> Timing | None:
    """The label for a declaration in `state`, first filed and last approved at these moments (UTC), in the company's zone.

    None while undecided or refused, and for standing interests, which do not happen on a day. What was taken over from an
    earlier register and is still only recorded says so.
    """
    if imported and state is State.RECORDED:
        return Timing.IMPORTED
    if facts.standing or facts.occurred_on is None:
        return None
    if state is State.RECORDED:
        return Timing.RECORDED_BEFORE if _before(filed_at, facts.occurred_on, zone) else Timing.RECORDED_AFTER
    if state in (State.APPROVED, State.APPROVED_WITH_CONDITIONS) and decided_at is not None:
        return Timing.APPROVED_BEFORE if _before(decided_at, facts.occurred_on, zone) else Timing.APPROVED_AFTER
    return None


def _before(moment: datetime, day: date, zone: tzinfo) -> bool:
    return moment.astimezone(zone).date() < day
