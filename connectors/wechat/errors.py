"""What goes wrong between WeChat and us.

BadCallback            a call that did not come from WeChat, whatever is wrong with it
HoldLost               another replica delivers to this customer now
ApiError               WeChat did not do what it was asked
├── Unreachable        no answer, or a busy server: worth another try
│   ├── TokenRefused   the access token is not taken, not even a fresh one
│   └── DailyLimit     the account's calls of the day are used up (45009)
└── Undeliverable      not to this customer now: kept until the customer writes again
    ├── QuotaSpent     the messages that the customer's last deed allows are used up (45047)
    └── OutOfReach     the customer is silent for 48 hours or has left (45015)
"""

from __future__ import annotations

from connectors.errors import ConnectorError


class BadCallback(ConnectorError):
    """The call is refused; the answer never says why, so that nobody can learn from it."""

    code = "bad_callback"
    status = 403


class HoldLost(Exception):
    """Another replica delivers to this customer now."""


class ApiError(Exception):
    """WeChat refused a call; `number` is its errcode, 0 when there was none."""

    def __init__(self, number: int = 0) -> None:
        """Keep the number alone: WeChat's sentence may quote what was sent."""
        super().__init__(f"errcode {number}")
        self.number = number


class Unreachable(ApiError):
    """No usable answer."""


class TokenRefused(Unreachable):
    """The access token is not taken."""


class DailyLimit(Unreachable):
    """The account's calls of the day are used up."""


class Undeliverable(ApiError):
    """Nothing can be sent to this customer now."""


class QuotaSpent(Undeliverable):
    """The allowed messages are used up."""


class OutOfReach(Undeliverable):
    """The customer is silent for too long or has left."""


_TOKEN = frozenset({40001, 40014, 42001})
_KINDS: dict[int, type[ApiError]] = {
    **dict.fromkeys(_TOKEN, TokenRefused),
    -1: Unreachable,
    45009: DailyLimit,
    45011: Unreachable,
    45015: OutOfReach,
    45047: QuotaSpent,
    43004: OutOfReach,
}


def api_error(number: int) -> ApiError:
    """Return the error for an errcode."""
    return _KINDS.get(number, ApiError)(number)
