"""The door to models: both protocols, failures, fallbacks, and what each call costs."""

import openai
import pytest
from sqlalchemy import select

from lib import db
from lib.ai import money
from lib.ai.catalogue import choices
from lib.ai.provider import Prompt
from lib.ai.trying import ProviderFailed
from lib.settings import settings
from lib.tables import ai_budgets, ai_calls
from tests.ai.conftest import SPENDER, door_to
from tests.ai.server import Says, serving

PROMPT = Prompt("Be brief.", "Say it.", "answer", {"type": "object", "properties": {}}, 100)


def calls():
    with db.transaction() as session:
        return session.execute(select(ai_calls).order_by(ai_calls.c.id)).all()


def left_reserved():
    with db.transaction() as session:
        return float(session.scalar(select(ai_budgets.c.reserved_usd)) or 0)


@pytest.mark.parametrize("protocol", ["chat", "responses"])
@pytest.mark.parametrize("streamed", [False, True])
def test_both_protocols_answer_whole_and_in_streams_and_are_paid_by_their_tokens(
    database, protocol, streamed
):
    told = []
    with serving(Says("x" * 450)) as server:
        found = door_to(server, protocol=protocol).door.complete(
            PROMPT, SPENDER, told.append if streamed else None
        )
        path, body = server.asked[0]
    assert found.text == "x" * 450
    assert ("chat" in path) == (protocol == "chat")
    assert bool(body.get("stream")) == streamed
    assert told == ([200, 400, 450] if streamed else [])
    assert (found.input_tokens, found.output_tokens, found.cached_tokens) == (120, 80, 20)
    assert found.cost_usd == pytest.approx((100 * 1.0 + 20 * 0.1 + 80 * 2.0) / 1e6)
    (call,) = calls()
    assert (call.status, call.input_tokens, call.endpoint) == ("settled", 120, "recipes")
    assert float(call.cost_usd) == pytest.approx(found.cost_usd)
    assert left_reserved() == 0


@pytest.mark.parametrize("protocol", ["chat", "responses"])
def test_the_schema_is_sent_as_strict_and_the_limit_with_it(database, protocol):
    with serving(Says("{}")) as server:
        door_to(server, protocol=protocol).door.complete(PROMPT, SPENDER)
        _, body = server.asked[0]
    if protocol == "chat":
        assert body["response_format"]["json_schema"]["strict"] is True
        assert body["max_tokens"] == 100
    else:
        assert body["text"]["format"]["strict"] is True
        assert (body["max_output_tokens"], body["store"]) == (100, False)


def test_a_server_that_can_do_less_is_asked_in_a_plainer_way_and_so_from_then_on(database):
    with serving(Says("ok"), only_chat=True, no_schema=True) as server:
        door = door_to(server, protocol="responses").door
        assert door.complete(PROMPT, SPENDER).text == "ok"
        assert door.complete(PROMPT, SPENDER).text == "ok"
        assert len(server.asked) == 2
        assert all("response_format" not in body for _, body in server.asked)


@pytest.mark.parametrize("protocol", ["chat", "responses"])
def test_a_server_that_answers_streams_in_one_piece_is_asked_for_that_from_then_on(database, protocol):
    with serving(Says("whole"), no_stream=True) as server:
        door = door_to(server, protocol=protocol).door
        assert door.complete(PROMPT, SPENDER, lambda _: None).text == "whole"
        assert door.complete(PROMPT, SPENDER, lambda _: None).text == "whole"
        assert [bool(body.get("stream")) for _, body in server.asked] == [True, False, False]
    assert all(call.cost_usd < call.reserved_usd for call in calls())


@pytest.mark.parametrize("status", [429, 500, 503])
def test_failures_that_pass_are_tried_again_after_a_random_wait(database, status):
    with serving(Says(status=status), Says(status=status), Says("ok")) as server:
        found = door_to(server)
        assert found.door.complete(PROMPT, SPENDER).text == "ok"
        assert len(found.waits) == 2
        assert found.waits[0] <= 0.5
        assert found.waits[1] <= 1.0
    assert [float(call.cost_usd) > 0 for call in calls()] == [False, False, True]


