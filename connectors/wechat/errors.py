"""What goes wrong between WeChat and us.

BadCallback            a call that did not come from WeChat, whatever is wrong with it
HoldLost               another replica delivers to this customer now
ApiError               WeChat did not do what it was asked
├── Unreachable        no answer, or a busy server: worth another try
│   ├── TokenRefused   no token is given out, or not even a fresh one is taken
│   ├── NotPermitted   this server or account may not call: mended by the operator (40164, 48001)
│   └── DailyLimit     the account's calls of the day are used up (45009)
└── Undeliverable      not to this customer now: kept until the customer writes again
    ├── QuotaSpent     what the customer's last deed allows is used up (45047; kf: 95001)
    └── OutOfReach     silent for 48 hours or gone (45015; kf: 95002), or the session is not
                       with us (kf: 95013, 95018)
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


class NotPermitted(Unreachable):
    """The account lacks the right, or the server's address is not on its list."""


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
    **dict.fromkeys((40164, 48001, 48002, 60020), NotPermitted),
    **dict.fromkeys((95002, 95013, 95018), OutOfReach),
    -1: Unreachable,
    45009: DailyLimit,
    45011: Unreachable,
    45015: OutOfReach,
    45033: Unreachable,
    45047: QuotaSpent,
    95001: QuotaSpent,
    43004: OutOfReach,
}


def api_error(number: int) -> ApiError:
    """Return the error for an errcode."""
    return _KINDS.get(number, ApiError)(number)
