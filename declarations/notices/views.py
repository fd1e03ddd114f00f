"""What the app told people, word for word: each their own, compliance what went out about their companies' declarations."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from declarations.access import EMPLOYEE, admits, me
from declarations.extensions import db
from declarations.notices import queries
from workflows.words import Role

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
@admits(EMPLOYEE)
def sent() -> ResponseReturnValue:
    """The exact texts; `whose=all` shows compliance those about the declarations they oversee."""
    oversees = me().holds(Role.COMPLIANCE_OFFICER)
    everyone = oversees and request.args.get("whose") == "all"
    before = request.args.get("before", type=int)
    notices = (queries.overseen if everyone else queries.mine)(db.session(), me(), before)
    after = notices[-1].id if len(notices) == queries.AT_ONCE else None
    return render_template("notices/sent.html", notices=notices, oversees=oversees, everyone=everyone, after=after)
