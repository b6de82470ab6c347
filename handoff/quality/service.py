"""Everything staff can do with inspections, without any page."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from compliance.clock import utc_now
from conversation.archive import Archive, Archived, Period
from handoff.accounts import Account, Role
from handoff.quality.errors import QualityForbidden, UnknownInspection
from handoff.quality.inspection import Appeal, Inspection, Review
from handoff.quality.standard import Standard
from handoff.quality.store import InspectionStore
from handoff.tickets.audit import KeyedAudit


@dataclass(frozen=True, slots=True)
class QualityService:
    """Every method raises `Unavailable` when what is behind is down.

    Supervisors see every inspection, an agent those of their own. A deed is recorded before it
    is kept: what the trail refuses does not happen.
    """

    store: InspectionStore
    archive: Archive
    audit: KeyedAudit
    redact: Callable[[str], str]
    standard: Standard
    clock: Callable[[], datetime] = utc_now
    fell_short: Callable[[Inspection], Awaitable[object]] | None = None
    """Asks for a remedy, once, when people's word makes a score low."""

    async def find(self, account: Account, period: Period) -> list[Inspection]:
        """Return a period's inspections that the account may see, the last closed first."""
        if not account.may(Role.SUPERVISOR, Role.AGENT):
            raise QualityForbidden
        agent = None if account.may(Role.SUPERVISOR) else account.login
        return await asyncio.to_thread(lambda: self.store.find(period, agent=agent))

    async def get(self, account: Account, conversation: str) -> Inspection:
        """Return an inspection; raises `UnknownInspection`, `QualityForbidden`."""
        inspection = await asyncio.to_thread(self.store.get, conversation)
        if inspection is None:
            raise UnknownInspection
        if not (account.may(Role.SUPERVISOR) or _is_own(account, inspection)):
            raise QualityForbidden
        return inspection

    async def read(self, account: Account, conversation: str) -> Archived | None:
        """Return the conversation that was inspected; that it was read is recorded. As `get`."""
        await self.get(account, conversation)
        await self.audit.record("quality.read", account.login, conversation, {})
        return await asyncio.to_thread(self.archive.get, conversation)

    async def review(
        self,
        account: Account,
        conversation: str,
        note: str,
        overruled: Mapping[str, bool] | None = None,
    ) -> Inspection:
        """Note a supervisor's second look, items found otherwise included; not of one's own.

        Raises ValueError without a note, `QualityForbidden`, `QualityNotAllowed`.
        """
        self._supervises(account)
        inspection = await self.get(account, conversation)
        found = dict(overruled or {})
        review = Review(account.login, self.clock(), self._said(note), found)
        data = {"overruled": found}
        after = await self._put(account, "quality.review", inspection.reviewed(review), data)
        if self.fell_short and self.standard.is_low(after.score):
            await self.fell_short(after)
        return after

    async def appeal(
        self, account: Account, conversation: str, why: str, items: Sequence[str]
    ) -> Inspection:
        """Appeal, once, against items that were not passed; only for who was inspected.

        Raises ValueError without a reason, `AppealTooLate`, `QualityForbidden`,
        `QualityNotAllowed`.
        """
        inspection = await self.get(account, conversation)
        appeal = Appeal(account.login, self.clock(), self._said(why), tuple(items))
        after = inspection.appealed(appeal, self.standard.appeal.days)
        return await self._put(account, "quality.appeal", after, {"items": list(items)})

    async def decide(
        self, account: Account, conversation: str, reason: str, *, upheld: bool
    ) -> Inspection:
        """Decide an appeal; never the agent. Raises as `review`."""
        self._supervises(account)
        inspection = await self.get(account, conversation)
        after = inspection.decided(account.login, self.clock(), self._said(reason), upheld=upheld)
        return await self._put(account, "quality.decide", after, {"upheld": upheld})

    def _said(self, words: str) -> str:
        if not words.strip():
            raise ValueError("a reason is needed")
        return self.redact(words.strip())

    @staticmethod
    def _supervises(account: Account) -> None:
        if not account.may(Role.SUPERVISOR):
            raise QualityForbidden

    async def _put(
        self, account: Account, kind: str, after: Inspection, data: Mapping[str, object]
    ) -> Inspection:
        proved = {**data, "score": after.score, "version": after.version}
        key = f"{kind}:{after.version}:{account.login}"
        await self.audit.record(kind, account.login, after.conversation, proved, key=key)
        await asyncio.to_thread(self.store.put, after)
        return after


def _is_own(account: Account, inspection: Inspection) -> bool:
    return account.may(Role.AGENT) and inspection.agent == account.login
