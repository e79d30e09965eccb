"""All sources at one port, each below its own name, and `/_control`: what is drawn, and what goes wrong next."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, Flask, Response, request

from . import america, page, philippines
from .drawn import Drawn, Refused, Row
from .misbehaviour import ALL, Misbehaviours, bent

Page = Callable[[str, Sequence[Row], str], Response]
"""Shows draws at a path of a source; the name of what goes wrong is "" where nothing does."""

SOURCES: Final[Mapping[str, tuple[Page, tuple[str, ...]]]] = {
    "pcso_site": (philippines.pcso_site, (philippines.LOTTERY,)),
    "lottomatik": (philippines.lottomatik, (philippines.LOTTERY,)),
    "lottopcso": (philippines.lottopcso, (philippines.LOTTERY,)),
    "philnews": (philippines.philnews, (philippines.LOTTERY,)),
    "ny_site": (america.ny_site, ("us-ny",)),
    "ny_open_data": (america.ny_open_data, ("us-ny",)),
    "florida": (america.florida, ("us-fl",)),
    "georgia": (america.georgia, ("us-ga",)),
}
ELSEWHERE: Final = "http://elsewhere.invalid/"


def create(seed: str = "", rate: float = 0.0, hang: float = 60.0) -> Flask:
    """The whole of it as one WSGI application. `hang`: seconds for which a source says nothing when it hangs."""
    made, bp = Flask("dev.results"), Blueprint("sources", __name__)
    drawn, wrongs, going_on = Drawn(), Misbehaviours(seed, rate), dict[str, str]()

    @made.get("/_control")
    def shown() -> Response:
        return _said(
            {
                "sources": list(SOURCES),
                "misbehaviours": dict(ALL),
                "next": wrongs.coming(),
                "random": {"seed": wrongs.seed, "rate": wrongs.rate},
            }
        )

    @made.post("/_control")
    def ordered() -> Response:
        given = request.get_json(silent=True)
        try:
            for one in given if isinstance(given, list) else [given]:
                _order(drawn, wrongs, one)
        except Refused as refused:
            return _said({"refused": str(refused)}, 422)
        return shown()

    @bp.route("/<source>/<path:path>", methods=["GET", "POST"])
    def source(source: str, path: str) -> Response:
        if source not in SOURCES:
            return Response(status=404)
        page, lotteries = SOURCES[source]
        struck = _struck(source, wrongs, going_on)
        return _arriving(struck, lambda: page(path, bent(struck, drawn.of(*lotteries)), struck), hang)

    made.register_blueprint(bp)
    made.register_blueprint(page.blueprint(drawn))
    return made


def _struck(source: str, wrongs: Misbehaviours, going_on: dict[str, str]) -> str:
    """What goes wrong at this question: once for a look, where one asks twice. `going_on` is what did at its first."""
    if source == "pcso_site" and request.method == "GET":  # what goes wrong, goes wrong with its table
        return ""
    if source == "ny_site" and request.args.get("nid") != america.ASKED_FIRST:
        return going_on.pop(source, "")
    going_on[source] = wrongs.strike(source)
    return going_on[source]


def _order(drawn: Drawn, wrongs: Misbehaviours, given: Any) -> None:
    """Any of `clear`, `rate` with `seed`, `next` with `source` and `times`; or a draw, or the wish for one. Raises
    Refused."""
    if not isinstance(given, dict):
        raise Refused("orders are objects")
    if given.get("clear"):
        wrongs.clear()
    if "rate" in given:
        try:
            wrongs.set_random(str(given.get("seed", "")), float(given["rate"]))
        except (TypeError, ValueError):
            raise Refused("rate is a number between 0 and 1") from None
    if "next" in given:
        wrongs.ask_for(given, list(SOURCES))
    if "lottery" in given:
        (drawn.wish if "wish" in given else drawn.tell)(given)


def _arriving(struck: str, make: Callable[[], Response], hang: float) -> Response:
    if struck == "hang":
        return _hung_up(hang)
    if struck == "error":
        return Response("<html><body><h1>Server Error in '/' Application.</h1></body></html>", 500)
    if struck == "wrong_type":
        return Response("<!doctype html><html><body><h1>Are you a person?</h1></body></html>")
    if struck == "endless":
        return Response(b" " * 2**21)
    if struck == "redirect":
        return Response(status=302, headers={"Location": ELSEWHERE})
    answer = make()
    if struck == "truncated":
        body = answer.get_data()
        answer.set_data(body[: len(body) * 2 // 3])
    return answer


def _hung_up(seconds: float) -> Response:
    """The connection ends without a word, after a while."""
    time.sleep(seconds)
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    try:
        if connection is not None:
            connection.shutdown(socket.SHUT_RDWR)
    except OSError:  # who asked has gone already
        pass
    return Response(status=500)


def _said(body: object, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
