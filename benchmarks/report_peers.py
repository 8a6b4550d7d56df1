"""A meal plan and a shopping list through WeasyPrint: the same words in the same order as HTML."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

_CSS = """
@page { size: A4; margin: 17mm 18mm 21mm;
  @bottom-left { content: "Page " counter(page) " of " counter(pages); font: 7.5pt "Noto Sans" } }
body { font: 9.5pt/1.42 "Noto Sans", sans-serif; color: #1b2430 }
h1 { font: bold 22pt/1.2 "Source Serif 4", serif } h2 { font: bold 14pt/1.3 "Source Serif 4", serif }
article { break-before: page } table { border-collapse: collapse; width: 100%; font-size: 8.5pt }
th, td { text-align: left; vertical-align: top; padding: 3pt 5pt; border-bottom: .5pt solid #e3e7ec }
.two { columns: 2 } .line { break-inside: avoid; font-size: 8.5pt }
"""

_HEAD = "<!doctype html><html lang=en><meta charset=utf-8><title>{{ data.title }}</title><body>"

_PLAN = """
<h1>{{ data.title }}</h1><p>{{ data.dates }}</p>
<table><tr><th>{% for column in data.columns %}<th>{{ column }}{% endfor %}
  <th>Energy<th>Protein<th>Carbs<th>Fat</tr>
{% for day in data.days %}<tr><td>{{ day.weekday }} {{ day.date }}
  {% for column in data.columns %}<td>
    {% for meal in day.meals[column] %}<p>{{ meal.title }} {{ meal.said }}</p>{% endfor %}
  {% endfor %}{% for total in day.totals %}<td>{{ total }}{% endfor %}</tr>
{% endfor %}</table>
{% for sheet in data.recipes %}<article><h2>{{ sheet.title }}</h2><p>{{ sheet.summary }}</p>
  {% for said in sheet.meta + sheet.planned %}<p>{{ said }}</p>{% endfor %}
  <table>{% for each in sheet.ingredients %}<tr><td>{{ each.amount }}<td>{{ each.rest }}</tr>{% endfor %}
  </table>
  {% for part in sheet.sections + sheet.keeping %}<h3>{{ part.title }}</h3>
    <ol>{% for step in part.steps %}<li>{{ step }}{% endfor %}</ol>{% endfor %}
  {% for label in sheet.labels %}<p>{{ label }}</p>{% endfor %}
  {% if sheet.facts %}<table>
    {% for fact in sheet.facts.main + sheet.facts.minor %}
    <tr><td>{{ fact.name }}<td>{{ fact.amount }}<td>{{ fact.percent }}</tr>{% endfor %}
  </table>{% endif %}
</article>{% endfor %}
"""

_LIST = """
<h1>{{ data.title }}</h1><div class=two>
{% for section in data.sections %}<h3>{{ section.aisle }}</h3>
  {% for item in section["items"] %}<p class=line>☐ {{ item.text }}
    {% for use in item.for_recipes %} · {{ use.title }}{% endfor %}
    {% for note in item.notes %} · {{ note }}{% endfor %}</p>{% endfor %}
{% endfor %}
{% for left in data.left_out %}<p class=line>{{ left.name }}: {{ left.reason }}</p>{% endfor %}</div>
"""


def plan(report: Any) -> tuple[int, int]:
    """Pages and bytes of a `PlanReport`."""
    return _written(_template(_PLAN).render(data=report))


def shopping(report: Any) -> tuple[int, int]:
    """Pages and bytes of a `ShoppingReport`."""
    return _written(_template(_LIST).render(data=report.data.model_dump(by_alias=False)))


def _written(html: str) -> tuple[int, int]:
    from weasyprint import CSS, HTML

    document = HTML(string=html).render(stylesheets=[CSS(string=_CSS)])
    return len(document.pages), len(document.write_pdf())


@lru_cache
def _template(body: str) -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_HEAD + body)


PEERS: dict[str, Callable[[Any], tuple[int, int]]] = {"meal-plan": plan, "shopping-list": shopping}
