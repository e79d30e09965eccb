"""Addresses of Luckotto's public records, on the website and in a partner's frame."""

from __future__ import annotations

from app.catalogue.windows.links import RecordLinks

luckotto_url = RecordLinks({"rounds": "/luckotto", "round": "/luckotto/rounds/{}", "order": "/luckotto/orders/{}"})
