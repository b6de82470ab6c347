"""Everything staff can do with tasks, and what a customer's answer to the survey leads to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from compliance.clock import utc_now
from conversation.conversation import split_id
from handoff.accounts import Account, Role
from handoff.tickets.audit import KeyedAudit
from handoff.tickets.errors import Forbidden, UnknownTicket
from handoff.tickets.events import SYSTEM
from handoff.tickets.rules import Rules
from handoff.tickets.surveys import Survey, SurveyStore
from handoff.tickets.tasks import Task, TaskKind, TaskState, TaskStore


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Tasks and surveys. Every method raises `Unavailable` when what is behind is down.

    A deed is recorded before it is kept: what the trail refuses does not happen.
    """

    tasks: TaskStore
    surveys: SurveyStore
    audit: KeyedAudit
    redact: Callable[[str], str]
    rules: Rules
    clock: Callable[[], datetime] = utc_now
    served_by: Callable[[str], str] = lambda _: ""
    """Who served a conversation, to whom an improvement belongs; blocking, "" for nobody."""

    async def open(  # noqa: PLR0913 - a task's own fields
        self,
        kind: TaskKind,
        subject: str,
        what: str,
        due: datetime,
        *,
        by: str = SYSTEM,
        owner: str = "",
        customer_key: str = "",
        origin: str = "",
    ) -> Task:
        """Ask for something, once for an origin; raises ValueError without `what`."""
        if not what.strip():
            raise ValueError("what has to be done is needed")
        identifier = uuid.uuid4().hex
        task = Task(
            identifier,
            kind,
            origin or identifier,
            subject,
            self.redact(what.strip()),
            due,
            by,
            self.clock(),
            customer_key,
            owner,
        )
        data = {"kind": kind.value, "owner": owner, "due": due.isoformat()}
        await self.audit.record("task.open", by, subject, data, key=f"task:{task.origin}")
        return await asyncio.to_thread(self.tasks.add, task)

    async def callbacks(self) -> list[Task]:
        """Return whom to call back, the soonest due first."""
        pending = await self.pending()
        return [task for task in pending if task.kind is TaskKind.CALLBACK]

    async def pending(self) -> list[Task]:
        """Return what is not over, the soonest due first."""
        states = (TaskState.OPEN, TaskState.DONE)
        found = await asyncio.to_thread(self.tasks.find, states)
        return [task for task in found if not task.over]

    async def give(self, account: Account, identifier: str, owner: Account) -> Task:
        """Give a task to somebody; an agent may only take what nobody has."""
        task = await self._get(identifier)
        mine = owner.login == account.login and not task.owner
        if not (account.may(Role.SUPERVISOR) or (mine and account.may(Role.AGENT))):
            raise Forbidden
        return await self._put(account.login, "task.give", task.given(owner.login))

    async def done(self, account: Account, identifier: str, result: str) -> Task:
        """Note what came of a task of one's own; a supervisor may for everybody."""
        task = await self._get(identifier)
        if account.login != task.owner and not account.may(Role.SUPERVISOR):
            raise Forbidden
        return await self._put(
            account.login, "task.done", task.done(account.login, self.redact(result))
        )

    async def verify(self, account: Account, identifier: str, *, holds: bool) -> Task:
        """Verify an improvement or a finding; raises `SamePerson` for who did it."""
        if not account.may(Role.SUPERVISOR):
            raise Forbidden
        task = (await self._get(identifier)).verified(account.login, holds=holds)
        return await self._put(account.login, "task.verified" if holds else "task.reopened", task)

    async def rate(self, conversation: str, score: int, comment: str = "") -> Survey:
        """Keep a customer's answer: the first score, and the first comment, which may follow it.

        A low score asks for an improvement. Raises ValueError for a score that is none. Safe to
        repeat.
        """
        key, _ = split_id(conversation)
        fresh = Survey(conversation, key, score, self.redact(comment.strip()), self.clock())
        kept = await asyncio.to_thread(self.surveys.put, fresh)
        data = {"score": kept.score}
        await self.audit.record("survey.answered", "customer", conversation, data, key="survey")
        if kept.score <= self.rules.survey.low:
            await self._improve(kept)
        return kept

    async def comment(self, conversation: str, comment: str) -> None:
        """Add a comment to a score; nothing for a conversation without one. Safe to repeat."""
        key, _ = split_id(conversation)
        held = await asyncio.to_thread(self.surveys.of_customer, key)
        for survey in held:
            if survey.conversation == conversation:
                await self.rate(conversation, survey.score, comment)

    async def _improve(self, survey: Survey) -> None:
        """Ask for an improvement, once; a comment that comes later is added to it."""
        what = "：".join(filter(None, (f"{survey.score} 分", survey.comment)))
        owner = await asyncio.to_thread(self.served_by, survey.conversation)
        task = await self.open(
            TaskKind.IMPROVEMENT,
            survey.conversation,
            what,
            survey.at + timedelta(days=self.rules.survey.improve_days),
            owner=owner,
            customer_key=survey.customer_key,
            origin=f"survey:{survey.conversation}",
        )
        if task.what != what and task.state is TaskState.OPEN:
            await self._put(SYSTEM, "task.described", task.described(what))

    async def call_back(self, conversation: str, words: str, at: datetime, origin: str) -> Task:
        """Ask for a call to whoever left a message, once for an origin."""
        days = self.rules.callback.within_days
        return await self.open(
            TaskKind.CALLBACK,
            conversation,
            words,
            at + timedelta(days=days),
            customer_key=split_id(conversation)[0],
            origin=origin,
        )

    async def _get(self, identifier: str) -> Task:
        task = await asyncio.to_thread(self.tasks.get, identifier)
        if task is None:
            raise UnknownTicket
        return task

    async def _put(self, by: str, kind: str, task: Task) -> Task:
        data = {"task": task.id, "owner": task.owner, "state": task.state.value}
        key = f"task:{task.id}:{task.version}:{by}"
        await self.audit.record(kind, by, task.subject, data, key=key)
        await asyncio.to_thread(self.tasks.put, task)
        return task
