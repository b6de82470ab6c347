"""What can go wrong in this room.

ComplianceError
├── DataFileError      a content file is missing or not of its shape
├── UnknownCategory    a draft names a product category that no file describes
├── NoNotice           a category has no notice that is in force
└── AuditUnavailable   the audit store does not answer; nothing is known to be stored

Wording that may not leave the system is `conversation.errors.Blocked`, as the gate's port says.
"""

from __future__ import annotations

from typing import ClassVar

from conversation.errors import Unavailable


class ComplianceError(Exception):
    """Base of every error of this room; the class docstring is the default message."""

    code: ClassVar[str] = "compliance_error"

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class docstring."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class DataFileError(ComplianceError):
    """A content file is missing or not of its shape."""

    code = "data_file_error"


class UnknownCategory(ComplianceError):
    """There is no such product category."""

    code = "unknown_category"


class NoNotice(ComplianceError):
    """No notice is in force for this product category."""

    code = "no_notice"


class AuditUnavailable(ComplianceError, Unavailable):
    """The audit store does not answer."""

    code = "audit_unavailable"
