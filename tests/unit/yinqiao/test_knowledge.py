"""What of an article reaches the bot, and that what the bot holds back exists."""

from __future__ import annotations

from typing import cast

import yaml
from pydantic import TypeAdapter

from bot.actions.dialogue import source_of
from bot.actions.manners import Manners
from bot.actions.ports import Article
from bot.wire import Result, payloads
from conversation.message import Draft
from conversation.turn import Route
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


async def test_what_a_reviewer_found_about_no_product_reaches_the_gate() -> None:
    """From the article's tag to the source that the bot quotes, through Rasa and back."""
    update = {"body": "请拨打客服热线。", "categories": ("none",)}
    stored = parse(ARTICLE, "card-loss.md").model_copy(update=update)
    found = await SearchedAnswers(cast("Searcher", OneArticle(stored))).article(stored.id)
    assert found is not None
    assert (found.no_product, found.categories) == (True, frozenset())
    draft = Draft(found.text, categories=found.categories, sources=(source_of(found),))
    [said, _] = payloads([draft], Result(Route.ANSWER))
    assert TypeAdapter(Draft).validate_python(said["draft"]) == draft
    assert draft.sources[0].no_product


def test_what_is_held_back_after_a_fraud_exists() -> None:
    manners = Manners.load()
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "intents.yml").read_text("utf-8"))
    assert manners.held_topics <= {article.topic for article in load_folder(CONTENT)}
    assert manners.held_intents <= set(domain["intents"])
    assert manners.without_context <= set(domain["intents"])
