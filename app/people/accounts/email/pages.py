"""The pages of changing one's mail address."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.limits.limiter import limiter
from app.core.web.languages import readers
from app.core.wire.error_messages import message_for
from app.people.accounts.forms import ConfirmForm, EmailChangeForm, EmptyForm
from app.people.accounts.login.limits import CONFIRMATIONS, confirmations_limit, confirmer, count_mail_of_person
from app.people.accounts.login.page_door import go, link_required, remember_browser
from app.people.accounts.pages import account_page

from . import change as email_change

bp = Blueprint("accounts_email", __name__)
ENDPOINTS: Final = tuple(f"accounts_email.{name}" for name in ("ask", "withdraw", "confirm", "change"))


@bp.post("/account/email")
@link_required
def ask() -> Response:
    """Send the link to the new address."""
    form = EmailChangeForm()
    if form.validate_on_submit():
        try:
            count_mail_of_person(form.email.data or "")
            with transaction():
                address = email_change.ask(
                    current_user.id, current_user.session_id, form.email.data or "", locale=readers()
                )
        except DomainError as error:
            form.email.errors = [message_for(error)]
        else:
            flash(gettext("A link is on its way to %(email)s.", email=address), "ok")
            return go(url_for("accounts.account"))
    return account_page(form, 422)


@bp.post("/account/email/withdraw")
@link_required
def withdraw() -> Response:
    """Keep the address one has."""
    if EmptyForm().validate_on_submit():
        with transaction():
            email_change.withdraw(current_user.id)
        flash(gettext("Your address stays as it is."), "ok")
    return go(url_for("accounts.account"))


@bp.get("/account/email/confirm")
@link_required
def confirm() -> Response:
    """Show the button. Mail scanners fetch this address, so looking uses nothing up."""
    return _confirm_page(ConfirmForm(token=request.args.get("token", "")), 200)


@bp.post("/account/email/confirm")
@link_required
@limiter.shared_limit(confirmations_limit, scope=CONFIRMATIONS, key_func=confirmer)
def change() -> Response:
    """Take the new address."""
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with transaction():
                address = email_change.confirm(
                    current_user.id, current_user.session_id, form.token.data or "", locale=readers()
                )
        except DomainError as error:
            return _confirm_page(form, error.status, str(message_for(error)))
        if address is not None:
            flash(gettext("Your address is now %(email)s. Every other session has been ended.", email=address), "ok")
            response = go(url_for("accounts.account"))
            remember_browser(response, current_user.id)
            return response
    return _confirm_page(form, 422)


def _confirm_page(form: ConfirmForm, status: int, refusal: str | None = None) -> Response:
    token = form.token.data or ""
    change = email_change.by_token(current_user.id, token) if 0 < len(token) <= 64 and token.isascii() else None
    page = "people/accounts/email_confirm.html" if change else "people/accounts/email_gone.html"
    status = status if change else 410
    body = render_template(page, form=form, change=change, refusal=refusal)
    return Response(body, status=status, mimetype="text/html")
