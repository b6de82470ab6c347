"""Everything that can go wrong in the bot's own code.

BotError
├── AnswersUnavailable   the knowledge base cannot be asked now; the turn fails and comes again
├── UnknownValue         an utterance names a value (`{{name}}`) that nobody has defined
└── TrainingFailed       Rasa did not make a model; carries the end of its output

What the core sees of all this is `conversation.errors.BotUnavailable`, raised by the client.
"""

from __future__ import annotations


class BotError(Exception):
    """Base of every error of this package; the class docstring is the default message."""

    def __init__(self, message: str | None = None) -> None:
        """Use `message`, or the first line of the class docstring."""
        super().__init__(message or (type(self).__doc__ or "").splitlines()[0])


class AnswersUnavailable(BotError):
    """The knowledge base does not answer."""


class UnknownValue(BotError):
    """An utterance names a value that is not defined."""


class TrainingFailed(BotError):
    """Rasa did not make a model."""
