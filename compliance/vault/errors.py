"""What can go wrong with encrypted copies.

ComplianceError
├── VaultOff          this installation keeps no encrypted copies
├── NothingKept       no copy of a message's values is kept
├── KeyLost           a copy was sealed with a key that is gone, or is not the one it says to be
└── VaultUnavailable  the store of the copies or its keys do not answer
"""

from __future__ import annotations

from compliance.errors import ComplianceError
from conversation.errors import Unavailable


class VaultOff(ComplianceError):
    """This installation keeps no encrypted copies of masked values."""

    code = "vault_off"


class NothingKept(ComplianceError):
    """No encrypted copy is kept for this message."""

    code = "nothing_kept"


class KeyLost(ComplianceError):
    """An encrypted copy cannot be read with the keys that are there."""

    code = "key_lost"


class VaultUnavailable(ComplianceError, Unavailable):
    """The store of encrypted copies does not answer."""

    code = "vault_unavailable"
