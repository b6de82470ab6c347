"""What every channel of a gateway works with: which part stands behind which port."""

from __future__ import annotations

from datetime import timedelta

from connectors.greeter import Greeter
from connectors.identity import Identities, Keys
from connectors.ingress import Ingress
from connectors.limits import Limits, Rate
from connectors.outbox import Outbox
from connectors.redis_buckets import RedisBuckets
from connectors.redis_once import RedisOnce
from connectors.signs import CustomerSigns
from connectors.web.context import WebContext
from connectors.web.tokens import Tokens
from yinqiao.vault import keeping
from yinqiao.wiring import Core, files_of


def limits_of(core: Core) -> Limits:
    """Return how fast customers may write."""

    def rate(amount: int) -> Rate | None:
        return Rate(amount) if amount else None

    settings = core.settings
    return Limits(
        RedisBuckets(core.redis),
        visitor=rate(settings.visitor_per_minute),
        account=rate(settings.account_per_minute),
        address=rate(settings.address_per_minute),
        sessions=rate(settings.sessions_per_minute),
    )


def identities_of(core: Core) -> Identities | None:
    """Return who reads the bank's word for its customers; raises `BadKeys`."""
    path = core.settings.identity_keys
    if path is None:
        return None
    return Identities(Keys.open(path), core.settings.identity_audience, RedisOnce(core.redis))


def web_context(core: Core) -> WebContext:
    """Return the parts behind the web channel."""
    settings = core.settings
    files = files_of(settings)
    return WebContext(
        conversations=core.conversations,
        turns=core.turns,
        queue=core.queue,
        ingress=Ingress(
            core.conversations,
            core.turns,
            lambda text: core.redactor.redact(text).text,
            keeping(settings, core.records, core.redactor),
        ),
        outbox=Outbox(core.conversations, core.queue, core.signals),
        signs=CustomerSigns(core.conversations, core.signals),
        greeter=Greeter(core.conversations, core.turns, core.gate, core.utterances),
        tokens=Tokens(
            settings.secret(),
            timedelta(days=settings.token_days),
            timedelta(minutes=settings.identity_minutes),
        ),
        limits=limits_of(core),
        files=files,
        largest_file=files.largest,
        identities=identities_of(core),
        origins=tuple(settings.origins),
    )
