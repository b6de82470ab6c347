"""Every ticket page, registered with NiceGUI in the desk's process."""

from __future__ import annotations

from handoff.desk import tickets_detail, tickets_list, tickets_tasks
from handoff.desk.tickets import TicketParts


def register(tickets: TicketParts) -> None:
    """Register the pages; /tickets/tasks before /tickets/{number}. Once a process."""
    for page in (tickets_list, tickets_tasks, tickets_detail):
        page.register(tickets)
