"""What crosses HTTP."""

import pytest
from pydantic import TypeAdapter, ValidationError

from lib.wire import Text, Wire


class Dish(Wire):
    cook_time: int
    main_ingredient: Text = "carrot"


def test_it_leaves_in_camel_case():
    assert Dish(cook_time=5).model_dump() == {"cookTime": 5, "mainIngredient": "carrot"}
    assert Dish(cook_time=5).model_dump_json() == '{"cookTime":5,"mainIngredient":"carrot"}'


@pytest.mark.parametrize("name", ["cookTime", "cook_time"])
def test_both_spellings_come_in(name):
    assert Dish.model_validate({name: 5}).cook_time == 5


@pytest.mark.parametrize("name", ["cooktime", "CookTime", "extra", ""])
def test_an_unknown_field_is_refused_by_name(name):
    with pytest.raises(ValidationError) as refused:
        Dish.model_validate({"cookTime": 5, name: 1})
    assert [(e["loc"], e["type"]) for e in refused.value.errors()] == [((name,), "extra_forbidden")]


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "a\udfffb"])
def test_text_that_postgresql_cannot_hold_is_refused(text):
    with pytest.raises(ValidationError) as refused:
        Dish.model_validate({"cookTime": 5, "mainIngredient": text})
    assert [e["loc"] for e in refused.value.errors()] == [("mainIngredient",)]


@pytest.mark.parametrize("text", [r'"\u0000"', r'"\ud800"', '"\x00"', b'"\xff"', b'"\xed\xa0\x80"'])
def test_so_is_its_json(text):
    with pytest.raises(ValidationError):
        TypeAdapter(Text).validate_json(text)


@pytest.mark.parametrize("text", ["", "½ cup", "🍲", "\x01\t\n", "e\u0301", "\ufffe"])
def test_other_text_comes_through_unchanged(text):
    assert TypeAdapter(Text).validate_python(text) == text
