"""What every page of the desk works with."""

from __future__ import annotations

from dataclasses import dataclass, field

from handoff.assist import Assist
from handoff.attachments import Attachments
from handoff.backdrop import Backdrops
from handoff.canned import CannedReplies
from handoff.desk.board import Board
from handoff.desk.metrics import Metrics
from handoff.desk.sessions import Sessions
from handoff.desk.settings import DeskSettings
from handoff.labels import Labels
from handoff.lookback import Lookback
from handoff.proposals import Proposals
from handoff.pushing import Pushing
from handoff.releases import Releases
from handoff.service import DeskService
from handoff.service_levels import ServiceLevels
from handoff.supervision import Supervision
from handoff.transfers import Transfers
from handoff.unmasking import DeskUnmasking


@dataclass(frozen=True, slots=True)
class Parts:
    """One per app. `drafts` keeps what an agent began to write, by (login, conversation)."""

    service: DeskService
    sessions: Sessions
    board: Board
    settings: DeskSettings
    labels: Labels
    metrics: Metrics
    levels: ServiceLevels
    supervision: Supervision
    replies: CannedReplies
    proposals: Proposals | None = None
    assist: Assist | None = None
    releases: Releases | None = None
    attachments: Attachments | None = None
    backdrops: Backdrops | None = None
    unmasking: DeskUnmasking | None = None
    drafts: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def pushing(self) -> Pushing:
        """What becomes of offers."""
        return Pushing(self.service)

    @property
    def lookback(self) -> Lookback | None:
        """Earlier conversations; None where nothing is known beyond the present one."""
        return Lookback(self.service, self.backdrops) if self.backdrops else None

    @property
    def transfers(self) -> Transfers:
        """What an agent does with regard to colleagues."""
        return Transfers(self.service)
