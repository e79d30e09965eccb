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
    "display_name_invalid": _l("Use 1 to 80 characters, all of them visible, with a letter or digit among them."),
    "house_edge_invalid": _l("The house edge is a whole percentage from 0 to 15."),
    "accent_color_invalid": _l("Write the colour as # and six hex digits, such as #2543c4."),
    "games_invalid": _l("Choose at least one of the games."),
    "payout_address_missing": _l("Enter the address that receives your players' winnings."),
    "payout_address_has_spaces": _l("Enter one address alone; this is longer than any."),
    "payout_address_not_acknowledged": _l("Confirm that you know this address becomes public."),
    "payout_address_by_two": _l("A new address of this site waits for our yes by now. Save it again."),
    "payout_address_waits": _l("A new address waits for our yes already. Take it back first."),
    "origin_invalid": _l("%(origin)s is not an exact origin. Write it as %(such)s: no path, no wildcard."),
    "origins_too_many": _l("At most %(most)s origins are possible."),
    "settings_changed": _l(
        "Somebody has changed this since you opened it. What is so now stands beside each field; save again to have it "
        "your way."
    ),
    "site_not_live": _l("This partner's site is not selling tickets right now."),
    "status_not_allowed": _l("A site that is %(before)s cannot become %(after)s."),
    # Keys
    "api_key_missing": _l("Send your key as Authorization: Bearer tiraj_…"),
    "api_key_invalid": _l("This key is mistyped, revoked, expired or of another network."),
    "api_key_read_only": _l("This key may only read. Use one that may write."),
    "api_key_in_url": _l(
        "An API key stood in this address. Addresses are kept by browsers, proxies and logs, so roll that key, and send"
        " keys only from your server, in the Authorization header."
    ),
    "api_key_from_browser": _l(
        "This request comes from a web page. An API key belongs on your server alone: who opens the page can read it."
        " Roll that key."
    ),
    "key_name_invalid": _l("Use 1 to 80 characters, all of them visible, with a letter or digit among them."),
    "key_access_invalid": _l("A key may read, or read and write."),
    "keys_too_many": _l("A site has at most %(most)s keys. Revoke one that is not used."),
    "key_exists": _l("This key was made already. Its text was shown once; roll it for a new one."),
    "key_not_active": _l("This key is rolled, expired or revoked already."),
    "grace_invalid": _l("The old key may go on working for 0, 1, 24 or 72 hours."),
    # Teams
    "access_missing": _l("Your access to this site does not go that far. Ask its owner."),
    "team_access_invalid": _l("A teammate may read, or manage."),
    "already_on_the_team": _l("This person is on the team already."),
    "team_full": _l("A site has at most %(most)s teammates and open invitations."),
    "invitation_gone": _l("This invitation is used, withdrawn or too old. Ask for a new one."),
    "invitation_for_another": _l("This invitation was sent to another address. Sign in with that one."),
    "transfer_gone": _l("This link is used, withdrawn or too old. Start again on the team's page."),
    "transfer_to_manager": _l("A site can be handed to a teammate who manages it."),
    "transfer_not_confirmed": _l("Confirm that you know what you give away."),
    # Session API
    "slug_never_changes": _l("A site's slug never changes."),
    "changed_meanwhile": _l("The site has changed since you read it. Read it again, then change it."),
    "input_dict_type": _l("This must be an object."),
    "input_list_type": _l("This must be a list."),
    # Operators
    "reason_missing": _l("Say why."),
    "reason_invalid": _l("Use visible characters only, with at most four marks on a letter."),
    "site_stopped_by_operators": _l("We have paused this site. Write to us to take it live again."),
    "site_stopped_already": _l("This site is paused by operators already."),
    "site_not_stopped": _l("This site is not paused by operators."),
    "limit_invalid": _l("The limit is a whole number from 0 to %(most)s, or empty for the usual one."),
}
