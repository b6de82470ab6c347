"""Every recogniser, in the order of their gravity."""

from __future__ import annotations

from compliance.recognisers_account import AccountRecogniser
from compliance.recognisers_address import AddressRecogniser
from compliance.recognisers_card import CardRecogniser
from compliance.recognisers_contact import EmailRecogniser, PhoneRecogniser
from compliance.recognisers_context import Explained
from compliance.recognisers_document import IdentityRecogniser, PassportRecogniser
from compliance.recognisers_expiry import ExpiryRecogniser
from compliance.recognisers_name import NameRecogniser
from compliance.recognisers_secret import (
    BareCodeRecogniser,
    SecretRecogniser,
    SixDigitsRecogniser,
    ToldCodeRecogniser,
)
from compliance.redaction_file import RedactionFile
from compliance.secret import DIGIT, Recogniser


def all_recognisers(data: RedactionFile) -> tuple[Recogniser, ...]:
    """Return every recogniser, the gravest kinds first."""
    explained = Explained(data)
    # 「六个八」 is eight eight eight eight eight eight.
    repeated = rf"{DIGIT}个{DIGIT}(?![样起个次位字数])"
    password = (
        rf"(?:{repeated}|[0-9]{{3,12}}(?![0-9a-z!@#$%^&*_])"
        r"|[0-9]{13,19}(?![0-9a-z!@#$%^&*_])"
        r"|(?![0-9]{13})[0-9a-z!@#$%^&*._\-+~]{3,24})"
    )
    return (
        SecretRecogniser("cvn", data.cvn, data, r"[0-9]{3,4}", explained),
        SecretRecogniser("code", data.code, data, r"[0-9a-z]{4,8}", explained),
        SecretRecogniser("password", data.password, data, password, explained),
        ExpiryRecogniser(data),
        BareCodeRecogniser(),
        ToldCodeRecogniser(data, explained),
        SixDigitsRecogniser(data, explained),
        EmailRecogniser(),
        IdentityRecogniser(data.identity, explained),
        CardRecogniser(data.card, explained),
        PhoneRecogniser(data.phone, explained),
        PassportRecogniser(data.passport, explained),
        AccountRecogniser(data.account, data.card, explained),
        AddressRecogniser(data, explained),
        NameRecogniser(data),
    )
