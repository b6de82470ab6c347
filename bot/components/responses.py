"""Approved responses, word for word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

if TYPE_CHECKING:
    from rasa.shared.core.domain import Domain
    from rasa.utils.endpoints import EndpointConfig


class VerbatimResponses(TemplatedNaturalLanguageGenerator):  # type: ignore[misc]
    """Rasa's response generator without interpolation.

    Only approved text may reach a customer, so nothing that a customer typed (slots) is put
    into it. Named values such as `{{hotline}}` pass unharmed; the client fills them in.
    """

    def __init__(
        self,
        endpoint_config: EndpointConfig | None,  # noqa: ARG002 - Rasa passes it by name
        domain: Domain,
    ) -> None:
        """Take the responses of `domain`; there is no endpoint behind this generator."""
        super().__init__(domain.responses)

    def _fill_response(
        self,
        response: dict[str, Any],
        filled_slots: dict[str, Any] | None = None,  # noqa: ARG002 - the parent's signature
        **_: Any,
    ) -> dict[str, Any]:
        return response
