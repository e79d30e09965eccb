"""A phone is kept as its country's plan has it, and an SMS goes where one can arrive."""

import pytest

from app.core.errors import DomainError
from app.record.notifications.channels import phones


@pytest.mark.parametrize(
    ("text", "region", "e164"),
    [
        ("+509 34 10 12 34", None, "+50934101234"),
        ("34-10-12-34", "HT", "+50934101234"),
        ("00509 34101234", "HT", "+50934101234"),
        ("0917 123 4567", "PH", "+639171234567"),
        ("(202) 555-0123", "US", "+12025550123"),
        ("tel:+50934101234", None, "+50934101234"),
    ],
)
def test_a_mobile_phone(text: str, region: str | None, e164: str) -> None:
    assert phones.for_sms(text, region) == e164
    assert phones.for_sms(e164) == e164


@pytest.mark.parametrize(
    "text",
    ["", "34101234", "+50922221234", "+5093410123", "+999123456789", "+50934101234 ext. 5", "call me", "+1" + "2" * 60],
)
def test_what_no_sms_reaches(text: str) -> None:
    with pytest.raises(DomainError, match="recipient_invalid"):
        phones.for_sms(text)


def test_a_line_in_a_house_is_a_phone_all_the_same() -> None:
    assert phones.parse("+50922221234") == phones.Phone("+50922221234", gets_sms=False)
