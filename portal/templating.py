"""What templates do hundreds of times a page, made cheap: they say texts, and call functions and macros."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import lru_cache
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Template
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from jinja2.utils import pass_eval_context
from markupsafe import Markup, escape

from portal.catalogues import catalogue

MOST_KEPT = 10_000
PLAIN = frozenset({FunctionType, MethodType, BuiltinMethodType, type(lru_cache(len))})
ASKS_FOR_MORE = "jinja_pass_arg"  # on functions that want the context, or parts of it, as their first argument


class QuickContext(Context):
    """Calls macros and plain functions at once; Jinja looks at each of them seven times before it does."""

    def call(__self, __obj: Any, *args: Any, **kwargs: Any) -> Any:
        kind = type(__obj)
        if kind is Macro:
            args = (__self.eval_ctx, *args)
        elif kind not in PLAIN or hasattr(__obj, ASKS_FOR_MORE):
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        try:
            return __obj(*args, **kwargs)
        except StopIteration:
            return __self.environment.undefined(
                "value was undefined because a callable raised a StopIteration exception"
            )


class QuickTemplate(Template):
    """A template that does not look again at what is marked as safe already: most of a page comes out of macros."""

    @classmethod
    def from_code(cls, *args: Any, **kwargs: Any) -> Template:
        """As Jinja makes it, with another name for `escape` in its code."""
        template = super().from_code(*args, **kwargs)
        template.root_render_func.__globals__["escape"] = _escaped
        return template


def _escaped(value: Any) -> Markup:
    return value if type(value) is Markup else escape(value)


class QuickEnvironment(Environment):
    """Jinja's environment as Flask has it, whose templates share one plain dictionary of globals."""

    context_class = QuickContext
    template_class = QuickTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Jinja chains two dictionaries for a template without globals of its own, and copies the chain on each page."""
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """Let templates of this application say texts quickly."""
    app.jinja_env.globals.update(_=say, gettext=say)


@pass_eval_context
def say(context: EvalContext, message: str, /, **values: Any) -> str:
    """What `_` is in templates: a translated text, marked as safe once and not each time it is said."""
    texts = catalogue()
    if not context.autoescape:
        return texts.ugettext(message) % values  # type: ignore[no-any-return]
    said = vars(texts).setdefault("said", {})
    text = said.get(message)
    if text is None:
        text = Markup(texts.ugettext(message))  # noqa: S704 (texts of the code and its catalogues)
        if len(said) < MOST_KEPT:
            said[message] = text
    return text % values if values or "%" in text else text
