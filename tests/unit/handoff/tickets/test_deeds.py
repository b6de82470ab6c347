"""Who may do what with a ticket, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.tickets.errors import (
    CannotMerge,
    Forbidden,
    Incomplete,
    Interested,
    NotAllowed,
    SamePerson,
    TooLate,
)
from handoff.tickets.events import Event, Kind
from handoff.tickets.ticket import Status, Ticket, folded, opened
from tests.unit.handoff.tickets.people import (
    BAI,
    GU,
    NOON,
    OUT,
    PARTS,
    QIN,
    RULES,
    TAO,
    deeds,
    first,
    ticket,
)

LATE = NOON + timedelta(days=17)


def complex_one() -> Ticket:
    held = ticket()
    return held.after(deeds().declare_complex(held, "涉及多个部门"))


def asked() -> Ticket:
    held = complex_one()
    return held.after(deeds().ask_extension(held, "等待监控录像"))


def test_a_ticket_is_what_happened_to_it() -> None:
    held = asked()
    assert folded(held.number, held.history) == held
    with pytest.raises(ValueError, match="opening"):
        folded("TS1", held.history[1:])


def test_an_agent_takes_what_nobody_has_and_a_supervisor_gives_it() -> None:
    free = ticket(handler="")
    assert free.status is Status.RECEIVED
    taken = free.after(deeds().assign(free, QIN))
    assert (taken.handler, taken.status) == ("qin", Status.HANDLING)
    with pytest.raises(Forbidden):
        deeds(TAO).assign(taken, TAO)
    assert taken.after(deeds(GU).assign(taken, TAO)).handler == "tao"
    for giver, receiver in ((QIN, TAO), (OUT, OUT), (GU, OUT)):
        with pytest.raises(Forbidden):
            deeds(giver).assign(free, receiver)


def test_nobody_handles_a_complaint_about_themselves() -> None:
    held = ticket()
    about = held.after(deeds(GU).describe(held, {"against": ["qin", "bai"]}))
    assert (about.handler, about.status) == ("", Status.RECEIVED)
    with pytest.raises(Interested):
        deeds().assign(about, QIN)
    with pytest.raises(Interested):
        deeds(GU).assign(about, QIN)
    with pytest.raises(Interested):
        deeds(BAI).withdraw(about, "客户来电撤回")
    with pytest.raises(Interested):
        deeds().new_facts(about, "新的录音")


def test_the_extension_is_approved_by_another_and_senior_person() -> None:
    held = asked()
    with pytest.raises(Forbidden):
        deeds(QIN).grant_extension(held)
    mine = complex_one()
    mine = mine.after(deeds(GU).ask_extension(mine, "等待录像"))
    with pytest.raises(SamePerson):
        deeds(GU).grant_extension(mine)
    granted = mine.after(deeds(BAI).grant_extension(mine))
    assert not granted.clock.extended
    told = granted.after(deeds().tell_extension(granted, "电话告知"))
    assert told.clock.extended
    with pytest.raises(NotAllowed):
        deeds().ask_extension(told, "再延")
    with pytest.raises(NotAllowed):
        deeds(GU).grant_extension(told)


def test_a_refused_extension_may_be_asked_for_again() -> None:
    held = asked()
    refused = held.after(deeds(GU).refuse_extension(held, "材料已齐"))
    assert not refused.extension_wanted
    assert refused.after(deeds().ask_extension(refused, "补充材料")).extension_wanted


def test_only_a_complex_case_is_extended() -> None:
    with pytest.raises(NotAllowed):
        deeds().ask_extension(ticket(), "忙")


def test_nothing_is_lengthened_after_the_deadline() -> None:
    late = deeds(at=LATE)
    for deed in (late.declare_complex, late.pause):
        with pytest.raises(TooLate):
            deed(ticket(), "来不及")
    with pytest.raises(TooLate):
        deeds(GU, NOON + timedelta(days=40)).grant_extension(asked())


def test_an_appraisal_pauses_and_resumes() -> None:
    held = ticket()
    paused = held.after(deeds().pause(held, "笔迹鉴定"))
    assert paused.status is Status.PAUSED
    with pytest.raises(NotAllowed):
        deeds().pause(paused, "再鉴定")
    with pytest.raises(NotAllowed):
        deeds().reply(paused, PARTS)
    assert paused.after(deeds().resume(paused)).status is Status.HANDLING
    with pytest.raises(NotAllowed):
        deeds().resume(held)


@pytest.mark.parametrize("part", [part.id for part in RULES.reply.parts])
def test_a_reply_without_a_required_part_is_not_sent(part: str) -> None:
    with pytest.raises(Incomplete) as caught:
        deeds().reply(ticket(), PARTS | {part: "  "})
    assert caught.value.missing == (part,)


def test_a_reply_names_the_regulators_number() -> None:
    with pytest.raises(Incomplete) as caught:
        deeds().reply(ticket(), PARTS | {"regulator": "您可以拨打监管热线。"})
    assert caught.value.missing == ("regulator",)


def test_a_full_reply_ends_it_and_new_facts_begin_it_anew() -> None:
    held = ticket()
    replied = held.after(deeds().reply(held, PARTS))
    assert (replied.status, replied.reply, replied.running) == (Status.REPLIED, PARTS, False)
    with pytest.raises(NotAllowed):
        deeds().reply(replied, PARTS)
    anew = replied.after(deeds(at=LATE).new_facts(replied, "客户补充了录音"))
    assert (anew.status, anew.clock.started) == (Status.HANDLING, LATE)


def test_a_withdrawal_ends_it_for_good() -> None:
    held = ticket()
    gone = held.after(deeds().withdraw(held, "客户来电撤回"))
    assert (gone.status, gone.clock.ended) == (Status.WITHDRAWN, NOON)
    with pytest.raises(NotAllowed):
        deeds().new_facts(gone, "又想起来了")


def test_repeats_merge_into_the_earlier_one() -> None:
    old = ticket()
    new = opened("TS2", first("0123456789abcdef-2", NOON + timedelta(days=3)))
    merged, repeated = deeds(GU).merge(new, old)
    assert new.after(merged).status is Status.MERGED
    goes_on = old.after(repeated)
    assert goes_on.conversations == ("0123456789abcdef-1", "0123456789abcdef-2")
    assert goes_on.clock == old.clock
    other = opened("TS3", first("fedcba9876543210-1", key="fedcba9876543210"))
    for this, into in ((old, new), (old, old), (new, other), (new, _replied(old))):
        with pytest.raises(CannotMerge):
            deeds(GU).merge(this, into)


def _replied(held: Ticket) -> Ticket:
    return held.after(Event(Kind.REPLIED, NOON, "qin", {"parts": PARTS}))


def test_a_reason_is_needed() -> None:
    with pytest.raises(ValueError, match="reason"):
        deeds().withdraw(ticket(), "  ")


@pytest.mark.parametrize("fields", [{}, {"conversation": "x"}, {"category": "nonsense"}])
def test_only_the_intakes_own_fields_are_described(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no "):
        deeds().describe(ticket(), fields)


def test_every_event_has_a_name() -> None:
    assert set(RULES.words.events) == set(Kind)
    assert set(RULES.words.statuses) == set(Status)
    assert set(RULES.told) == {*Status, "unknown"}
