"""The word lists that redaction works with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from compliance.data_file import Review


class RedactionFile(BaseModel):
    """The shape of `data/redaction.yml`; the file explains the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: Review
    password: tuple[str, ...]
    code: tuple[str, ...]
    cvn: tuple[str, ...]
    cvn_at_edge: tuple[str, ...]
    code_topic: tuple[str, ...]
    code_cue: tuple[str, ...]
    expiry: tuple[str, ...]
    expires_too: tuple[str, ...]
    links: tuple[str, ...]
    said: tuple[str, ...]
    further: tuple[str, ...]
    other: tuple[str, ...]
    units: tuple[str, ...]
    account: tuple[str, ...]
    card: tuple[str, ...]
    identity: tuple[str, ...]
    passport: tuple[str, ...]
    phone: tuple[str, ...]
    reference: tuple[str, ...]
    public: tuple[str, ...]
    name_before: tuple[str, ...]
    name_role: tuple[str, ...]
    kin: tuple[str, ...]
    name_weak_before: tuple[str, ...]
    name_verb: tuple[str, ...]
    titles: tuple[str, ...]
    belongs: tuple[str, ...]
    name_deed: tuple[str, ...]
    name_together: tuple[str, ...]
    name_errand: tuple[str, ...]
    name_after: tuple[str, ...]
    name_office: tuple[str, ...]
    name_changed: tuple[str, ...]
    name_called: tuple[str, ...]
    surnames: str
    given: str
    transliterated: str
    doubtful_surnames: str
    compound_surnames: tuple[str, ...]
    not_names: tuple[str, ...]
    address_before: tuple[str, ...]
    address_topic: tuple[str, ...]
    address_office: tuple[str, ...]
