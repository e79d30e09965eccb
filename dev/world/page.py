"""The partner's own site, as a partner might build it: a page with the frame in it, and a wallet for trying it out.

It is nobody's login: who plays is a name in the address, which a real partner would take from its own accounts.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from urllib.parse import quote

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core.text.names import public_name
from app.people.partners.site.embed_code import snippet
from dev.bitcoind import UnusableNode

from .loops import reason, say
from .miner import Miner
from .payment import Unpayable, parse
from .settings import WorldSettings
from .story import Teller
from .wallet import Wallet

bp = Blueprint("page", __name__)
_NOT_READY = "The test chain does not answer just now. Try again in a moment."


def create_page(world: WorldSettings, wallet: Wallet, teller: Teller, miner: Miner) -> Flask:
    """The partner's site as a WSGI application of its own."""
    page = Flask(__name__)
    page.config.update(MAX_CONTENT_LENGTH=16 * 1024, WORLD=world, WALLET=wallet, TELLER=teller, MINER=miner)
    page.jinja_env.filters["thousands"] = lambda number: f"{number:,}"
    page.before_request(_only_this_site)
    page.after_request(_harden)
    page.register_blueprint(bp)
    return page


def _world() -> WorldSettings:
    world: WorldSettings = current_app.config["WORLD"]
    return world


def _wallet() -> Wallet:
    wallet: Wallet = current_app.config["WALLET"]
    return wallet


def _only_this_site() -> None:
    """Other sites' scripts, forms and host names get nothing: what is posted here spends coins."""
    world = _world()
    if request.host not in world.page_hosts:
        abort(403)
    if request.method not in ("GET", "HEAD"):
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if (origin is not None and origin not in world.page_origins) or site not in ("same-origin", "none"):
            abort(403)


def _harden(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
def home() -> AnyResponse | str:
    if "player" not in request.args:
        return redirect(f"/?player=guest-{secrets.randbelow(9000) + 1000}")
    return _show()


@bp.get("/story")
def story() -> str:
    """The part of the page that tells what is happening; its script asks for it every second or two."""
    return render_template("_story.html", **_context())


@bp.post("/pay")
def pay() -> AnyResponse | tuple[str, int] | str:
    """Pay a link, or an address and an amount, from the node's wallet. On regtest alone."""
    given = request.get_json(silent=True) if request.is_json else request.form
    values = given if isinstance(given, dict) else {}
    try:
        wish = parse(str(values.get("link", values.get("address", ""))), str(values.get("amountSats", "")))
        if not _wallet().is_regtest():
            raise Unpayable("This wallet pays on a test chain of this machine only.")
        txid = _wallet().pay(wish.address, wish.sats)
    except Unpayable as error:
        return _answer({"error": str(error)}, 422)
    except UnusableNode as error:
        say("page", reason(error))
        return _answer({"error": _NOT_READY}, 503)
    return _answer({"txid": txid, "amountSats": wish.sats, "address": wish.address})


@bp.post("/mine")
def mine() -> AnyResponse | tuple[str, int] | str:
    """Find one block at once, unless the platform has still to do what must come before it. On regtest alone."""
    miner: Miner = current_app.config["MINER"]
    try:
        if not _wallet().is_regtest():
            return _answer({"error": "Only a test chain can be mined here."}, 422)
        waits_for = miner.find_now()
        if waits_for is not None:
            return _answer({"error": f"The next block waits for {waits_for}. Try again in a moment."}, 409)
        return _answer({"height": _wallet().height()})
    except UnusableNode as error:
        say("page", reason(error))
        return _answer({"error": _NOT_READY}, 503)


@bp.post("/receive")
def receive() -> AnyResponse | tuple[str, int] | str:
    """A fresh address of the node's wallet: what somebody who tries being a partner has to name. On regtest alone."""
    try:
        if not _wallet().is_regtest():
            return _answer({"error": "This wallet gives addresses of a test chain only."}, 422)
        return _answer({"receiveAt": _wallet().new_address()})
    except UnusableNode as error:
        say("page", reason(error))
        return _answer({"error": _NOT_READY}, 503)


def _answer(outcome: dict[str, str | int], status: int = 200) -> AnyResponse | tuple[str, int]:
    """JSON for the page's script; the page itself for a plain form."""
    if request.is_json or request.accept_mimetypes.best == "application/json":
        return Response(json.dumps(outcome), status=status, mimetype="application/json")
    return _show(outcome), status


def _show(outcome: dict[str, str | int] | None = None) -> str:
    return render_template("page.html", outcome=outcome or {}, form=request.form, **_context())


def _context() -> dict[str, object]:
    world = _world()
    asked = request.values.get("player", "")
    player = public_name(asked)
    teller: Teller = current_app.config["TELLER"]
    return {
        "world": world,
        "story": teller.now(),
        "asked": asked,
        "player": player,
        "frame": _frame(world, player) if player else "",
    }


def _frame(world: WorldSettings, player: str) -> Markup:
    """The snippet from the partner's dashboard with the placeholders filled in, as any partner would do it."""
    account = "account-" + hashlib.sha256(player.encode()).hexdigest()[:8]
    code = snippet(world.base_url, world.partner_name)
    filled = code.replace("PUBLIC_PLAYER_ID", quote(player)).replace("PRIVATE_ACCOUNT_ID", quote(account))
    return Markup(filled)  # our own addresses and percent-encoded names
