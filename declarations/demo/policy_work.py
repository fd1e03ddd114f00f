"""The demo's compliance people are at work on the policy: one draft is being written, one waits for its second signature."""

from datetime import date, datetime, timedelta

from declarations.demo.house import House
from declarations.extensions import db
from declarations.models import Person
from declarations.policy_drafts import commands
from declarations.policy_drafts.text import Path, Value
from declarations.tenders import commands as tenders
from declarations.viewer import Viewer, viewer


def being_written(house: House, at: datetime) -> None:
    """Signe thinks of a lower limit for meals in Denmark."""
    signe = _officer(house, "Signe Holm", at)
    draft = commands.start(officer=signe, key="denmark")
    commands.change(officer=signe, draft=draft, changes={("rules", 0, "when", "per_head", "over", "DKK"): "400"}, seen=1)


def waiting(house: House, at: datetime) -> None:
    """Friederike wants to see smaller holdings too, and Ilse is asked to sign."""
    friederike = _officer(house, "Friederike Sommer", at)
    draft = commands.start(officer=friederike, key="germany")
    year = date(at.year + 1, 4, 1)
    changes: dict[Path, Value] = {("rules", 2, "when", "percent", "at_least"): "3", ("effective_from",): year}
    seen = commands.change(officer=friederike, draft=draft, changes=changes, seen=1)
    commands.submit(officer=friederike, draft=draft, seen=seen)


def tender(house: House, firm: str, at: datetime) -> None:
    """Signe enters that a firm takes part in the tender for the hosting, which is still on."""
    signe = _officer(house, "Signe Holm", at)
    first, last = at.date() - timedelta(days=15), at.date() + timedelta(days=110)
    tenders.enter(
        officer=signe, company_id=signe.company_id, firm=firm, title="Hosting for three years", first_on=first, last_on=last
    )


def _officer(house: House, name: str, at: datetime) -> Viewer:
    session = db.session()
    return viewer(session, session.get_one(Person, house.people[name]), at)
