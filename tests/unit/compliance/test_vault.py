"""Sealed copies: what is kept, how it is opened, what a stolen or moved row tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from compliance.recorder import AuditRecorder
from compliance.redaction import Redacted, Redactor
from compliance.secret import REMOVED, Secret
from compliance.vault.errors import KeyLost, NothingKept, VaultUnavailable
from compliance.vault.key_file import KeyFile
from compliance.vault.memory_copies import MemoryCopies
from compliance.vault.unmasking import Unmasking
from compliance.vault.vault import Vault
from tests.unit.compliance.test_recorder import Kept

AT = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
ONE, TWO = "0123456789abcdef-1", "0123456789abcdef-2"
MESSAGE = "1762000000000-0"
PHONE, CARD = "13800138000", "6222021234567890128"
SAID = f"我叫张三丰，手机{PHONE}，卡号{CARD}"


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor.load()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secrets" / "vault.keys"


@pytest.fixture
def vault(path: Path) -> Vault:
    return Vault(MemoryCopies(), KeyFile(path), lambda: AT)


def keys(path: Path) -> list[str]:
    return path.read_text("ascii").split()


class Two:
    """Finds what overlaps a telephone and a code."""

    def find(self, plain: str, raw: str) -> list[Secret]:
        """See `Recogniser.find`."""
        assert plain == raw
        return [
            Secret("phone", 0, 4, "****"),
            Secret("code", 6, 9, REMOVED),
            Secret("name", 3, 7, "*"),
        ]


def test_values_come_back_in_their_places(vault: Vault, redactor: Redactor) -> None:
    redacted = redactor.redact(SAID)
    vault.keep(ONE, MESSAGE, redacted.taken)
    taken = vault.open(ONE, MESSAGE)
    assert [(one.kind, one.value) for one in taken] == [
        ("name", "张三丰"),
        ("phone", PHONE),
        ("card", CARD),
    ]
    masks = [redacted.text[one.start : one.end] for one in taken]
    assert masks == ["张**", "138****8000", "622202****0128"]


def test_a_sealed_copy_shows_nothing_of_its_value(vault: Vault, redactor: Redactor) -> None:
    vault.keep(ONE, MESSAGE, redactor.redact(SAID).taken)
    shown = repr(vault.copies.all()) + repr(redactor.redact(SAID))
    assert not [value for value in (PHONE, CARD, "张三丰") if value in shown]


@pytest.mark.parametrize(
    "text",
    [
        "我的登录密码是Qz7mfW93k",
        "验证码884213",
        "信用卡有效期08/27，背面三位123",
        # A secret is none the less one because it looks like a telephone, too.
        f"密码是{PHONE}，手机也是{PHONE}",
        f"支付密码是{CARD}，卡号{CARD}",
    ],
)
def test_what_may_be_stored_nowhere_is_never_kept(redactor: Redactor, text: str) -> None:
    assert redactor.redact(text).taken == ()


def test_a_copy_in_another_place_is_not_believed(vault: Vault, redactor: Redactor) -> None:
    vault.keep(ONE, MESSAGE, redactor.redact(SAID).taken)
    moved = [replace(copy, conversation=TWO) for copy in vault.copies.all()]
    vault.copies.keep(moved)
    with pytest.raises(KeyLost):
        vault.open(TWO, MESSAGE)


def test_with_a_new_key_everything_is_sealed_anew(
    vault: Vault, path: Path, redactor: Redactor
) -> None:
    taken = redactor.redact(SAID).taken
    vault.keep(ONE, MESSAGE, taken)
    sealed = {copy.sealed for copy in vault.copies.all()}
    (first,) = keys(path)
    assert vault.renew_key() == len(taken)
    second, kept = keys(path)
    assert kept == first
    assert not sealed & {copy.sealed for copy in vault.copies.all()}
    vault.renew_key()
    assert first not in keys(path)
    assert second in keys(path)
    assert vault.open(ONE, MESSAGE) == list(taken)


def test_another_process_takes_up_the_new_key(vault: Vault, path: Path, redactor: Redactor) -> None:
    other = Vault(vault.copies, KeyFile(path), lambda: AT)
    other.keep(ONE, MESSAGE, redactor.redact(SAID).taken)
    vault.renew_key()
    vault.renew_key()
    other.keep(TWO, MESSAGE, redactor.redact(SAID).taken)
    assert vault.open(TWO, MESSAGE) == other.open(TWO, MESSAGE)


def test_no_key_is_dropped_while_a_copy_cannot_be_opened(
    vault: Vault, path: Path, redactor: Redactor
) -> None:
    vault.keep(ONE, MESSAGE, redactor.redact(SAID).taken)
    first = keys(path)
    foreign = Fernet(Fernet.generate_key()).encrypt(b"[]").decode()
    vault.copies.reseal([replace(vault.copies.all()[0], sealed=foreign)])
    for _ in range(3):
        with pytest.raises(KeyLost):
            vault.renew_key()
    assert set(first) <= set(keys(path))


def test_the_keys_are_their_owner_s_alone_and_must_be_keys(path: Path) -> None:
    KeyFile(path).cipher()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    path.write_text("no key\n", "ascii")
    with pytest.raises(VaultUnavailable):
        KeyFile(path).cipher()


async def test_unmasking_is_recorded_before_anything_is_shown(
    vault: Vault, redactor: Redactor
) -> None:
    vault.keep(ONE, MESSAGE, redactor.redact(SAID).taken)
    chain = Kept()
    unmasking = Unmasking(vault, AuditRecorder(chain, lambda: AT))
    taken = await unmasking.unmask(ONE, MESSAGE, "agent:li", " 核对挂失 ")
    assert taken[1].value == PHONE
    (entry,) = chain.entries
    assert (entry.kind, entry.actor, entry.subject) == ("vault.unmasked", "agent:li", ONE)
    assert entry.data == {
        "message": MESSAGE,
        "kinds": ["name", "phone", "card"],
        "why": "核对挂失",
    }


async def test_without_a_reason_or_a_copy_nothing_is_shown_or_recorded(vault: Vault) -> None:
    chain = Kept()
    unmasking = Unmasking(vault, AuditRecorder(chain, lambda: AT))
    with pytest.raises(ValueError, match="reason"):
        await unmasking.unmask(ONE, MESSAGE, "agent:li", "  ")
    with pytest.raises(NothingKept):
        await unmasking.unmask(ONE, MESSAGE, "agent:li", "核对")
    assert chain.entries == []


def test_what_is_joined_with_a_secret_is_one() -> None:
    assert Redactor([Two()]).redact("0123456789") == Redacted("〔已隐去〕9", ("code",), ())
