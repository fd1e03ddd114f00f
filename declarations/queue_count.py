"""How many declarations wait for the viewer, counted once a request and never beyond a hundred."""

from flask import g
from flask_login import current_user
from sqlalchemy import func, select

from declarations.extensions import db
from declarations.models import Declaration
from declarations.visibility import in_queue_of

MOST = 100


def of_viewer() -> int:
    """0 to 100; 100 means a hundred or more."""
    if not current_user.is_authenticated:
        return 0
    if "queue_count" not in g:
        waiting = select(Declaration.id).where(in_queue_of(current_user)).limit(MOST).subquery()
        g.queue_count = db.session.scalar(select(func.count()).select_from(waiting)) or 0
    return int(g.queue_count)
