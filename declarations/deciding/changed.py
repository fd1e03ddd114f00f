"""What became different between the page somebody clicked on and now, told as sentences."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from declarations import stories
from declarations.deciding import declared, queries
from declarations.deciding.page import DeclarationPage
from declarations.labels import label
from declarations.stories import Line
from declarations.viewer import Viewer


@dataclass(frozen=True)
class Since:
    """What happened since, which lines differ, and the state then and now."""

    story: tuple[Line, ...]
    differences: tuple[str, ...]
    was: str
    now: str


def since(session: Session, viewer: Viewer, page: DeclarationPage, version: int) -> Since:
    """Everything after event number `version` on the page's declaration."""
    row = page.row
    told = stories.events_of(session, row.id)
    names = stories.names_in(session, told, [row.declarant_id])
    teller = stories.Teller(
        viewer=viewer, names=names, inside=page.inside, filings={}, corrections={}, direction=page.row.direction
    )
    newer = [event for event in told if event.sequence > version]
    seen = [event for event in told if event.sequence <= version]
    filings = queries.filings_of(session, row.id)
    then = max((int(event.public.get("filing") or 1) for event in seen), default=1)
    lines = [declared.facts_of(filing, row.counterparty, names) for filing in filings if filing.sequence in (then, row.filing)]
    states = {event.sequence: event.state for event in told}
    return Since(
        story=tuple(teller.tell(newer)),
        differences=tuple(declared.differences(lines[0], lines[-1])) if then != row.filing else (),
        was=label("state", states.get(version, "")),
        now=label("state", row.state),
    )
