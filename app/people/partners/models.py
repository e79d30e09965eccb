"""Partner sites: what an owner configures and an embed reads."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database.session import Model
from app.core.sealing.columns import MAIL, Sealed, sealed_text

MAX_EDGE_PERCENT = 15
NORMALIZED_NAME = "translate(replace(lower(name), '-', ''), '0134578', 'oleastb')"


class PartnerSite(Model):
    """Document 001, "Important schema shape". Nothing cascades into it: it may hold money."""

    __tablename__ = "partner_sites"
    __table_args__ = (
        CheckConstraint("status IN ('draft', 'live', 'paused')", name="status"),
        CheckConstraint(f"house_edge_percent BETWEEN 0 AND {MAX_EDGE_PERCENT}", name="house_edge_percent"),
        CheckConstraint("name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) BETWEEN 3 AND 64", name="name"),
        CheckConstraint("verification_status IN ('unverified', 'verified', 'rejected')", name="verification_status"),
        CheckConstraint("stopped_reason = '' OR status <> 'live'", name="stopped_is_not_live"),
        CheckConstraint("handed_over_at IS NULL OR verification_status <> 'verified'", name="handed_over"),
        CheckConstraint("open_orders_limit >= 0", name="open_orders_limit"),
        CheckConstraint("games <> '{}'", name="games"),
        Index("partner_sites_normalized_name_idx", text(NORMALIZED_NAME), unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(unique=True)  # the slug; it never changes
    display_name: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="draft")
    theme: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    embed_allowed_origins: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    games: Mapped[list[str] | None] = mapped_column(ARRAY(Text))  # what its frame offers; null: all, later ones too
    house_edge_percent: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    payout_address: Mapped[str]
    payout_address_network: Mapped[str]
    payout_address_changed_at: Mapped[datetime]
    verification_status: Mapped[str] = mapped_column(server_default="unverified")  # set by operators
    verification_reason: Mapped[str] = mapped_column(server_default="")
    handed_over_at: Mapped[
        datetime | None
    ]  # while verified; until its new owner is, who does not change the address alone
    stopped_reason: Mapped[str] = mapped_column(server_default="")  # why operators paused it; its owner cannot resume
    open_orders_limit: Mapped[int | None]  # set by operators in place of the settings' limits


class ApiKey(Model):
    """A secret by which a partner's server speaks for its site. Only its hash and its last letters are kept."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint("mode IN ('live', 'test')", name="mode"),
        CheckConstraint("access IN ('read', 'write')", name="access"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), index=True)
    name: Mapped[str]
    mode: Mapped[str]
    access: Mapped[str]
    hint: Mapped[str]  # the prefix and the last four characters
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]  # set when it is rolled: the end of its grace
    revoked_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("api_keys.id"))


class TeamMember(Model):
    """Somebody beside the owner who may see a site, or change it."""

    __tablename__ = "team_members"
    __table_args__ = (CheckConstraint("access IN ('read', 'manage')", name="access"),)

    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    access: Mapped[str]


class TeamInvitation(Model):
    """An owner's offer to one mail address. It is open until it is accepted, withdrawn or too old."""

    __tablename__ = "team_invitations"
    __table_args__ = (
        CheckConstraint("access IN ('read', 'manage')", name="access"),
        Index(
            "team_invitations_open_idx",
            "partner_site_id",
            "email_hash",
            unique=True,
            postgresql_where=text("accepted_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"))
    email_sealed: Mapped[bytes] = mapped_column(Sealed(MAIL))
    email_hash: Mapped[bytes] = mapped_column(LargeBinary)
    email = sealed_text("email_sealed")
    access: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class SiteTransfer(Model):
    """A site on its way to another owner, until the present one has confirmed it from the mailbox. One a site."""

    __tablename__ = "site_transfers"

    partner_site_id: Mapped[UUID] = mapped_column(ForeignKey("partner_sites.id"), primary_key=True)
    from_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    to_user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime]
