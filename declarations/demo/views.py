"""In a demo, every mail can be read on a page: the people are invented, and no mail server is needed to follow the story."""

from flask import Blueprint, render_template, request

from declarations.access import DEMO, admits
from declarations.extensions import db
from declarations.notices import queries

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.get("/mails")
@admits(DEMO)
def mails() -> str:
    """All mails, the newest first; `before` is the last one seen."""
    notices = queries.everyones(db.session(), request.args.get("before", type=int))
    after = notices[-1].id if len(notices) == queries.AT_ONCE else None
    return render_template("demo/mails.html", notices=notices, after=after)
