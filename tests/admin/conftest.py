"""Operators for the console's tests."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.admin.operators import Operator


@pytest.fixture
def operator(app: Flask, session: Any) -> Operator:
    known = Operator(app)
    known.get("/admin")  # being let in for the first time is told to the audit log
    return known
