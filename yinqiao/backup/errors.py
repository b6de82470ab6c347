"""What can go wrong with a backup.

BackupError
├── NotABackup     no backup of ours, or damaged
├── TooNew         written by a later version
├── StillRunning   a process of the system runs
├── NotEmpty       something is there already
├── ChainBroken    the audit chain of what was restored does not hold
└── StoreFailed    the live store did not start, answer, or take part
"""

from __future__ import annotations


class BackupError(Exception):
    """The backup or the restore was not done; the docstring is the default message."""

    def __str__(self) -> str:
        """Return the message."""
        return ": ".join([(self.__doc__ or "").rstrip("."), *map(str, self.args)])


class NotABackup(BackupError):
    """The file is no backup, or it is damaged."""


class TooNew(BackupError):
    """The backup was written by a later version of Yinqiao; install that version first."""


class StillRunning(BackupError):
    """Stop the system first (`yinqiao up` by Ctrl-C, or its services); this still answers."""


class NotEmpty(BackupError):
    """Only an empty place is restored into; move away or empty what is there."""


class ChainBroken(BackupError):
    """The records were restored, but their audit chain is broken."""


class StoreFailed(BackupError):
    """The live store did not do its part."""


class RecordsFailed(BackupError):
    """The records did not do their part."""
