"""Home: what needs the reader, in one sentence; never a wall of tiles."""

from flask import Blueprint, render_template

from declarations.access import EMPLOYEE, admits, me
from declarations.display import today
from declarations.extensions import db
from declarations.home import queries
from declarations.home.sentences import greeting
from workflows.kinds import KINDS

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@admits(EMPLOYEE)
def home() -> str:
    """The first page after signing in."""
    session, viewer, here = db.session(), me(), today()
    needs = queries.needs_of(session, viewer, here)
    rows, many = queries.lately(session, viewer)
    overseen = queries.overseen_by(session, viewer, here)
    return render_template(
        "home/home.html",
        greeting=greeting(needs, viewer, overseen),
        needs=needs,
        sheets=KINDS.values(),
        rows=rows,
        many=many,
        year=queries.year_of(session, viewer, here),
        ahead=queries.coming_up(session, viewer, here),
        overseen=overseen,
    )