def test_a_server_that_says_when_to_come_back_is_heard(database):
    with serving(Says(status=429, headers={"retry-after": "3"}), Says("ok")) as server:
        found = door_to(server)
        found.door.complete(PROMPT, SPENDER)
        assert found.waits == [3.0]


def test_after_the_last_try_the_next_provider_is_asked_and_then_nobody(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "1")
    settings.cache_clear()
    with serving(Says(status=500)) as first, serving(Says("second")) as second:
        assert door_to(first, second).door.complete(PROMPT, SPENDER).text == "second"
        assert len(first.asked) == 2
    with serving(Says(status=401)) as first, serving(Says(status=500)) as second:
        with pytest.raises(ProviderFailed) as failed:
            door_to(first, second).door.complete(PROMPT, SPENDER)
        assert len(first.asked) == 1
    assert failed.value.reasons == ["local/small: HTTP 401", "local/small: InternalServerError"]
    assert left_reserved() == 0


def test_a_timeout_costs_its_worst_case_since_nobody_knows(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_TIMEOUT_S", "0.3")
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "0")
    settings.cache_clear()
    with serving(Says("late", sleep_s=1.0)) as server, pytest.raises(ProviderFailed):
        door_to(server).door.complete(PROMPT, SPENDER)
    (call,) = calls()
    assert call.cost_usd == call.reserved_usd > 0


def test_an_answer_without_usage_and_a_stream_that_breaks_cost_their_worst_case(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "0")
    settings.cache_clear()
    with serving(Says("ok", usage=False)) as server:
        door_to(server).door.complete(PROMPT, SPENDER)
    with serving(Says("y" * 900, hang_up=True)) as server:
        found = door_to(server).door.complete(PROMPT, SPENDER, lambda _: None)
        assert found.input_tokens is None
    assert all(call.cost_usd == call.reserved_usd for call in calls())
    assert left_reserved() == 0


@pytest.mark.parametrize("protocol", ["chat", "responses"])
@pytest.mark.parametrize("streamed", [False, True])
def test_refusals_and_ends_for_length_are_told(database, protocol, streamed):
    on_text = (lambda _: None) if streamed else None
    with serving(Says(refusal="I won't."), Says('{"a": [1, 2', cut=True)) as server:
        door = door_to(server, protocol=protocol).door
        assert door.complete(PROMPT, SPENDER, on_text).refused
        assert door.complete(PROMPT, SPENDER, on_text).cut


def test_a_spent_budget_stops_the_call_before_it_is_made(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_BUDGET_USD", "0.0001")
    settings.cache_clear()
    with serving(Says("ok")) as server:
        with pytest.raises(money.BudgetSpent) as spent:
            door_to(server).door.complete(PROMPT, SPENDER)
        assert server.asked == []
    assert "leaves no room" in spent.value.detail


def test_the_stop_of_whoever_listens_settles_the_call(database):
    def stop(_length):
        raise openai.OpenAIError("enough")

    with serving(Says("z" * 900)) as server, pytest.raises(ProviderFailed):
        door_to(server).door.complete(PROMPT, SPENDER, stop)
    assert left_reserved() == 0


def test_without_a_key_there_is_no_model_and_with_one_the_table_says_which(monkeypatch):
    assert choices() == ()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("MEALPREP_AI_MODEL", "my-own")
    monkeypatch.setenv("MEALPREP_AI_PROTOCOL", "chat")
    settings.cache_clear()
    choices.cache_clear()
    (found,) = choices()
    assert (found.model, found.base_url, found.key) == ("my-own", "http://127.0.0.1:9/v1", "sk-test")
    assert found.abilities.protocol == "chat"
    assert found.abilities.usd_per_million.output >= 20
