"""What can go wrong with rights and holds.

ComplianceError
├── OnHold             a legal hold forbids to delete
├── AlreadyOnHold      somebody put a hold there before
├── NotOnHold          there is no legal hold to take off
├── NotSettled         a customer's matter is not over, so nothing of it can be deleted
└── RightsUnavailable  the store of legal holds does not answer
"""

from __future__ import annotations

from compliance.errors import ComplianceError
from conversation.errors import Unavailable


class OnHold(ComplianceError):
    """A legal hold forbids to delete this."""

    code = "on_hold"


class AlreadyOnHold(ComplianceError):
    """Somebody put a legal hold on this before, for another reason."""

    code = "already_on_hold"


class NotOnHold(ComplianceError):
    """There is no legal hold on this."""

    code = "not_on_hold"


class NotSettled(ComplianceError):
    """A conversation is open or not archived yet: close it, and try again in a minute."""

    code = "not_settled"


class RightsUnavailable(ComplianceError, Unavailable):
    """The store of legal holds does not answer."""

    code = "rights_unavailable"
