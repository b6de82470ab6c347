"""What of an article reaches the bot, and that what the bot holds back exists."""

from __future__ import annotations

from typing import cast

import yaml

from bot.actions.manners import Manners
from bot.actions.ports import Article
from knowledge_base.article import Article as Stored
from knowledge_base.article import parse
from knowledge_base.loader import load_folder
from knowledge_base.retrieval.search import Searcher
from tests.unit.knowledge_base.files import ARTICLE
from yinqiao.content import CONTENT
from yinqiao.knowledge import SearchedAnswers
from yinqiao.settings import ROOT


class OneArticle:
    """A search that knows one article."""

    def __init__(self, stored: Stored) -> None:
        """Know this one."""
        self._stored = stored

    def article(self, article_id: str) -> Stored:
        """Return it, whatever is asked for."""
        return self._stored


async def test_an_articles_topic_reaches_the_bot() -> None:
    stored = parse(ARTICLE, "card-loss.md").model_copy(update={"body": "请拨打客服热线。"})
    answers = SearchedAnswers(cast("Searcher", OneArticle(stored)))
    found = await answers.article(stored.id)
    assert isinstance(found, Article)
    assert found.topic == stored.topic != ""


def test_what_is_held_back_after_a_fraud_exists() -> None:
    manners = Manners.load()
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "intents.yml").read_text("utf-8"))
    assert manners.held_topics <= {article.topic for article in load_folder(CONTENT)}
    assert manners.held_intents <= set(domain["intents"])
    assert manners.without_context <= set(domain["intents"])
