"""The sentences for the error codes of documents and verification."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "image_invalid": _l("Send a picture (JPEG, PNG or WebP) or a PDF."),
    "image_moves": _l("This picture moves. Send one that stands still."),
    "image_too_large": _l("This picture has more than %(most)s million pixels. Make it smaller."),
    "pictures_busy": _l("Too many pictures arrive at this moment. Try again in a few seconds."),
    "file_too_large": _l("This file is larger than %(most)s MB."),
    "file_missing": _l("Choose a file."),
    "document_kind_unknown": _l("Choose one of these."),
    "documents_too_many": _l("There are %(most)s documents already. Remove one first."),
    "documents_missing": _l("Add a document that shows who you are first."),
    "document_lost": _l("The file of this document is lost. Ask the person to hand it in once more."),
    "verification_state": _l("That is not possible as your verification stands."),
    "papers_changed": _l("The papers, or who the person says to be, are not what you were shown. Look again."),
    "verification_needed": _l("Let yourself be verified first: until then this is more than you may."),
    "unverified_limit_reached": _l(
        "While you are not verified you may pay in %(limitMinor)s in any 30 days, and %(leftMinor)s of that are left."
    ),
    "profile_checked": _l(
        "Your documents have shown this, are being looked at, or have to show it first: write to us to change it."
    ),
}
