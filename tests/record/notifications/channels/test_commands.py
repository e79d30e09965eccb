"""An operator tries the set-up, and reads what became of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask

from app.core.database.session import transaction
from app.record.notifications.service import send_later
from tests.factories.carriers import Simulator

from .conftest import write


@pytest.fixture
def flask(committed_db: Flask) -> Callable[..., Result]:
    def run(*words: str) -> Result:
        return committed_db.test_cli_runner().invoke(args=["messages", *words])

    return run


def test_each_channel_says_what_it_took(
    flask: Callable[..., Result], set_up: object, simulator: Simulator, phone: str
) -> None:
    sms = flask("test", "--channel", "sms", "--to", f"{phone[:4]} {phone[4:]}")
    assert (sms.exit_code, sms.output.split(" as ")[0]) == (0, f"sms to {phone}: taken")
    assert sms.output.split(" as ")[1].startswith("SM")
    assert len(simulator.arrived(phone)) == 1
    assert flask("test", "--channel", "push", "--to", "device-of-an-operator").exit_code == 0
    assert flask("test", "--channel", "mail", "--to", "ada@shop.example").output == "mail to ada@shop.example: taken\n"
    assert flask("status").output == "mail: set up; sent 1\nsms: set up; sent 1\npush: set up; sent 1\n"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"kind": "status", "status": 400}, "not taken (twilio 400 20500)"),
        ({"kind": "status", "status": 401}, "not taken (twilio 401 20500); tried again after "),
        ({"kind": "drop"}, "unknown whether it was taken (connection_failed); tried again after "),
    ],
)
def test_what_was_not_taken_is_said_with_its_reason(
    flask: Callable[..., Result],
    set_up: object,
    simulator: Simulator,
    phone: str,
    fault: dict[str, object],
    said: str,
) -> None:
    simulator.fault("twilio", **fault)  # type: ignore[arg-type]
    result = flask("test", "--channel", "sms", "--to", phone)
    assert result.exit_code == 1
    assert said in result.output


def test_only_the_message_that_was_asked_for_is_sent(
    flask: Callable[..., Result], set_up: object, simulator: Simulator, phone: str
) -> None:
    write("sms", phone, moment="another")
    assert flask("test", "--channel", "sms", "--to", phone).exit_code == 0
    assert len(simulator.arrived(phone)) == 1
    assert "sms: set up; due 1, sent 1" in flask("status").output


@pytest.mark.parametrize(
    ("channel", "to"), [("sms", "+50922221234"), ("sms", "34101234"), ("mail", "nobody"), ("push", "a b")]
)
def test_whom_a_channel_does_not_reach(flask: Callable[..., Result], set_up: object, channel: str, to: str) -> None:
    result = flask("test", "--channel", channel, "--to", to)
    assert (result.exit_code, f"{to} is nothing that {channel} reaches" in result.output) == (1, True)


def test_what_is_not_set_up_names_its_setting(flask: Callable[..., Result], committed_db: Flask) -> None:
    assert "SMS_PROVIDER" in flask("test", "--channel", "sms", "--to", "+50934101234").output
    assert "FCM_SERVICE_ACCOUNT_FILE" in flask("test", "--channel", "push", "--to", "device").output
    assert "sms: not set up; none" in flask("status").output
    with transaction():
        send_later("sms", "+50934101234", "test", "en", moment="12:00")
    assert "sms: not set up; due 1" in flask("status").output
