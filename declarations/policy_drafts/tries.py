"""Before a draft is submitted it is tried on what was declared: what would change, and for which declarations."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from declarations.access import admits, me
from declarations.compliance.reach import reach_of
from declarations.display import today
from declarations.errors import NotFound
from declarations.extensions import db
from declarations.policies.words import route_words
from declarations.policy_drafts import commands, queries, rehearsals, rights
from declarations.policy_drafts.rights import OVERSEERS
from declarations.policy_drafts.room import blueprint
from workflows.words import Role

LOOK_AGAIN = 2  # seconds until a page that shows progress asks anew


@blueprint.get("/policy/drafts/<public_id>/rehearsals")
@admits(*OVERSEERS)
def rehearsals_of(public_id: str) -> ResponseReturnValue:
    """The rehearsals of a draft, and the button for one more."""
    here = queries.standing(db.session(), me(), public_id, today())
    rows = rehearsals.of_draft(db.session(), here.draft.id)
    return render_template(
        "policy_drafts/rehearsals.html",
        here=here,
        draft=here.draft,
        can_rehearse=here.writes and rights.is_open(here.draft) and here.checked.document is not None,
        rows=[(row, rehearsals.is_stale(row)) for row in rows],
        names=queries.names_of(db.session(), [row.asked_by_id for row in rows]),
        telling=rehearsals,
        periods=rehearsals.PERIODS,
    )


@blueprint.post("/policy/drafts/<public_id>/rehearsals")
@admits(Role.COMPLIANCE_OFFICER)
def rehearse(public_id: str) -> ResponseReturnValue:
    """Ask for one; its page shows how far it is."""
    asked = request.form.get("months", 12, type=int)
    months = asked if asked in rehearsals.PERIODS else 12
    made = commands.rehearse(officer=me(), draft=public_id, months=months)
    return redirect(url_for(".rehearsal", public_id=made), 303)


@blueprint.get("/policy/rehearsals/<public_id>")
@admits(*OVERSEERS)
def rehearsal(public_id: str) -> ResponseReturnValue:
    """How far it is, or what it found: by kind, company and class, each figure leading to its list."""
    row = rehearsals.asked_for(db.session(), me(), public_id)
    by = request.args.get("by", "kind")
    by = by if by in rehearsals.BY else "kind"
    found = rehearsals.found(row)
    response = make_response(
        render_template(
            "policy_drafts/rehearsal.html",
            row=row,
            draft=row.draft,
            asker=rehearsals.asker(db.session(), row),
            stale=rehearsals.is_stale(row),
            since=rehearsals.since(db.session(), row) if found else None,
            found=found,
            headline=rehearsals.headline(row),
            sentences=rehearsals.sentences(found) if found else [],
            lines=rehearsals.lines(found, by) if found else [],
            breaches=found.breaches() if found else {},
            by=by,
        )
    )
    if found is None and row.failed is None:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@blueprint.get("/policy/rehearsals/<public_id>/declarations")
@admits(*OVERSEERS)
def rehearsed(public_id: str) -> ResponseReturnValue:
    """The declarations behind one figure of the rehearsal."""
    row = rehearsals.asked_for(db.session(), me(), public_id)
    found = rehearsals.found(row)
    if found is None:
        raise NotFound
    cut = rehearsals.cut_of(request.args)
    ids = found.ids_of(cut)
    return render_template(
        "policy_drafts/rehearsed.html",
        row=row,
        draft=row.draft,
        stale=rehearsals.is_stale(row),
        since=rehearsals.since(db.session(), row),
        rows=rehearsals.declarations(db.session(), reach_of(db.session(), me()), ids),
        many=len(ids),
        before=route_words(cut.before) if cut.before else "",
        after=route_words(cut.after) if cut.after else "",
    )
