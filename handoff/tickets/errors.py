"""What can go wrong with a ticket.

HandoffError
└── TicketError
    ├── UnknownTicket       there is no such ticket, or task
    ├── TicketChanged       somebody else was quicker; read it again
    └── TicketRefused       it may not be done now, or not by this person; nothing was changed
        ├── Forbidden       the account may not do this with tickets
        ├── Interested      the person is the one complained about
        ├── NotAllowed      the ticket's state does not allow it
        ├── SamePerson      whoever asked, or did, it may not approve it
        ├── TooLate         the deadline has passed
        ├── Incomplete      a reply lacks required parts
        └── CannotMerge     not the same customer's, or not an earlier open ticket

`TicketsUnavailable` says that the records' database does not answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from conversation.errors import Unavailable
from handoff.errors import HandoffError


class TicketError(HandoffError):
    """Something about a ticket."""

    code = "ticket_error"


class UnknownTicket(TicketError):
    """There is no such ticket."""

    code = "unknown_ticket"


class TicketChanged(TicketError):
    """Somebody else changed it in the meantime."""

    code = "ticket_changed"


class TicketRefused(TicketError):
    """This may not be done with the ticket."""

    code = "ticket_refused"


class Forbidden(TicketRefused):
    """The account may not do this with tickets."""

    code = "forbidden"


class Interested(TicketRefused):
    """Nobody handles a complaint about themselves."""

    code = "interested"


class NotAllowed(TicketRefused):
    """The ticket's state does not allow this."""

    code = "not_allowed"


class SamePerson(TicketRefused):
    """Another person has to approve this."""

    code = "same_person"


class TooLate(TicketRefused):
    """The deadline has passed."""

    code = "too_late"


class Incomplete(TicketRefused):
    """The reply lacks required parts."""

    code = "incomplete"

    def __init__(self, missing: Sequence[str]) -> None:
        """Carry the ids of the parts that are missing or too short."""
        super().__init__()
        self.missing = tuple(missing)


class CannotMerge(TicketRefused):
    """A ticket merges only into an earlier open one of the same customer."""

    code = "cannot_merge"


class TicketsUnavailable(TicketError, Unavailable):
    """The tickets' database does not answer."""

    code = "tickets_unavailable"
