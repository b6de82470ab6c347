"""The encoder tuned on the labelled examples: of what customers want, of what nobody may say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from compliance.wording import Judge, Wording
from language import heads
from language.encoder import QUERY, Encoder
from language.spellings import legible
from yinqiao.settings import ROOT, Settings

INTENT, WORDING = "intent", "wording"
CLEAN = "clean"
"""The class of sentences that break no rule of wording."""
_DATA = ROOT / "nlu_data" / "nlu"
_ENTITY = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


def labelled_examples(data: Path = _DATA) -> list[tuple[str, str, str]]:
    """Return (text as it will be asked about, task, class) of every example of both tasks."""
    wording = Wording.load()
    judged = [
        (wording.plain(example.text), WORDING, example.rule or CLEAN)
        for example in wording.examples
    ]
    return [*_intents(data), *(row for row in judged if row[0])]


def _intents(data: Path) -> Iterator[tuple[str, str, str]]:
    for file in sorted(data.glob("*.yml")):
        for group in yaml.safe_load(file.read_text("utf-8"))["nlu"]:
            for line in group["examples"].splitlines() if "intent" in group else []:
                text = _ENTITY.sub(r"\1", line.removeprefix("-")).strip()
                yield legible(text), INTENT, group["intent"]


def wording_judge(settings: Settings) -> Judge | None:
    """Return what the tuned encoder says of a sentence, or None before set-up has made it."""
    head = heads.load(settings.tuned_encoder_dir, WORDING)
    if head is None:
        return None
    encoder = Encoder.load(settings.tuned_encoder_dir)
    clean = head.classes.index(CLEAN)

    def judge(sentence: str) -> float:
        return 1.0 - float(head.probabilities(encoder.encode([QUERY + sentence]))[0, clean])

    return judge
