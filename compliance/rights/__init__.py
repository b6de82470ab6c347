"""What the institution holds about a customer: given out, deleted on request, ended in time.

Every room that keeps something about customers gives it as a `Holder`; rights and purge know no
other way to it. The law's terms and legal holds come before any wish to delete.
"""
