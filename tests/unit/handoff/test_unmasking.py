"""Masked values at the desk: by right, in one's own conversation, for a reason, recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from compliance.recorder import AuditRecorder
from compliance.redaction import Redactor
from compliance.vault.errors import NothingKept
from compliance.vault.key_file import KeyFile
from compliance.vault.memory_copies import MemoryCopies
from compliance.vault.unmasking import Unmasking
from compliance.vault.vault import Vault
from conversation.errors import OwnerChanged
from handoff.accounts import Role
from handoff.errors import NotAllowed
from handoff.unmasking import DeskUnmasking, Masked, may_unmask
from tests.unit.compliance.test_recorder import Kept
from tests.unit.handoff.room import GU, LIN, ZHOU, Room

MESSAGE, PHONE, CARD = "1762000000000-0", "13800138000", "6222020200112230"
YU = replace(ZHOU, login="yu", name="于洋", roles=frozenset({Role.AGENT, Role.UNMASK}))


class Case:
    """A conversation that 于洋 serves, with a telephone kept sealed."""

    def __init__(self, folder: Path) -> None:
        """Start with an empty room and an empty vault."""
        self.room = Room()
        self.chain = Kept()
        self.vault = Vault(MemoryCopies(), KeyFile(folder / "vault.keys"))
        unmasking = Unmasking(self.vault, AuditRecorder(self.chain))
        self.desk = DeskUnmasking(self.room.desk, unmasking)
        self.id = ""

    async def served(self) -> None:
        """Let 于洋 take the conversation."""
        await self.room.waits("a")
        self.id = (await self.room.desk.claim(YU)).id
        self.vault.keep(self.id, MESSAGE, Redactor.load().redact(f"手机{PHONE}").taken)


@pytest.fixture
async def case(tmp_path: Path) -> Case:
    """Return a case."""
    case = Case(tmp_path)
    await case.served()
    return case


async def test_what_could_be_shown_is_listed_by_kind(case: Case) -> None:
    assert await case.desk.masked(YU, case.id) == [Masked(MESSAGE, ("phone",))]
    assert case.chain.entries == []


async def test_a_value_is_shown_and_recorded_with_a_masked_reason(case: Case) -> None:
    (taken,) = await case.desk.show(YU, case.id, MESSAGE, f" 核对 {CARD} ")
    assert (taken.kind, taken.value) == ("phone", PHONE)
    (entry,) = case.chain.entries
    assert (entry.kind, entry.actor, entry.subject) == ("vault.unmasked", "yu", case.id)
    assert entry.data == {"message": MESSAGE, "kinds": ["phone"], "why": "核对 6222****2230"}


@pytest.mark.parametrize("role", set(Role) - {Role.UNMASK})
async def test_no_other_role_includes_the_right(case: Case, role: Role) -> None:
    account = replace(YU, roles=frozenset({role}))
    assert not may_unmask(account)
    with pytest.raises(NotAllowed):
        await case.desk.masked(account, case.id)
    with pytest.raises(NotAllowed):
        await case.desk.show(account, case.id, MESSAGE, "核对")
    assert case.chain.entries == []


async def test_somebody_else_s_conversation_stays_masked(case: Case) -> None:
    for account in (LIN, GU):
        curious = replace(account, roles=account.roles | {Role.UNMASK})
        with pytest.raises(OwnerChanged):
            await case.desk.show(curious, case.id, MESSAGE, "核对")
    assert case.chain.entries == []


async def test_a_disabled_account_has_no_right(case: Case) -> None:
    with pytest.raises(NotAllowed):
        await case.desk.show(replace(YU, disabled=True), case.id, MESSAGE, "核对")


async def test_nothing_is_shown_without_a_reason_or_a_copy(case: Case) -> None:
    with pytest.raises(ValueError, match="reason"):
        await case.desk.show(YU, case.id, MESSAGE, "  ")
    with pytest.raises(NothingKept):
        await case.desk.show(YU, case.id, "1762000000001-0", "核对")
    assert case.chain.entries == []
