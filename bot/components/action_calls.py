"""Calls of the action server: checked at a tenth of the cost, and never waited for too long."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema.validators import validator_for
from rasa.core.actions.action import RemoteAction
from rasa.utils import endpoints

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_PATIENCE = 8
"""Seconds: less than the worker's patience with Rasa, so that Rasa's own words arrive in time."""


def check_schema_once() -> None:
    """Make Rasa check its response schema once instead of at every action call.

    `RemoteAction` calls `jsonschema.validate`, which first validates the schema, a constant,
    against the meta-schema: 20 of a turn's 30 ms (measured). The answer itself is checked as
    before.
    """
    RemoteAction._validate_action_result = _validate  # noqa: SLF001 - see above


def wait_briefly() -> None:
    """Give up an action server that does not answer.

    Rasa waits five minutes, in which the conversation stays locked: a server that hung for a
    moment would cost the customer all of their tries.
    """
    endpoints.DEFAULT_REQUEST_TIMEOUT = _PATIENCE


def _validate(action: RemoteAction, result: dict[str, Any]) -> bool:  # noqa: ARG001
    _validator().validate(result)
    return True


@cache
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)
