"""The sentences for what players are told when a code is not sent, or not taken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

MESSAGES: dict[str, object] = {
    "email_invalid": _l("This is not one email address. Check it and try again."),
    "phone_or_email_needed": _l("Give a phone number or an email address, one of the two."),
    "phone_country_missing": _l("Choose the country of this number, or write it with its +, like +509 34 10 12 34."),
    "phone_of_another_country": _l("This is no number of this country. Choose its own, or write it with its +."),
    "phone_invalid": _l("This is not a phone number. Write it with its country, like +509 34 10 12 34."),
    "phone_gets_no_sms": _l("This phone gets no SMS. Use the number of a mobile phone, or a mail address."),
    "phone_not_served": _l("We send no codes to this country. Use a mail address instead."),
    "sms_not_sent": _l("We send no SMS at the moment. Use a mail address instead."),
    "sms_used_up": _l("No more SMS are sent today: there were too many. Use a mail address, or try again tomorrow."),
    "codes_sent_too_often": _l(
        "Too many codes were sent there. Wait %(minutes)s minutes, sign in another way, or use a browser in which you "
        "have signed in before."
    ),
    "codes_sent_too_often_today": _l(
        "Too many codes were sent there today. Try again tomorrow, sign in another way, or use a browser in which you "
        "have signed in before."
    ),
    "code_refused": _l(
        "This code is not right. Check it and type it again. If it is older than five minutes or was tried too often, "
        "ask for another one."
    ),
    "contact_same": _l("This is your account's already."),
    "contact_taken": _l("This belongs to another account. Sign in with it there, or use another one."),
    "email_there": _l("Your account has a mail address. Change it under How you sign in."),
    "email_missing": _l("Your account has no mail address yet. Add one."),
    "mail_needs_link": _l(
        "Your account has sites. So that nobody takes them over by a code, change its address on the page of the "
        "account, signed in by a link."
    ),
    "mail_needs_phone": _l("This needs a phone on your account that gets SMS."),
    "mail_needs_papers": _l("This needs papers of yours that we have looked at: hand them in under Documents."),
    "proof_needed": _l("This takes a code to %(way)s as well, to show that the account is yours. Ask for one."),
    "phone_needs_mail": _l("To put another phone in the place of this one, sign in by mail."),
}
