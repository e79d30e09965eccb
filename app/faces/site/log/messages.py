"""The sentences for the error codes of the public log."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "cosignature_refused": _l("This is no cosignature of a checkpoint of ours: %(why)s."),
    "log_contradicted": _l("Kept: our key signed it, and it contradicts our log. Such notes are shown beside the log."),
    "witness_unknown": _l("No line of it is of a witness that we know."),
    "log_empty": _l("Nothing was said yet."),
    "log_entry_not_found": _l("There is no such entry in the log."),
    "log_entry_not_signed": _l("This entry has no signature over it yet. Ask again in a moment."),
    "log_anchor_not_found": _l("No block on the chain holds such an anchor of the log."),
    "log_sizes_invalid": _l("The first size is at most the second, and the second at most what is signed."),
}
