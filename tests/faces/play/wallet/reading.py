"""Pages of a wallet as a person reads them."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse

_KEY = re.compile(r'name="key" type="hidden" value="([^"]+)"')


def read(answer: TestResponse) -> str:
    """What stands on a page, in one line."""
    told = unescape(re.sub(r"<[^>]+>", " ", answer.text)).replace("\u00a0", " ")
    return " ".join(told.split())


def key_on(answer: TestResponse) -> str:
    """The key of the form on a page."""
    found = _KEY.search(answer.text)
    assert found is not None, answer.text
    return found[1]
