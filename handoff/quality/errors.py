"""What can go wrong with an inspection.

HandoffError
└── QualityError
    ├── UnknownInspection     there is none of this conversation
    ├── InspectionChanged     somebody else was quicker; read it again
    └── QualityRefused        it may not be done now, or not by this person; nothing was changed
        ├── QualityForbidden  the account may not, or is the one who was inspected
        ├── QualityNotAllowed the inspection's state does not allow it
        └── AppealTooLate     the days for an appeal have passed

`QualityUnavailable` says that the records' database does not answer.
"""

from __future__ import annotations

from conversation.errors import Unavailable
from handoff.errors import HandoffError


class QualityError(HandoffError):
    """Something about an inspection."""

    code = "quality_error"


class UnknownInspection(QualityError):
    """There is no inspection of this conversation."""

    code = "unknown_inspection"


class InspectionChanged(QualityError):
    """Somebody else changed it in the meantime."""

    code = "inspection_changed"


class QualityRefused(QualityError):
    """This may not be done with the inspection."""

    code = "quality_refused"


class QualityForbidden(QualityRefused):
    """The account may not do this, or not with an inspection of its own."""

    code = "quality_forbidden"


class QualityNotAllowed(QualityRefused):
    """The inspection's state does not allow this."""

    code = "quality_not_allowed"


class AppealTooLate(QualityRefused):
    """The days for an appeal have passed."""

    code = "appeal_too_late"


class QualityUnavailable(QualityError, Unavailable):
    """The inspections' database does not answer."""

    code = "quality_unavailable"
