"""P3 and P4 at the gate: notices first, prohibited wording never, secrets masked."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from compliance.categories import CategoryFinder
from compliance.errors import UnknownCategory
from compliance.gate import ComplianceGate
from compliance.notices import NoticeBook
from compliance.redaction import Redacted, Redactor
from compliance.wording import Wording
from conversation.approved import Author, Seal
from conversation.conversation import Conversation, Handoff, Reason
from conversation.errors import Blocked
from conversation.message import Draft, Kind, NoticeRef, Option, Sender, SourceRef

BOT = Author(Sender.BOT, 1)
AGENT = Author(Sender.AGENT, 2, "agent-1", "小李")
SYSTEM = Author(Sender.SYSTEM, 1)
FUND = {"entity": "product", "value": "fund"}
ARTICLE = (SourceRef("fund-redemption", "基金怎么赎回？"),)


def _notices(messages: tuple[Draft, ...]) -> list[str]:
    return [draft.notice.category for draft in messages if draft.notice is not None]


def test_a_sentence_about_a_fund_is_preceded_by_the_fund_notice(
    gate: ComplianceGate, conversation: Conversation, seal: Seal
) -> None:
    approved = gate.approve(conversation, AGENT, [Draft("这只基金可以在手机银行赎回。")])
    notice, text = approved.messages
    assert (notice.kind, text.kind) == (Kind.NOTICE, Kind.TEXT)
    assert notice.text.startswith("基金有风险、投资须谨慎")
    assert approved.requires == (notice.notice,)
    assert approved.author == AGENT
    assert approved.seal is seal


def test_each_notice_once_and_all_before_the_first_draft(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    drafts = [Draft("基金可以定投。"), Draft("理财可以赎回，基金也可以。")]
    messages = gate.approve(conversation, BOT, drafts).messages
    assert [draft.kind for draft in messages] == [Kind.NOTICE] * 2 + [Kind.TEXT] * 2
    assert sorted(_notices(messages)) == ["fund", "wealth"]


def test_a_delivered_notice_is_required_but_not_said_again(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    first = gate.approve(conversation, BOT, [Draft("基金可以定投。")])
    (ref,) = first.requires
    later = replace(conversation, notices={ref.category: ref})
    second = gate.approve(later, BOT, [Draft("基金可以赎回。")])
    assert _notices(second.messages) == []
    assert second.requires == (ref,)


@pytest.mark.parametrize(
    ("handoff", "said", "expected"),
    [
        (Handoff(Reason.HUMAN, "ask_pension"), "每年最多存一万二，退休才能取出来。", ["pension"]),
        (Handoff(Reason.HUMAN, "ask_pension"), "您好，我是小李，请稍等。", []),
        (Handoff(Reason.COMPLAINT, "complaint", entities=(FUND,)), "费率降到半折。", ["fund"]),
        (Handoff(Reason.HUMAN, "guide_card"), "每年最多存一万二，退休才能取出来。", []),
        (None, "每年最多存一万二，退休才能取出来。", []),
    ],
)
def test_an_agent_need_not_name_what_the_customer_came_for(
    gate: ComplianceGate,
    conversation: Conversation,
    handoff: Handoff | None,
    said: str,
    expected: list[str],
) -> None:
    claimed = replace(conversation, handoff=handoff)
    assert _notices(gate.approve(claimed, AGENT, [Draft(said)]).messages) == expected
    assert _notices(gate.release(claimed, AGENT, [Draft(said)]).messages) == expected
    assert _notices(gate.approve(claimed, SYSTEM, [Draft(said)]).messages) == []


def test_a_new_version_is_said_again(gate: ComplianceGate, conversation: Conversation) -> None:
    old = NoticeRef("fund-risk", "2020-01", "fund")
    approved = gate.approve(
        replace(conversation, notices={"fund": old}), BOT, [Draft("基金可以赎回。")]
    )
    assert _notices(approved.messages) == ["fund"]


def test_the_author_s_categories_count(gate: ComplianceGate, conversation: Conversation) -> None:
    draft = Draft("一般两个工作日到账。", categories=frozenset({"fund"}))
    assert _notices(gate.approve(conversation, BOT, [draft]).messages) == ["fund"]


def test_an_approved_article_needs_the_notices_it_names(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    """What a reviewed text sets its product against needs no notice; from others it does."""
    draft = Draft("理财不是存款，不受存款保险保障。", categories=frozenset({"wealth"}))
    quoted = replace(draft, sources=(SourceRef("a", "你们的理财保本吗？"),))
    assert _notices(gate.approve(conversation, BOT, [quoted]).messages) == ["wealth"]
    for author, text in ((BOT, draft), (AGENT, quoted)):
        assert _notices(gate.approve(conversation, author, [text]).messages) == [
            "deposit",
            "wealth",
        ]


def test_an_article_cannot_hide_what_its_title_is_about(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    source = (SourceRef("a", "基金怎么赎回？"),)
    draft = Draft("两个工作日到账。", categories=frozenset({"wealth"}), sources=source)
    assert _notices(gate.approve(conversation, BOT, [draft]).messages) == ["fund", "wealth"]


def test_an_article_without_categories_is_read_whole(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    draft = Draft("也可以把钱转成基金。", sources=(SourceRef("a", "余额怎么转？"),))
    assert _notices(gate.approve(conversation, BOT, [draft]).messages) == ["fund"]


@pytest.mark.parametrize(
    ("entities", "expected"),
    [
        ([{"entity": "product", "value": "fund"}], ["fund"]),
        ([{"entity": "product", "value": "分红险"}], ["insurance", "investment_insurance"]),
        ([{"entity": "amount", "value": "50000"}], []),
        ([{"entity": "product", "value": "借记卡"}], []),
    ],
)
def test_products_the_customer_named_count_for_answers(
    gate: ComplianceGate,
    conversation: Conversation,
    entities: list[dict[str, str]],
    expected: list[str],
) -> None:
    answer = Draft("一般两个工作日到账。", sources=(SourceRef("a", "多久到账？"),))
    approved = gate.approve(conversation, BOT, [answer], entities=entities)
    assert _notices(approved.messages) == expected


def test_a_private_fund_is_explained_and_left_to_a_person(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    """The bot may have no answer at all: the notice explains, and a person takes over."""
    refusal = Draft("抱歉，这个问题我还不会。")
    approved = gate.approve(conversation, BOT, [refusal], intent="ask_private_fund")
    assert _notices(approved.messages) == ["private_fund"]
    assert approved.person
    assert not gate.approve(conversation, BOT, [refusal], intent="ask_fund").person
    assert not gate.approve(conversation, AGENT, [Draft("私募不能公开宣传。")]).person


def test_a_notice_that_has_grown_old_is_said_again(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    draft = Draft("基金可以赎回。")
    (ref,) = gate.approve(conversation, BOT, [draft]).requires
    for until, expected in (("2026-11-02", []), ("2026-11-01", ["fund"])):
        shown = replace(conversation, notices={"fund": replace(ref, until=until)})
        assert _notices(gate.approve(shown, BOT, [draft]).messages) == expected


def test_an_unknown_category_stops_the_message(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    with pytest.raises(UnknownCategory):
        gate.approve(conversation, BOT, [Draft("好的。", categories=frozenset({"lottery"}))])


@pytest.mark.parametrize(
    ("author", "draft", "expected"),
    [
        (BOT, Draft("一般两个工作日到账。", sources=ARTICLE), ["fund"]),
        (AGENT, Draft("一般两个工作日到账。"), ["fund"]),
        (BOT, Draft("抱歉，这个问题我还不会。"), []),
        (BOT, Draft("您想问哪一个？", Kind.MENU), []),
        (SYSTEM, Draft("正在为您转接人工。", Kind.SYSTEM), []),
    ],
)
def test_the_intent_counts_for_answers_only(
    gate: ComplianceGate,
    conversation: Conversation,
    author: Author,
    draft: Draft,
    expected: list[str],
) -> None:
    approved = gate.approve(conversation, author, [draft], intent="ask_fund")
    assert _notices(approved.messages) == expected


@pytest.mark.parametrize("author", [BOT, AGENT, SYSTEM])
def test_prohibited_wording_is_blocked_for_everyone(
    gate: ComplianceGate, conversation: Conversation, author: Author
) -> None:
    with pytest.raises(Blocked) as caught:
        gate.approve(conversation, author, [Draft("这款理财保本保收益")])
    finding = caught.value.findings[0]
    assert "保本" in finding.words
    assert finding.why
    assert finding.source


def test_option_labels_and_source_titles_are_checked(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    options = (Option("稳赚不赔的理财", "好"),)
    with pytest.raises(Blocked):
        gate.approve(conversation, BOT, [Draft("请选择", Kind.MENU, options=options)])
    sources = (SourceRef("a", "零风险理财推荐"),)
    with pytest.raises(Blocked):
        gate.approve(conversation, BOT, [Draft("请看", sources=sources)])


@pytest.mark.parametrize("kind", list(Kind))
def test_no_kind_of_draft_escapes(
    gate: ComplianceGate, conversation: Conversation, kind: Kind
) -> None:
    """A draft that calls itself a notice is a text like any other."""
    with pytest.raises(Blocked):
        gate.approve(conversation, BOT, [Draft("这款产品保本保息", kind)])
    forged = NoticeRef("fund-risk", "2026-01", "fund")
    approved = gate.approve(conversation, BOT, [Draft("基金可以买。", kind, notice=forged)])
    assert [draft.text for draft in approved.messages if draft.kind is Kind.NOTICE] == [
        approved.messages[0].text
    ]
    assert approved.messages[0].text.startswith("基金有风险")
    assert approved.messages[-1].notice is None


def test_outgoing_secrets_are_masked(gate: ComplianceGate, conversation: Conversation) -> None:
    options = (Option("卡4111111111111111", "用4111111111111111"),)
    draft = Draft("您的卡号4111111111111111，手机13800138000。", options=options)
    (said,) = gate.approve(conversation, AGENT, [draft]).messages
    assert said.text == "您的卡号411111****1111，手机138****8000。"
    assert said.options == (Option("卡411111****1111", "用411111****1111"),)


def test_nothing_to_say_is_nothing_said(gate: ComplianceGate, conversation: Conversation) -> None:
    approved = gate.approve(conversation, BOT, [])
    assert approved.messages == ()
    assert approved.requires == ()


def test_nothing_switches_a_part_off() -> None:
    approve = inspect.signature(ComplianceGate.approve).parameters
    assert set(approve) == {"self", "conversation", "author", "drafts", "intent", "entities"}
    made_of = set(inspect.signature(ComplianceGate.__init__).parameters)
    assert made_of == {"self", "seal", "notices", "finder", "wording", "redactor", "clock"}


def test_only_a_release_marks_what_was_released(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    (released,) = gate.release(conversation, AGENT, [Draft("我们是最好的银行。")]).messages
    assert released.released
    pretended = Draft("好的，请稍候。", released=released.released)
    (plain,) = gate.approve(conversation, AGENT, [pretended]).messages
    assert plain.released == ()


WARNING = (SourceRef("fraud-loan-fee", "贷款前要交解冻费是真的吗？", no_product=True),)


def test_an_article_about_no_product_brings_no_notice_whatever_it_mentions(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    text = "是诈骗。正规机构放款前不收任何费用，贷款请到网点咨询。"
    approved = gate.approve(conversation, BOT, [Draft(text, sources=WARNING)], intent="ask_loan")
    assert _notices(approved.messages) == []
    unsaid = (replace(WARNING[0], no_product=False),)
    assert "loan" in _notices(
        gate.approve(conversation, BOT, [Draft(text, sources=unsaid)]).messages
    )


def test_one_article_about_no_product_excuses_no_other(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    draft = Draft("贷款请到网点咨询，基金可以定投。", sources=(*WARNING, *ARTICLE))
    assert {"loan", "fund"} <= set(_notices(gate.approve(conversation, BOT, [draft]).messages))


def test_what_only_a_person_may_talk_about_counts_in_every_article(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    draft = Draft("有人拉您买私募产品的，请先核实。", sources=WARNING)
    approved = gate.approve(conversation, BOT, [draft])
    assert _notices(approved.messages) == ["private_fund"]
    assert approved.person


def test_an_agent_s_words_are_read_whatever_they_quote(
    gate: ComplianceGate, conversation: Conversation
) -> None:
    draft = Draft("贷款请到网点咨询。", sources=WARNING)
    assert "loan" in _notices(gate.approve(conversation, AGENT, [draft]).messages)


class CountingRedactor(Redactor):
    """Remembers which texts it has read."""

    def __init__(self, redactor: Redactor) -> None:
        self.read: list[str] = []
        self._inner = redactor

    def redact(self, text: str) -> Redacted:
        self.read.append(text)
        return self._inner.redact(text)


def test_only_what_holds_nothing_personal_is_remembered(
    conversation: Conversation,
    seal: Seal,
    notices: NoticeBook,
    finder: CategoryFinder,
    wording: Wording,
    redactor: Redactor,
) -> None:
    counting = CountingRedactor(redactor)
    gate = ComplianceGate(seal, notices, finder, wording, counting)
    plain, personal = Draft("请在手机银行里办理。"), Draft("您的手机号是13812345678。")
    texts = [gate.approve(conversation, BOT, [plain, personal]).messages for _ in range(2)]
    assert texts[0] == texts[1]
    assert "13812345678" not in texts[1][1].text
    assert counting.read.count(plain.text) == 1
    assert counting.read.count(personal.text) == 2
