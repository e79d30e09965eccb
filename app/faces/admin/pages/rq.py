"""The RQ dashboard under /admin/rq: behind the operators' door, and changing nothing but by POST from our own pages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import redis
import rq
import rq.serializers
import rq_dashboard.web
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from jinja2.utils import htmlsafe_json_dumps
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.jobs.queue import bell, connection
from app.core.web.headers import content_security
from app.core.web.origin import require_same_origin
from app.core.web.requests import answer_error
from app.core.web.templating import asset_url
from app.faces.admin.door import operator_name, require_operator
from app.record.audit.service import note

PREFIX: Final = "/admin/rq"
blueprint: Final = rq_dashboard.web.blueprint
blueprint.url_prefix = PREFIX
_REGISTRIES: Final = frozenset({"queued", "failed", "deferred", "started", "finished", "scheduled", "canceled"})
_ACTIONS: Final = frozenset(
    f"{blueprint.name}.{name}"
    for name in ("delete_job_view", "requeue_job_view", "requeue_all", "empty_queue", "compact_queue")
)
ENDPOINTS: Final = tuple(
    f"{blueprint.name}.{name}"
    for name in (
        "static",
        "favicon",
        "queues_overview",
        "workers_overview",
        "jobs_overview",
        "job_view",
        "list_queues",
        "list_jobs",
        "job_info",
        "list_workers",
        "delete_job_view",
        "requeue_job_view",
        "requeue_all",
        "empty_queue",
        "compact_queue",
    )
)


def init_app(app: Flask) -> None:
    """Make the dashboard ready. Its connection is ours, with the serializer that never runs what it reads."""
    app.config["RQ_DASHBOARD_REDIS_URL"] = [current_settings(app).redis_url.get_secret_value()]
    app.config["RQ_DASHBOARD_POLL_INTERVAL"] = 5_000
    with app.app_context():
        rq_dashboard.web.setup_rq_connection(app)


def _guard() -> None:
    require_operator()
    _check_arguments(request.view_args or {})
    with bell() as client:
        client.ping()  # the library asks many times, and would wait each time
    is_action = request.endpoint in _ACTIONS
    if is_action is not (request.method == "POST"):
        raise DomainError("method_not_allowed", status=405)
    if is_action:
        require_same_origin()
        if request.headers.get("Origin") is None and request.headers.get("Sec-Fetch-Site") is None:
            raise DomainError("origin_refused", status=403)  # every browser says where it comes from
        with transaction():
            what = str(request.endpoint).removeprefix(f"{blueprint.name}.")
            note(operator_name(), f"jobs.{what}", "queues", detail=dict(request.view_args or {}))


def _check_arguments(arguments: Mapping[str, Any]) -> None:
    """What the dashboard takes as it comes. Raises NotFound."""
    numbers = [arguments.get(name, 1) for name in ("page", "per_page")]
    known = (
        arguments.get("instance_number", 0) == 0  # there is one Redis
        and arguments.get("registry_name", "queued") in _REGISTRIES
        and arguments.get("order", "asc") in ("asc", "dsc")
        and all(re.fullmatch(r"[1-9][0-9]{0,3}", str(number)) for number in numbers)
    )
    if not known:
        raise NotFound


_STYLES: Final = ("shared/tokens.css", "shared/pages.css", "faces/admin/console.css", "faces/admin/jobs.css")
_FONT: Final = (  # by the name that the sheets have for it
    '<link rel="preload" href="/static/vendor/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>'
)
_MENDED: Final = (
    ('href="/static/favicon.ico"', f'href="{PREFIX}/favicon.ico"'),  # it asks for its picture among our files
    ("<title>RQ dashboard", "<title>Jobs · Tiraj"),
    ("</head>", "{font}{styles}</head>"),
    ("<body>", '<body class="console-jobs">{head}'),
    ('<div id="navbar-dashboard"', '<div role="navigation" aria-label="Jobs" id="navbar-dashboard"'),
    ('<a class="navbar-brand">RQ-dashboard', f'<a class="navbar-brand" href="{PREFIX}/">Jobs'),
    ('<div class="container">', '<div class="container" role="main">'),
    ('id="rq-instances"', 'id="rq-instances" aria-label="Redis"'),
    # Its question, as ours are: it has the focus, is named, says what will happen, and the safe answer stands out.
    ('<div id="confirmation-modal" class="modal fade">', '<div id="confirmation-modal" class="modal fade" {dialog}>'),
    ("<h3>Do you really want to", '<h3 id="confirmation-modal-what">Do you really want to'),
    (
        '<div class="modal-footer">',
        '<p class="modal-body" id="confirmation-modal-why">{why}</p><div class="modal-footer">',
    ),
    ('id="confirmation-modal-no" class="btn">No<', 'id="confirmation-modal-no" class="btn btn-primary">No, keep it<'),
    (
        'id="confirmation-modal-yes" class="btn btn-primary">Yes<',
        'id="confirmation-modal-yes" class="btn btn-outline-danger">Yes, do it<',
    ),
)
_ASKED: Final = (
    # What is asked says of what, as the list shows it; whoever leaves the question is where they were.
    ("modalConfirm('delete job'", "modalConfirm('delete the job ' + job_id"),
    *((f"modalConfirm('{act}'", f"modalConfirm('{act}' + told()") for act in ("empty", "compact", "requeue all")),
    (
        "var modalConfirm = function(action, cb) {",
        (
            "var told = function() { return ' the queue ' + QUEUE + ': ' + jobsInIt; }, jobsInIt = 'all of its jobs';\n"
            "var modalConfirm = function(action, cb) {\n"
            "    var opener = document.activeElement;\n"
            "    $('#confirmation-modal').one('hidden.bs.modal', function() {\n"
            "        if (document.contains(opener)) { opener.focus(); }\n    })"
            ".one('shown.bs.modal', function() { $(this).attr('role', 'alertdialog'); });"
        ),
    ),
    (
        "var onJobsLoaded = function(jobs, pagination, done) {",
        (
            "var onJobsLoaded = function(jobs, pagination, done) {\n"
            "        var whole = (pagination.num_pages - 1) * PER_PAGE;\n"
            "        jobsInIt = whole > 0 ? 'more than ' + whole + ' jobs'\n"
            "            : jobs.length === 1 ? '1 job' : jobs.length + ' jobs';"
        ),
    ),
)
"""The same of its scripts, which stand inside its pages."""
_DIALOG: Final = (
    'tabindex="-1" role="alertdialog" '
    'aria-labelledby="confirmation-modal-what" aria-describedby="confirmation-modal-why"'
)
_WHY: Final = (
    "What is taken out of a queue is gone. What the clock rings comes again by itself; what a person asked for has to "
    "be asked for again. It is told to the audit log, with your name."
)
_NAMED: Final = re.compile(r'<(input|select)(?=[^>]*? title="([^"]+)")(?![^>]*aria-label)')


def _mend(response: Response) -> None:
    """What its pages lack: the console's head, its colours in both schemes, landmarks, a heading, names of fields."""
    if response.mimetype != "text/html" or response.status_code != 200 or response.is_streamed:
        return
    text = response.get_data(as_text=True)
    if 'id="navbar-dashboard"' not in text:
        return
    styles = "".join(f'<link rel="stylesheet" href="{asset_url(sheet)}">' for sheet in _STYLES)
    head = render_template("faces/admin/_head.html")
    for found, instead in _MENDED:
        text = text.replace(found, instead.format(styles=styles, font=_FONT, head=head, dialog=_DIALOG, why=_WHY), 1)
    queue, many = (htmlsafe_json_dumps((request.view_args or {}).get(name, "")) for name in ("queue_name", "per_page"))
    for found, instead in _ASKED:
        text = text.replace(found, instead.replace("PER_PAGE", many).replace("QUEUE", queue))
    text = _NAMED.sub(r'<\1 aria-label="\2"', text)
    if "<h1" not in text:
        text = text.replace('role="main">', 'role="main"><h1 class="sr-only">Jobs</h1>', 1)
    response.set_data(text)


