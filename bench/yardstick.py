"""The yardstick: a bare Flask and Jinja page of 15 KB, a table of 50 rows, without database, person, session or language."""

from __future__ import annotations

from flask import Flask, render_template
from jinja2 import DictLoader

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{{ title }}</title></head>
<body>
<h1>{{ title }}</h1>
<table>
<thead><tr>{% for head in heads %}<th scope="col">{{ head }}</th>{% endfor %}</tr></thead>
<tbody>
{%- for row in rows %}
<tr><td><a href="/rows/{{ row.number }}">{{ row.name }}</a><small>{{ row.number }}</small></td><td>{{ row.region }}</td>
<td class="numeric">{{ row.amount }}</td><td>{{ row.day }}</td><td>{{ row.text }}</td></tr>
{%- endfor %}
</tbody>
</table>
</body>
</html>
"""
HEADS = ("Name", "Region", "Amount", "Day", "Text")
ROWS = [
    {
        "number": f"{number:04}",
        "name": f"The shop on street number {number}",
        "region": f"Region {number % 6}",
        "amount": number * 37,
        "day": f"2026-11-{number % 28 + 1:02}",
        "text": "What there is to be said of this row & of its neighbours on both sides, at about the length of one line and a good half of it",
    }
    for number in range(1, 51)
]

app = Flask("yardstick")
app.jinja_loader = DictLoader({"page.html": PAGE})  # type: ignore[assignment]


@app.get("/")
def page() -> str:
    """All that it does."""
    return render_template("page.html", title="The yardstick", heads=HEADS, rows=ROWS)
