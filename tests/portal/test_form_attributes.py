"""Attributes of fields read as WTForms writes them: its own function is the oracle."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape
from wtforms.fields import StringField
from wtforms.form import Form
from wtforms.widgets import core

from portal.form_attributes import html_params

NAMES = st.from_regex(r"(aria_|data_)?[a-z][a-z_<&\"-]{0,8}", fullmatch=True)
TEXTS = st.text(st.sampled_from("<>&\"' a店={}%"), max_size=12)
VALUES = st.one_of(st.booleans(), st.none(), st.integers(), TEXTS, TEXTS.map(Markup))


def of_wtforms() -> Any:
    """Their function as their source has it, whatever stands in its place by now."""
    source = compile(inspect.getsource(core), core.__file__, "exec")
    code = next(part for part in source.co_consts if getattr(part, "co_name", "") == "html_params")
    return FunctionType(code, {"clean_key": core.clean_key, "escape": escape, "Markup": Markup, "sorted": sorted})


THEIRS = of_wtforms()


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_attributes_are_those_of_wtforms(attributes: dict[str, Any]) -> None:
    ours = html_params(**attributes)
    assert ours == THEIRS(**attributes)
    assert isinstance(ours, Markup)


def test_a_value_ends_no_attribute(app: Any) -> None:
    class Asking(Form):
        """A form of one field."""

        name = StringField()

    with app.app_context():
        field = Asking(data={"name": '"><script>alert(1)</script>'}).name
        assert str(field()) == (
            '<input id="name" name="name" type="text" value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">'
        )
