"""Search on a small bank: decisions, audiences, dates, follow-ups."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from knowledge_base.article import Article
from knowledge_base.errors import EncoderMismatch, NoSnapshot, UnknownArticle
from knowledge_base.retrieval.build import Builder
from knowledge_base.retrieval.publish import publish
from knowledge_base.retrieval.search import Searcher
from language.encoder import Encoder

ROOT = Path(__file__).parents[3]
ENCODER_PATH = ROOT / "var" / "models" / "encoder"

Build = Callable[[list[Article]], Searcher]


@pytest.fixture
def build(tmp_path: Path, encoder: Encoder, vector_cache: Path) -> Build:
    """Publish articles to a root of their own and open it."""

    def build_and_open(articles: list[Article]) -> Searcher:
        publish(articles, tmp_path, Builder(encoder, cache=vector_cache))
        return Searcher.open(tmp_path, encoder)

    return build_and_open


def changed(articles: list[Article], article_id: str, **change: object) -> list[Article]:
    return [a.model_copy(update=change) if a.id == article_id else a for a in articles]


@pytest.mark.parametrize(
    "text", ["怎么挂失银行卡？", "怎么挂失银行卡", "怎麼掛失銀行卡", " 怎么挂失 银行卡！！"]
)
def test_an_exact_wording_is_answered_with_certainty(searcher: Searcher, text: str) -> None:
    result = searcher.search(text)
    assert (result.decision, result.probability) == ("answer", 1.0)
    assert [hit.article_id for hit in result.hits] == ["card-loss"]


@pytest.mark.parametrize(
    ("text", "article_id"),
    [
        ("我的卡不见了怎么挂失啊", "card-loss"),
        ("信用卡的年费多少钱怎么免", "credit-fee"),
        ("你们理财产品是不是保本的", "wealth-risk"),
        ("手机银行总是登录失败", "ebank-login"),
        ("房贷提前还要交违约金吗", "loan-early"),
        ("周末你们网点上班吗", "branch-hours"),
    ],
)
def test_a_new_wording_finds_its_article(searcher: Searcher, text: str, article_id: str) -> None:
    result = searcher.search(text)
    assert result.hits[0].article_id == article_id
    assert result.decision != "refuse"


@pytest.mark.parametrize(
    "text",
    ["明天会下雪吗", "红烧排骨怎么做好吃", "帮我写一段排序代码", "猫为什么喜欢纸箱", "hhhhh"],
)
def test_what_is_not_for_a_bank_is_never_answered(searcher: Searcher, text: str) -> None:
    assert searcher.search(text).decision != "answer"


@pytest.mark.parametrize("text", ["", "   ", "？？！", "\u200b"])
def test_nothing_said_is_refused(searcher: Searcher, text: str) -> None:
    result = searcher.search(text)
    assert (result.decision, result.probability, result.hits) == ("refuse", 0.0, ())


@pytest.mark.parametrize(
    ("text", "meant"),
    [("利息", {"deposit-rate", "deposit-early"}), ("密码忘了", {"card-pin", "ebank-login"})],
)
def test_a_bare_term_of_several_articles_is_asked_back_about(
    searcher: Searcher, text: str, meant: set[str]
) -> None:
    result = searcher.search(text)
    assert result.decision == "clarify"
    assert {option.article_id for option in result.options} == meant


@pytest.mark.parametrize(
    ("text", "meant"), [("年费", "credit-fee"), ("验证码", "fraud-code"), ("违约金", "loan-early")]
)
def test_a_bare_term_of_one_article_leads_there(searcher: Searcher, text: str, meant: str) -> None:
    assert searcher.search(text).hits[0].article_id == meant


def test_options_are_given_with_clarify_only(searcher: Searcher) -> None:
    for text in ("怎么投诉？", "利息", "明天会下雪吗", "钱的事", "多久"):
        result = searcher.search(text)
        assert bool(result.options) is (result.decision == "clarify")
        names = [option.article_id for option in result.options]
        assert len(set(names)) == len(names)


def test_hits_are_ordered_and_limited(searcher: Searcher) -> None:
    result = searcher.search("转账的问题想咨询一下", depth=7)
    probabilities = [hit.probability for hit in result.hits]
    assert len(result.hits) == 7
    assert probabilities == sorted(probabilities, reverse=True)
    assert probabilities[0] == result.probability
    assert len(searcher.search("转账的问题想咨询一下", depth=1).hits) == 1


def test_internal_articles_are_for_staff_only(searcher: Searcher) -> None:
    for text in ("【内部】接待来访客户的话术", "坐席开场白怎么说", "客户发火怎么安抚的话术"):
        found = searcher.search(text, depth=50)
        assert "staff-script" not in {hit.article_id for hit in found.hits + found.options}
        staff = searcher.search(text, audience="internal")
        assert staff.hits[0].article_id == "staff-script"
    with pytest.raises(UnknownArticle):
        searcher.article("staff-script")
    assert searcher.answer("staff-script", audience="internal").text.startswith("先致意")


def test_an_article_is_there_from_its_first_to_its_last_day(
    build: Build, small_bank: list[Article]
) -> None:
    searcher = build(
        changed(small_bank, "card-loss", effective=date(2026, 3, 1), expires=date(2026, 3, 31))
    )

    def found(at: date | datetime) -> bool:
        hits = searcher.search("怎么挂失银行卡", at=at, depth=50).hits
        return "card-loss" in {hit.article_id for hit in hits}

    assert [found(date(2026, 2, 28)), found(date(2026, 3, 1))] == [False, True]
    assert [found(date(2026, 3, 31)), found(date(2026, 4, 1))] == [True, False]
    # Midnight is where the bank is: 16:00 UTC is already the next day there.
    assert found(datetime(2026, 2, 28, 16, 0, tzinfo=UTC))
    assert not found(datetime(2026, 3, 31, 16, 0, tzinfo=UTC))
    with pytest.raises(UnknownArticle):
        searcher.article("card-loss", at=date(2026, 4, 1))


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_only_published_articles_are_in_a_snapshot(
    build: Build, small_bank: list[Article], status: str
) -> None:
    searcher = build(changed(small_bank, "card-loss", status=status))
    stored = (searcher.snapshot.folder / "articles.json").read_text(encoding="utf-8")
    assert "card-loss" not in stored
    found = searcher.search("怎么挂失银行卡", audience="internal", depth=50)
    assert "card-loss" not in {hit.article_id for hit in found.hits}


def test_when_nothing_may_be_shown_everything_is_refused(
    build: Build, small_bank: list[Article]
) -> None:
    searcher = build([a.model_copy(update={"audience": "internal"}) for a in small_bank])
    assert searcher.search("怎么挂失银行卡").decision == "refuse"


def test_a_follow_up_is_read_with_the_question_before_it(searcher: Searcher) -> None:
    alone = searcher.search("多久能到")
    together = searcher.search("多久能到", context="我刚才跨行转账了")
    assert together.hits[0].article_id == "transfer-time"
    assert together.probability >= alone.probability


def test_small_talk_after_a_question_does_not_answer_it_again(searcher: Searcher) -> None:
    for text in ("今天天气真好", "哈哈哈", "嗯嗯"):
        assert searcher.search(text, context="信用卡年费怎么收").decision != "answer"


def test_what_stands_on_its_own_ignores_the_context(searcher: Searcher) -> None:
    alone = searcher.search("怎么投诉？")
    together = searcher.search("怎么投诉？", context="信用卡年费怎么收")
    assert together.hits == alone.hits


def test_threads_get_what_one_thread_gets(searcher: Searcher) -> None:
    texts = ["卡丢了", "年费怎么免", "转账多久", "天气怎么样", "贷款条件", "利息"] * 6
    expected = [searcher.search(text).hits for text in texts]
    with ThreadPoolExecutor(6) as pool:
        assert [r.hits for r in pool.map(searcher.search, texts)] == expected


def test_there_must_be_a_snapshot_of_the_same_encoder(
    tmp_path: Path, published: Path, encoder: Encoder
) -> None:
    with pytest.raises(NoSnapshot):
        Searcher.open(tmp_path, encoder)

    class Other:
        fingerprint = "another"
        dimension = encoder.dimension
        encode = encoder.encode

    with pytest.raises(EncoderMismatch):
        Searcher.open(published, Other())


def test_serving_needs_no_training_libraries(published: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from language.encoder import Encoder;"
        "from knowledge_base.retrieval.search import Searcher;"
        f"e = Encoder.load(Path({str(ENCODER_PATH)!r}));"
        f"s = Searcher.open(Path({str(published)!r}), e); s.search('卡丢了');"
        "print(sorted({'torch', 'sklearn', 'transformers', 'scipy.optimize'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