def _relax(response: Response) -> Response:
    """Its pages have scripts and styles of their own inside; no other page of ours does."""
    _mend(response)
    response.headers["Content-Security-Policy"] = content_security(
        {"script-src": "'self' 'unsafe-inline' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
    )
    return response


def _no_such_job(error: Exception) -> ResponseReturnValue:
    return answer_error(NotFound())


def _redis_away(error: Exception) -> ResponseReturnValue:
    return answer_error(Unavailable("queue_away"))


# Not every read of the dashboard names a serializer; what RQ takes then would run whatever somebody wrote to Redis.
rq.serializers.PickleSerializer = JSONSerializer  # type: ignore[assignment]
rq_dashboard.web.config.serializer = JSONSerializer


def _connection(url: str, **_: Any) -> tuple[str, redis.Redis]:
    return url, connection()


rq_dashboard.web.from_url = _connection  # its own has no deadline, and tries eleven times


class _Seen(rq.Worker):
    """A worker as the dashboard lists it: a job that is done while it is looked at is none, and no error."""

    def get_current_job(self) -> Job | None:
        try:
            return super().get_current_job()
        except NoSuchJobError:
            return None


rq_dashboard.web.Worker = _Seen

if not blueprint.before_request_funcs.get(None) or _guard not in blueprint.before_request_funcs[None]:
    # The blueprint is the library's, one a process: guarded where it is known, before its own first function.
    blueprint.before_request_funcs.setdefault(None, []).insert(0, _guard)
    blueprint.after_request(_relax)
    blueprint.register_error_handler(NoSuchJobError, _no_such_job)
    blueprint.register_error_handler(InvalidJobOperation, _no_such_job)
    blueprint.register_error_handler(redis.RedisError, _redis_away)
