"""Official results in the console: what is waited for, every look at every source behind it, and papers."""

from __future__ import annotations

import re
from typing import Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.files.sending import send
from app.core.files.store import FileLost
from app.core.ids import parse_id
from app.core.web.headers import content_security, no_store
from app.core.web.requests import render
from app.faces.admin.bets.pages.place import beside
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import choice
from app.faces.admin.watch import history
from app.outcomes.results import queries
from app.outcomes.results.deciding import by_hand, papers
from app.outcomes.results.queries import SHOWN, Look, Result
from app.outcomes.results.sources.in_force import all_of_them
from app.outcomes.results.sources.lotteries import LOTTERIES
from app.outcomes.results.states import OPEN
from app.outcomes.results.wanted import name_of
from app.people.approvals import queries as approvals
from app.people.players.verification import reading
from app.people.players.verification.rules import MOST_BYTES
from app.record.audit import queries as audit
from app.record.audit.service import note

from . import words

bp: Final = page_blueprint("results")
_VIEWS: Final = ("list_results", "result", "look", "look_bytes", "attach", "paper")
ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in _VIEWS)
UPLOADS: Final = {f"{bp.name}.attach": MOST_BYTES + 64 * 1024}
PLACE: Final = "/admin/results"
_PAGE: Final = 50
_LONGEST_SHOWN: Final = 200_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What no page may contain."""


@bp.get("/results")
def list_results() -> Response:
    """Of one state, the latest draw first, or those that are open, the earliest first."""
    shown = choice("show", "open", *SHOWN, "all")
    before = parse_id(request.args.get("before", ""))
    found = queries.listed("" if shown == "all" else shown, before=before, limit=_PAGE + 1)
    counts = queries.counts()
    return render(
        "faces/admin/results/results.html",
        "faces/admin/results/_results.html",
        found=found[:_PAGE],
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        shown=shown,
        beside=beside("results"),
        counts={**counts, "open": sum(counts.get(state, 0) for state in OPEN), "all": sum(counts.values())},
        lotteries=LOTTERIES,
        states=words.STATES,
    )


@bp.get("/results/<identifier>")
@bp.get("/results/<identifier>/papers")
def result(identifier: str) -> Response:
    """One of them: how it stands, what counted, what each source said at each look."""
    return _one(result_of(identifier))


@bp.get("/results/<identifier>/looks/<look>")
def look(identifier: str, look: str) -> Response:
    """What a source answered, as text: nothing in it is believed, run or fetched."""
    one, found, body = _look(identifier, look)
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", body.decode("utf-8", "replace"))
    return render(
        "faces/admin/results/look.html",
        "faces/admin/results/look.html",
        one=one,
        look=found,
        text=text[:_LONGEST_SHOWN],
        is_cut=len(text) > _LONGEST_SHOWN,
        source=all_of_them().get(found.source),
        reason_in_words=words.reason_in_words,
    )


@bp.get("/results/<identifier>/looks/<look>/bytes")
def look_bytes(identifier: str, look: str) -> Response:
    """The same byte by byte, for the disk."""
    _, found, body = _look(identifier, look)
    no_store()
    response = Response(body, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.source}-{found.id}.bin"'
    response.headers["Content-Security-Policy"] = content_security({"sandbox": ""})
    return response


@bp.post("/results/<identifier>/papers")
def attach(identifier: str) -> ResponseReturnValue:
    """Attach what shows the draw: a picture or a PDF."""
    one = result_of(identifier)
    file = request.files.get("file")
    try:
        read = reading.document(file.stream.read(MOST_BYTES + 1) if file is not None else b"")
        with transaction():
            papers.attach(one.id, read, actor=operator_name())
    except DomainError as error:
        if error.status == 404:
            raise
        return _one(one, 422 if error.field else error.status, error)
    flash(gettext("Attached."), "ok")
    return redirect(f"{PLACE}/{one.id}", 303)


@bp.post("/results/<identifier>/papers/<paper>")
def paper(identifier: str, paper: str) -> Response:
    """A paper that was attached, once it is written down who looks at it: so it is no link."""
    one, paper_id = result_of(identifier), parse_id(paper)
    if paper_id is None:
        raise NotFound("paper_not_found")
    about = name_of(one.id)
    try:
        told, content = papers.content_of(one.id, paper_id)
    except FileLost:
        with transaction():
            note(operator_name(), "result.paper_lost", about, paper=str(paper_id))
        raise DomainError("document_lost", status=404) from None
    with transaction():
        note(operator_name(), "result.paper_seen", about, paper=str(paper_id))
    return send(told.media_type, f"paper-{paper_id}", content)


def result_of(identifier: str) -> Result:
    """The result of an address. Raises NotFound `result_not_found`."""
    found = parse_id(identifier)
    if found is None:
        raise NotFound("result_not_found")
    return queries.one(found)


def _one(one: Result, status: int = 200, error: DomainError | None = None) -> Response:
    about = name_of(one.id)
    sources = all_of_them()
    return render(
        "faces/admin/results/result.html",
        "faces/admin/results/result.html",
        status,
        one=one,
        lottery=LOTTERIES[one.lottery],
        looks=queries.looks_at(one.id)[::-1],
        sources=sources,
        papers=papers.papers_of(one.id),
        said=by_hand.said_by_sources(one.id),
        waiting=approvals.open_about(about),
        badge=words.STATES[one.state],
        hows=words.HOWS,
        reason_in_words=words.reason_in_words,
        may_decide=one.state != "dismissed",
        error=error,
        entries=history.told(audit.entries(about), about),
    )


def _look(identifier: str, look: str) -> tuple[Result, Look, bytes]:
    """Raises NotFound `result_not_found`: another result's look is none of this one's."""
    one, look_id = result_of(identifier), parse_id(look)
    if look_id is None:
        raise NotFound("result_not_found")
    awaited_id, body = queries.raw(look_id)
    found = next((each for each in queries.looks_at(one.id) if each.id == look_id), None)
    if awaited_id != one.id or found is None:
        raise NotFound("result_not_found")
    return one, found, body
