"""Both environments read a customer's sentence alike."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
RASA_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
READ = """
import json, sys
from pathlib import Path
from language import segment
from language.encoder import Encoder
from language.lexicon import Lexicon
from language.normalise import compact, normalise, normalise_aligned
from language.segment import Segmenter
job = json.load(sys.stdin)
encoder = Encoder.load(job["encoder"])
lexicon = Lexicon.load()
segmenter = Segmenter(cache_dir=Path(job["cache"]))
texts = job["texts"]
json.dump({
    "aligned": [normalise_aligned(text) for text in texts],
    "compact": [compact(text) for text in texts],
    "words": [segmenter.words(normalise(text)) for text in texts],
    "matches": [match and [match.reason, match.text] for match in map(lexicon.match, texts)],
    "fingerprint": encoder.fingerprint,
    "vectors": encoder.encode(texts).tolist(),
}, sys.stdout)
"""


@pytest.mark.skipif(not RASA_PYTHON.exists(), reason="Rasa's environment is not installed")
def test_both_environments_read_alike(
    encoder_path: Path, sentences: list[str], tmp_path: Path
) -> None:
    texts = [*sentences[:60], "理財產品Ａ\u200b", "轉 人 工", "我被骗了两万"]
    job = {"encoder": str(encoder_path), "cache": str(tmp_path), "texts": texts}

    def read(python: str) -> dict[str, object]:
        done = subprocess.run(
            [python, "-c", READ],
            cwd=ROOT,
            input=json.dumps(job),
            capture_output=True,
            text=True,
            check=True,
        )
        answer: dict[str, object] = json.loads(done.stdout)
        return answer

    ours, theirs = read(sys.executable), read(str(RASA_PYTHON))
    cosines = (np.array(ours.pop("vectors")) * np.array(theirs.pop("vectors"))).sum(axis=1)
    assert cosines.min() >= 0.995
    assert ours == theirs
