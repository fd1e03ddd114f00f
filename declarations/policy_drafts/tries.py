"""Before a draft is submitted it is tried on what was declared: what would change, and for which declarations."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from declarations.access import admits, me
from declarations.compliance.reach import reach_of
from declarations.display import today
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.policy_drafts import queries, rehearsals
from declarations.policy_drafts.rights import OVERSEERS
from declarations.policy_drafts.room import blueprint


def _months() -> int:
    asked = request.args.get("months", 12, type=int)
    return asked if asked in rehearsals.PERIODS else 12


@blueprint.get("/policy/drafts/<public_id>/rehearsal")
@admits(*OVERSEERS)
def rehearsal(public_id: str) -> ResponseReturnValue:
    """What the draft would have changed in the last months: by kind, company and class, each figure leading to its list."""
    here = queries.standing(db.session(), me(), public_id, today())
    months, by = _months(), request.args.get("by", "kind")
    by = by if by in rehearsals.BY else "kind"
    document = here.checked.document
    found = rehearsals.rehearsal(db.session(), db.engine, document, months, today()) if document else None
    return render_template(
        "policy_drafts/rehearsal.html",
        here=here,
        draft=here.draft,
        found=found,
        headline=rehearsals.headline(found) if found else "",
        sentences=rehearsals.sentences(found) if found else [],
        lines=rehearsals.lines(found, by) if found else [],
        breaches=found.breaches() if found else {},
        months=months,
        by=by,
        periods=rehearsals.PERIODS,
    )


@blueprint.get("/policy/drafts/<public_id>/rehearsal/declarations")
@admits(*OVERSEERS)
def rehearsed(public_id: str) -> ResponseReturnValue:
    """The declarations behind one figure of the rehearsal."""
    here = queries.standing(db.session(), me(), public_id, today())
    document = here.checked.document
    if document is None:
        raise NotFound
    found = rehearsals.rehearsal(db.session(), db.engine, document, _months(), today())
    cut = rehearsals.cut_of(request.args)
    ids = found.ids_of(cut)
    return render_template(
        "policy_drafts/rehearsed.html",
        here=here,
        draft=here.draft,
        rows=rehearsals.declarations(db.session(), reach_of(db.session(), me()), ids),
        many=len(ids),
        before=rehearsals.route_words(cut.before) if cut.before else "",
        after=rehearsals.route_words(cut.after) if cut.after else "",
        months=_months(),
    )
