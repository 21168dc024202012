"""The application for a WSGI server: `gunicorn wsgi:app`, `flask --app wsgi`."""

import gc
import sys

from flask import Flask


def start() -> Flask:
    """The application, with what was loaded for it set aside from the garbage collector.

    All that a start makes stays for good. Looking through it again and again costs a quarter of the start, some of
    each request, and the memory that forked processes could share.
    """
    gc.disable()
    from portal import create_app
    from portal.host import PluginProblem
    from portal.schema import check_start

    try:
        made = create_app()
    except PluginProblem as problem:
        sys.exit(f"Storewise cannot start: {problem}")
    check_start(made)
    gc.freeze()
    gc.enable()
    return made


app = start()
