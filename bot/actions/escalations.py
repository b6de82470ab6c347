"""Why a person is called, by what the customer wants, and what is said with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from bot.actions.utterances import Key
from conversation.conversation import Reason
from conversation.turn import Route


@dataclass(frozen=True, slots=True)
class Escalation:
    """A call for a person: its reason, the route it is counted under, the utterances."""

    reason: Reason
    route: Route
    says: tuple[Key, ...]

    def of_elderly(self) -> Self:
        """Return it for who reads large text: as urgent as for who says to need help."""
        ordinary = self.reason in {Reason.HUMAN, Reason.BOT_UNABLE}
        return replace(self, reason=Reason.ELDERLY) if ordinary else self


HUMAN = Escalation(Reason.HUMAN, Route.HUMAN, (Key.ESCALATE_HUMAN,))
ANGRY = Escalation(Reason.HUMAN, Route.HUMAN, (Key.ESCALATE_ANGRY,))
BOT_UNABLE = Escalation(Reason.BOT_UNABLE, Route.HUMAN, (Key.ESCALATE_BOT_UNABLE,))
# A person who is being defrauded must read the warning before anything else.
_BY_INTENT = {
    "fraud": Escalation(Reason.FRAUD, Route.FRAUD, (Key.FRAUD_WARNING, Key.ESCALATE_FRAUD)),
    "complaint": Escalation(Reason.COMPLAINT, Route.COMPLAINT, (Key.ESCALATE_COMPLAINT,)),
    "complaint_followup": Escalation(
        Reason.COMPLAINT, Route.COMPLAINT, (Key.ESCALATE_COMPLAINT_FOLLOWUP,)
    ),
    "transaction": Escalation(Reason.TRANSACTION, Route.TRANSACTION, (Key.ESCALATE_TRANSACTION,)),
    "elderly_help": Escalation(Reason.ELDERLY, Route.HUMAN, (Key.ESCALATE_ELDERLY,)),
    "human_request": HUMAN,
}


def escalation_of(intent: str) -> Escalation:
    """Return the call for a person with this intent."""
    return _BY_INTENT.get(intent, HUMAN)
