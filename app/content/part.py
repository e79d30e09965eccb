"""What texts and the dictionary hand over to the product; their pages are the console's and the website's."""

from __future__ import annotations

from typing import Final

from app.core.wire.error_messages import add_messages
from app.record.part import Part

from .acts import ACTS
from .messages import MESSAGES

PART: Final = Part(acts=ACTS, starting=(lambda _app: add_messages(MESSAGES),))
