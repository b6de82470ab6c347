"""Fine-tuning the sentence encoder on groups of sentences that mean the same.

Build time only: needs torch and sentence-transformers. The lower layers of the network stay as they
are, so their output is computed once for each sentence; the upper layers learn, in batches of
neighbouring groups, to bring sentences of one group together and apart from the others (the
multiple negatives ranking loss of Henderson et al. 2017, in both directions, with the groups that
the untuned encoder confuses most as each other's negatives).
"""

from __future__ import annotations

import copy
import itertools
import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from language.encoder import QUERY, TOKENIZER
from language.encoder_build import write_encoder
from language.tuning_job import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Numbers = NDArray[np.int64]

ENCODE_BATCH = 256
DROPOUT = 0.05
LONGEST = 128
"""Tokens read of a sentence."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to tune; the defaults are measured in docs/decisions/0009-retrieval.md."""

    epochs: int = 9
    most_steps: int = 600
    """Whatever the epochs, on the whole of a corpus: more steps find more, but cost minutes."""
    groups: int = 32
    """Groups in a batch; each gives two of its sentences."""
    family: int = 4
    """Groups of a batch come in families: one drawn at random, and its nearest neighbours."""
    layers: int = 4
    """Upper layers that learn."""
    rate: float = 2e-4
    warm_up: float = 0.1
    scale: float = 20.0
    """Inverse temperature of the loss."""
    seed: int = 20260101

    def steps(self, sentences: int, of: int) -> int:
        """Return the number of batches for so many sentences of a corpus of so many.

        A part of a corpus is seen as often as the whole of it would be.
        """
        epochs = min(self.epochs, 2 * self.groups * self.most_steps / of)
        return math.ceil(epochs * sentences / (2 * self.groups))


class Tuner:
    """Sentences with the frozen half's output for each; tunes copies of the upper half on them."""

    def __init__(self, folder: Path, texts: Sequence[str], layers: int) -> None:
        """Load the SentenceTransformer in `folder` and run its lower half over `texts`."""
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - build time only
        from transformers.utils import logging  # noqa: PLC0415 - as above

        logging.disable_progress_bar()
        self._folder = folder
        self._model: Any = SentenceTransformer(str(folder), device="cpu")
        words = self._model[0].auto_model.eval()
        self._keep = len(words.encoder.layer) - layers
        self._states = self._lower(words, texts)
        upper = copy.deepcopy(words.encoder)
        upper.layer = upper.layer[self._keep :]
        self.upper = upper
        self.base = self.encode(upper)

    def tune(
        self, rows: Numbers, owner: Numbers, recipe: Recipe, progress: Callable[[str], None]
    ) -> Any:
        """Return a copy of the upper half, tuned on the sentences `rows` of groups `owner`."""
        upper = learning(self.upper)
        torch.manual_seed(recipe.seed)
        optimiser = torch.optim.AdamW(upper.parameters(), lr=recipe.rate, weight_decay=0.01)
        steps = recipe.steps(len(rows), int((owner >= 0).sum()))
        schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, ramp(steps, recipe.warm_up))
        batches = _batches(rows, owner, self.base, recipe)
        for step, (left, right) in enumerate(itertools.islice(batches, steps), 1):
            with fast():
                vectors = self.run(upper, np.concatenate([left, right])).float()
            scores = recipe.scale * vectors[: len(left)] @ vectors[len(left) :].T
            target = torch.arange(len(left))
            entropy = torch.nn.functional.cross_entropy
            loss = (entropy(scores, target) + entropy(scores.T, target)) / 2
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            progress(f"tuning: step {step} of {steps}, loss {loss.item():.3f}")
        return upper.eval()

    @property
    def sizes(self) -> Numbers:
        """Return the number of tokens of each sentence."""
        return np.array([len(states) for states in self._states])

    def encode(self, upper: Any) -> Vectors:
        """Return the unit vectors (len(texts), dimension) of all sentences."""
        order = sorted(range(len(self._states)), key=lambda row: len(self._states[row]))
        out = np.empty((len(order), self._states[0].shape[1]), dtype=np.float32)
        with torch.inference_mode(), fast():
            for start in range(0, len(order), ENCODE_BATCH):
                rows = np.array(order[start : start + ENCODE_BATCH])
                out[rows] = self.run(upper, rows).float().numpy()
        return out

    def save(self, upper: Any, folder: Path) -> None:
        """Write the encoder that returns the untuned and the tuned vector, side by side."""
        folder.mkdir()
        tokenizer = self._folder / TOKENIZER
        write_encoder(self._model, tokenizer, folder, {"source": "fine-tuning"}, twin=upper)

    def _lower(self, words: Any, texts: Sequence[str]) -> list[torch.Tensor]:
        lower = copy.deepcopy(words.encoder)
        lower.layer = lower.layer[: self._keep]
        tokenizer = self._model.tokenizer
        ids = tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]
        order = sorted(range(len(ids)), key=lambda row: len(ids[row]))
        states: list[Any] = [None] * len(ids)
        with torch.inference_mode(), fast():
            for start in range(0, len(order), ENCODE_BATCH):
                rows = order[start : start + ENCODE_BATCH]
                sizes = [len(ids[row]) for row in rows]
                padded = torch.zeros(len(rows), max(sizes), dtype=torch.long)
                for place, row in enumerate(rows):
                    padded[place, : sizes[place]] = torch.tensor(ids[row])
                hidden = lower(words.embeddings(input_ids=padded), attention_mask=_mask(sizes))
                for place, row in enumerate(rows):
                    states[row] = hidden.last_hidden_state[place, : sizes[place]].half().clone()
        return states

    def run(self, upper: Any, rows: Numbers) -> torch.Tensor:
        """Return the unit vectors (len(rows), dimension) of some sentences."""
        states = [self._states[row] for row in rows]
        sizes = [len(state) for state in states]
        padded = torch.nn.utils.rnn.pad_sequence(states, batch_first=True).float()
        hidden = upper(padded, attention_mask=_mask(sizes)).last_hidden_state
        present = (torch.arange(max(sizes))[None, :] < torch.tensor(sizes)[:, None]).unsqueeze(2)
        pooled = (hidden.float() * present).sum(dim=1) / torch.tensor(sizes)[:, None]
        return torch.nn.functional.normalize(pooled, dim=1)


