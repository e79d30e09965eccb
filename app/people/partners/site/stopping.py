"""What operators may do to a site beside verifying its owner: pause it, let it go on, limit its open orders."""

from __future__ import annotations

from app.core.database.session import TO_CHANGE, db
from app.core.errors import DomainError
from app.people.partners import rules
from app.people.partners.models import PartnerSite
from app.record.audit.service import note

MOST_OPEN_ORDERS = 1_000_000


def stop(site: PartnerSite, reason: str, *, actor: str) -> None:
    """Pause a site until operators let it go on; its owner cannot. Orders that exist stay valid.

    Raises DomainError: `reason_missing`, `reason_invalid`; 409 `site_stopped_already`.
    """
    db.session.refresh(site, with_for_update=TO_CHANGE)
    told = rules.check_reason(reason)
    if site.stopped_reason:
        raise DomainError("site_stopped_already", status=409)
    before, site.stopped_reason = site.status, told
    if site.status == "live":
        site.status = "paused"
    db.session.flush()
    note(actor, "partner.stopped", f"site:{site.id}", told, name=site.name, before=before)


def release(site: PartnerSite, reason: str, *, actor: str) -> None:
    """Let its owner take the site live again.

    Raises DomainError: `reason_missing`, `reason_invalid`; 409 `site_not_stopped`.
    """
    db.session.refresh(site, with_for_update=TO_CHANGE)
    told = rules.check_reason(reason)
    if not site.stopped_reason:
        raise DomainError("site_not_stopped", status=409)
    site.stopped_reason = ""
    db.session.flush()
    note(actor, "partner.released", f"site:{site.id}", told, name=site.name)


def limit_open_orders(site: PartnerSite, most: int | None, reason: str, *, actor: str) -> None:
    """Give a site a limit of unpaid orders of its own; None: the settings' again.

    Raises DomainError: `reason_missing`, `reason_invalid`, `limit_invalid`.
    """
    db.session.refresh(site, with_for_update=TO_CHANGE)
    told = rules.check_reason(reason)
    if most is not None and not 0 <= most <= MOST_OPEN_ORDERS:
        raise DomainError("limit_invalid", field="limit", most=MOST_OPEN_ORDERS)
    before, site.open_orders_limit = site.open_orders_limit, most
    db.session.flush()
    note(actor, "partner.limited", f"site:{site.id}", told, name=site.name, limit=[before, most])
