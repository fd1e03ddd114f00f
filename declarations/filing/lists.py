"""What one looks up while filing and afterwards: names, one's own declarations, one's files. Nothing here changes anything."""

from flask import Response, jsonify, render_template, request, send_file

from declarations.access import EMPLOYEE, admits, me
from declarations.extensions import db
from declarations.filing import attachments, queries
from declarations.filing.room import blueprint
from workflows.kinds import KINDS


@blueprint.get("/declarations")
@admits(EMPLOYEE)
def mine() -> str:
    """Everything the viewer declared, latest first, and the drafts above."""
    show, kind, after = (request.args.get(name, "") for name in ("show", "kind", "after"))
    page = queries.mine(db.session(), me(), show=show, kind=kind, after=after)
    return render_template(
        "filing/mine.html",
        page=page,
        show=show if show in queries.SHOWN else "",
        kind=kind,
        shown=queries.SHOWN,
        kinds=KINDS,
        drafts=() if after else queries.drafts_of(db.session(), me()),
        prepared=() if after else queries.prepared_by(db.session(), me()),
        first=not after,
    )


@blueprint.get("/files/<public_id>")
@admits(EMPLOYEE)
def attachment(public_id: str) -> Response:
    """A file, always as a download and never to be guessed at by the browser."""
    row = queries.file_for(db.session(), me(), public_id)
    response = send_file(
        attachments.path_of(row.stored_as),
        mimetype=row.media_type,
        as_attachment=True,
        download_name=row.filename,
        etag=row.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@blueprint.get("/counterparties/lookup")
@admits(EMPLOYEE)
def lookup() -> Response:
    """Names of firms and persons that what was typed may be the beginning of, as JSON for the datalist."""
    found = queries.lookup(db.session(), request.args.get("q", "")[:300], me())
    return jsonify([{"value": one.name, "label": one.label} for one in found])


@blueprint.get("/colleagues/lookup")
@admits(EMPLOYEE)
def colleagues() -> Response:
    """Colleagues whose name begins so, as JSON for the datalist."""
    found = queries.colleagues_like(db.session(), request.args.get("q", "")[:200])
    return jsonify([{"value": one, "label": one} for one in found])