def learning(upper: Any) -> Any:
    """Return a copy of an upper half, ready to learn."""
    upper = copy.deepcopy(upper).train()
    for module in upper.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = DROPOUT
    return upper


def fast() -> Any:
    """Compute products in bfloat16 where the processor can: three times as fast."""
    able = torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 -- there is no public name for it
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=able)


def _mask(sizes: Sequence[int]) -> torch.Tensor:
    """Return the additive attention mask (B, 1, 1, T) of sentences with so many tokens."""
    present = torch.arange(max(sizes))[None, :] < torch.tensor(sizes)[:, None]
    return torch.where(present, 0.0, torch.finfo(torch.float32).min)[:, None, None, :]


def ramp(steps: int, warm_up: float) -> Callable[[int], float]:
    """Return the rate's share at each step: up over the warm-up, then down to nothing."""
    warm = max(1, int(steps * warm_up))
    return lambda step: min((step + 1) / warm, (steps - step) / max(1, steps - warm))


def _batches(
    rows: Numbers, owner: Numbers, vectors: Vectors, recipe: Recipe
) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield without end the rows of two sentences of each of `recipe.groups` groups."""
    draw = np.random.default_rng(recipe.seed)
    members = {int(g): rows[owner[rows] == g] for g in np.unique(owner[rows])}
    members = {g: own for g, own in members.items() if len(own) > 1}
    names = np.array(sorted(members))
    centres = np.stack([vectors[members[int(g)]].mean(axis=0) for g in names])
    centres -= centres.mean(axis=0)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    near = np.argsort(-(centres @ centres.T), axis=1)[:, : 2 * recipe.family]
    size = min(recipe.groups, len(names))
    while True:
        chosen: dict[int, None] = {}
        for seed in draw.permutation(len(names)):
            family = [seed, *draw.permutation(near[seed][1:])[: recipe.family - 1]]
            chosen.update(dict.fromkeys(int(place) for place in family))
            if len(chosen) >= size:
                break
        pairs = [
            draw.choice(members[int(names[place])], 2, replace=False)
            for place in list(chosen)[:size]
        ]
        left, right = np.array(pairs).T
        yield left, right


def run(source: Path, folder: Path, recipe: Recipe, progress: Callable[[str], None]) -> None:
    """Do the job in `folder` on the SentenceTransformer `source`.

    Writes `part_<k>.npy`, the vectors (n, D) of all sentences by helper k, which is tuned without
    part k and without the groups it is spared, and `encoder/`, the untuned and the one tuned on
    everything in one, as `language.encoder` loads it.
    """
    job = Job.read(folder)
    tuner = Tuner(source, [QUERY + text for text in job.texts], recipe.layers)
    grouped = job.groups >= 0
    for part in range(int(job.parts.max()) + 1):
        rows = np.flatnonzero(grouped & (job.parts != part) & (job.spared != part))
        upper = tuner.tune(rows, job.groups, recipe, progress)
        np.save(folder / f"part_{part}.npy", tuner.encode(upper))
    upper = tuner.tune(np.flatnonzero(grouped), job.groups, recipe, progress)
    tuner.save(upper, folder / "encoder")


def main(source: str, folder: str) -> None:
    """Run a job, saying how far it is on standard output."""
    run(Path(source), Path(folder), Recipe(), lambda line: print(line, flush=True))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
