"""How Rasa is started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from bot.errors import TrainingFailed
from bot.rasa_process import ROOT, RasaSettings, rasa_environment, serve_command
from bot.training import content_hash, train


@pytest.fixture
def settings(tmp_path: Path) -> RasaSettings:
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    (encoder / "encoder.json").write_text("{}")
    return RasaSettings(python=Path("/bin/false"), encoder=encoder)


def test_rasa_listens_on_loopback_and_without_its_api(settings: RasaSettings) -> None:
    command = serve_command(settings, Path("m.tar.gz"))
    assert command[command.index("--interface") + 1] == "127.0.0.1"
    assert "--enable-api" not in command


def test_a_secret_goes_by_the_environment_only(settings: RasaSettings) -> None:
    chosen = replace(settings, redis_url="redis://:secret@127.0.0.1:1/0")
    assert "secret" not in " ".join(serve_command(chosen, Path("m.tar.gz")))
    assert rasa_environment(chosen)["YINQIAO_REDIS_URL"].count("secret") == 1


def test_the_environment_is_complete_and_nothing_else_leaks_in(settings: RasaSettings) -> None:
    environment = rasa_environment(settings, {"PATH": "/bin", "YINQIAO_SECRET": "x"})
    assert environment["PATH"] == "/bin"
    assert "YINQIAO_SECRET" not in environment
    text = (ROOT / "bot/endpoints.yml").read_text("utf-8")
    needed = {part.split("}")[0] for part in text.split("${")[1:]}
    assert needed <= environment.keys()


def test_only_our_channel_is_open() -> None:
    credentials = yaml.safe_load((ROOT / "bot/credentials.yml").read_text("utf-8"))
    assert list(credentials) == ["bot.components.channel.YinqiaoChannel"]


def test_a_model_is_trained_once_for_each_content(settings: RasaSettings, tmp_path: Path) -> None:
    out = tmp_path / "models"
    out.mkdir()
    model = out / f"yinqiao-{content_hash(settings)[:16]}.tar.gz"
    model.write_bytes(b"")
    # /bin/false cannot train: the model is returned because it is there.
    assert train(out, settings) == model
    (settings.encoder / "encoder.json").write_text('{"fingerprint": "other"}')
    with pytest.raises(TrainingFailed):
        train(out, settings)
    assert [p.name for p in out.iterdir()] == [model.name]
