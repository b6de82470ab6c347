"""Everything that is kept about customers, tied to `compliance.rights`: a holder for each keeper.

A new keeper (tickets, surveys) gives a `Holder` and is added to the list in `room.holders_of`.
"""
