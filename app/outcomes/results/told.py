"""What the public log tells of official results, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.record.log.kinds import LogKind

from .sources.lotteries import LOTTERIES


def _expected(told: Mapping[str, Any]) -> str:
    found = LOTTERIES.get(told["lottery"])
    words = gettext(
        "Its result will be that of %(lottery)s, %(day)s, %(slot)s",
        lottery=found.title if found is not None else told["lottery"],
        day=told["day"],
        slot=told["slot"],
    )
    return str(words)


def _confirmed(told: Mapping[str, Any]) -> str:
    if told["how"] == "consensus":
        return str(gettext("The official result is %(numbers)s: sources agree", numbers=told["numbers"]))
    return str(gettext("The official result is %(numbers)s: two of ours confirmed it", numbers=told["numbers"]))


def _corrected(told: Mapping[str, Any]) -> str:
    before, now = told["before"], told["numbers"]
    return str(gettext("The official result is %(now)s, and not %(before)s", now=now, before=before))


def _source(told: Mapping[str, Any]) -> str:
    name = str(told["subject"]).partition(":")[2]
    return str(gettext("The source %(name)s of official results was changed", name=name))


def _confirming(told: Mapping[str, Any]) -> str:
    found = LOTTERIES.get(str(told["subject"]).partition(":")[2])
    name = found.title if found is not None else ""
    if told["bySources"]:
        return str(gettext("Results of %(lottery)s are confirmed by sources that agree", lottery=name))
    return str(gettext("Results of %(lottery)s are confirmed by two people", lottery=name))


LOG_KINDS: Final = (
    LogKind("result.expected", _l("It was fixed which official result decides a draw"), _expected),
    LogKind("result.confirmed", _l("An official result is known"), _confirmed),
    LogKind("result.corrected", _l("An official result was corrected"), _corrected),
    LogKind("result.dismissed", _l("An official result is waited for no more")),
    LogKind("result.confirming", _l("It was said who confirms official results"), _confirming),
    LogKind("result.source", _l("A source of official results was changed"), _source),
)
