"""The compliance overview: what was escalated, who is late, which totals near a limit, who gives most, and what is worth a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from declarations.compliance.by_value import Giver, by_value
from declarations.compliance.firms import Pair, pairs_alike
from declarations.compliance.lately import lately
from declarations.compliance.near import near_limits
from declarations.compliance.overdue import Overdue, overdue
from declarations.compliance.patterns import JustUnder, QuarterEnds, just_under, quarter_ends
from declarations.compliance.reach import Reach
from declarations.compliance.reopened import Reopened, still_open
from declarations.compliance.totals import Standing, policies_of
from declarations.deciding import queue
from declarations.deciding.lines import Line
from declarations.viewer import Viewer
from workflows.policy.explain import limits

FEW = 4


@dataclass(frozen=True)
class Overview:
    """Everything on the page. `waiting` is how many wait for the reader, 100 meaning that or more; `escalated` come first."""

    lines: Sequence[Line]
    escalated: int
    waiting: int
    overdue: Overdue
    reopened: Sequence[Reopened]  # by late entries, not settled yet
    near: Sequence[Standing]
    givers: Sequence[Giver]
    just_under: Sequence[JustUnder]
    quarter_ends: Sequence[QuarterEnds]
    alike: Sequence[Pair]
    more_near: bool  # than `near`, and less near
    only_latest: int  # how many declarations the totals near a limit were looked for in, 0 if in all

    @property
    def close(self) -> int:
        """Totals that come close to their limit and are not over it."""
        return sum(not one.over for one in self.near)

    @property
    def over(self) -> int:
        """Totals over their limit."""
        return sum(one.over for one in self.near)

    @property
    def patterns(self) -> bool:
        """Whether there is anything worth a look."""
        return bool(self.just_under or self.quarter_ends or self.alike)


def overview(session: Session, viewer: Viewer, reach: Reach, today: date) -> Overview:
    """All of it, out of the queue, the index of what is due, and one look at the declarations filed last."""
    counts = queue.counts(session, viewer, today)
    lines = queue.to_decide(session, viewer, today).lines if counts.all else []
    first = [line for line in lines if line.row.escalated]
    recent, near = lately(session, reach), near_limits(session, reach, today)
    companies = {one.company_id for one in recent}
    stated = {company: limits(policy, currency) for company, (policy, currency) in policies_of(session, companies, today).items()}
    return Overview(
        lines=[*first, *(line for line in lines if line not in first)][:FEW],
        escalated=len(first),
        waiting=counts.all,
        overdue=overdue(session, reach, today),
        reopened=still_open(session, viewer, reach),
        near=near.standings,
        givers=by_value(session, reach, recent, today),
        just_under=just_under(recent, stated),
        quarter_ends=quarter_ends(recent),
        alike=pairs_alike(session, reach, recent, today),
        more_near=near.more,
        only_latest=near.only_latest,
    )
