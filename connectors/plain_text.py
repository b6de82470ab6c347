"""How a message of the log reads in clients that show nothing but text and buttons."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from conversation.message import Kind, Message, Sender

DEFAULT = Path(__file__).parent / "data" / "plain_text.yml"


class PlainText(BaseModel):
    """Templates, kept as data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: date
    source: str
    notice: str
    source_line: str
    agent: str
    later: str

    @classmethod
    def load(cls, path: Path = DEFAULT) -> PlainText:
        """Read and validate the file; raises pydantic's ValidationError."""
        return cls.model_validate(yaml.safe_load(path.read_text("utf-8")))

    def of(self, message: Message) -> str:
        """Return the text: a notice under its title, an agent by name, sources below."""
        text = message.text
        if message.kind is Kind.NOTICE and message.notice:
            text = self.notice.format(title=message.notice.title, text=text)
        if message.sender is Sender.AGENT:
            text = self.agent.format(name=message.sender_name, text=text)
        sources = dict.fromkeys(source.source or source.title for source in message.sources)
        lines = [self.source_line.format(title=title) for title in sources]
        return "\n".join([text, *lines])
