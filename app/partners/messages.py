"""The sentences for the error codes of partner sites."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "slug_invalid": _l("Use 3 to 64 lower-case letters and digits, with single hyphens between them."),
    "slug_invalid_but": _l(
        "Use 3 to 64 lower-case letters and digits, with single hyphens between them, such as %(suggestion)s."
    ),
    "slug_reserved": _l("This name is kept for our own pages. Choose another."),
    "slug_taken": _l("This name, or one that looks like it, is in use. Choose another."),
    "display_name_invalid": _l("Use 1 to 80 characters, without invisible ones."),
    "house_edge_invalid": _l("The house edge is a whole percentage from 0 to 15."),
    "accent_color_invalid": _l("Write the colour as # and six hex digits, such as #2543c4."),
    "payout_address_missing": _l("Enter the address that receives your players' winnings."),
    "payout_address_has_spaces": _l("Remove the spaces from the address."),
    "payout_address_not_acknowledged": _l("Confirm that you know this address becomes public."),
    "origin_invalid": _l("%(origin)s is not an exact origin, such as https://shop.example: no path, no wildcard."),
    "origins_too_many": _l("At most %(most)s origins are possible."),
    "site_not_live": _l("This partner's site is not selling tickets right now."),
    "status_not_allowed": _l("A site that is %(before)s cannot become %(after)s."),
}
