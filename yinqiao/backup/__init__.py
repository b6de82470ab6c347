"""Backup and restore: the live store and the records of an installation in one file.

The live store is written first, as of one moment, and the records after it, as of a later one.
What moves, moves from the store to the records (audit entries, tickets, the archive), and every
such step may be repeated: so what had moved in between is in both, and is recognised. The other
way round it would be in neither. `docs/decisions/0029-backup.md` has the whole reason.
"""
