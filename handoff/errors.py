"""Everything that can go wrong at the desk.

HandoffError
├── BadContent         a data file of this room does not hold what it must
├── AtLimit            the agent already serves as many conversations as the account allows
├── NothingToClaim     nobody waits in the agent's groups, or somebody else was quicker
├── OnBreak            the agent takes nothing new at present
├── AgentAway          the colleague is not at the desk, or takes nothing from others
├── NotQualified       the group needs a qualification that the agent has not, or no longer
├── UnknownGroup       there is no such group of agents
├── NothingToRelease   the request was decided, or its conversation has left the agent
├── NoFiles            the customer's channel does not carry this file
├── NotAllowed         the account lacks the role
└── AccountError
    ├── LoginFailed    the login or the password is wrong, or the account is disabled
    ├── LockedOut      too many failures; try again later
    ├── WeakPassword   the password does not meet the policy
    ├── LoginTaken     an account with this login exists
    └── UnknownAccount there is no such account
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime


class HandoffError(Exception):
    """Base of every error of this package; the class docstring is the default message."""

    code: ClassVar[str] = "handoff_error"

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class docstring."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class BadContent(HandoffError):
    """A data file does not hold what it must."""

    code = "bad_content"


class AtLimit(HandoffError):
    """The agent already serves as many conversations as allowed."""

    code = "at_limit"


class NothingToClaim(HandoffError):
    """Nobody waits there any more."""

    code = "nothing_to_claim"


class OnBreak(HandoffError):
    """The agent takes nothing new at present."""

    code = "on_break"


class AgentAway(HandoffError):
    """The colleague is not at the desk, or takes nothing from others."""

    code = "agent_away"


class NotQualified(HandoffError):
    """The agent has no valid qualification for this group."""

    code = "not_qualified"


class UnknownGroup(HandoffError):
    """There is no such group of agents."""

    code = "unknown_group"


class NothingToRelease(HandoffError):
    """The request was decided already, or its conversation has left the agent."""

    code = "nothing_to_release"


class NoFiles(HandoffError):
    """The customer's channel carries no files."""

    code = "no_files"


class NotAllowed(HandoffError):
    """The account lacks the role that this needs."""

    code = "not_allowed"


class AccountError(HandoffError):
    """Something about an account."""

    code = "account_error"


class LoginFailed(AccountError):
    """The login or the password is wrong."""

    code = "login_failed"


class LockedOut(AccountError):
    """Too many failed attempts; try again later."""

    code = "locked_out"

    def __init__(self, until: datetime) -> None:
        """Carry when the next attempt is allowed."""
        super().__init__()
        self.until = until


class WeakPassword(AccountError):
    """The password does not meet the policy."""

    code = "weak_password"


class LoginTaken(AccountError):
    """An account with this login exists."""

    code = "login_taken"


class UnknownAccount(AccountError):
    """There is no such account."""

    code = "unknown_account"
