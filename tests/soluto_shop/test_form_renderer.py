"""Forms are drawn as Django draws them, and an empty list of errors is not drawn at all."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict, ErrorList

from soluto_shop.form_renderer import ERRORS, FormRenderer

DRAWN = ("default.html", "text.txt", "ul.html")


class Asked(forms.Form):
    """A form with a field that must be filled in."""

    name = forms.CharField()


@pytest.mark.parametrize("said", [None, {}, {"name": ""}, {"name": "Anna"}])
def test_a_form_looks_as_django_draws_it(said: dict[str, str] | None) -> None:
    ours, djangos = (Asked(said, renderer=each) for each in (FormRenderer(), TemplatesSetting()))

    assert str(ours) == str(djangos)
    assert ("Täytä tämä kenttä." in str(ours)) == (said in ({}, {"name": ""}))


@pytest.mark.parametrize("kind", ["list", "dict"])
@pytest.mark.parametrize("name", DRAWN)
def test_no_errors_are_nothing_in_django_s_templates_too(kind: str, name: str) -> None:
    made: dict[str, Any] = {"list": ErrorList(), "dict": ErrorDict()}

    assert TemplatesSetting().render(f"{ERRORS}{kind}/{name}", made[kind].get_context()) == ""


def test_where_nothing_is_wrong_no_template_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    find = TemplatesSetting.get_template

    def noted(renderer: TemplatesSetting, name: str) -> Any:
        asked.append(name)
        return find(renderer, name)

    monkeypatch.setattr(TemplatesSetting, "get_template", noted)
    right, wrong = Asked({"name": "Anna"}), Asked({"name": ""})

    assert str(right["name"].errors) == ""
    assert asked == []
    assert "errorlist" in str(wrong["name"].errors)
    assert len(asked) == 1
