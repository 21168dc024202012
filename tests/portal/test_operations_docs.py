"""docs/operators.md: every setting there is, every command that it names, and SQL that makes what it says."""

import ast
import re
import shlex

import click
import pytest
from sqlalchemy import make_url

from portal import ROOT
from tests.portal.operations_kit import command, portal_in
from tests.portal.test_operations_postgresql import Server, server, walls_stand

__all__ = ["server"]

PAGE = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
COMMANDS = sorted({
    *re.findall(r"^\$ (flask [^\n]+)$", PAGE, re.MULTILINE),
    *re.findall(r"`(flask [a-z -]+?)(?: [A-Z-][^`]*)?`", PAGE),
})  # fmt: skip
ELSEWHERE = {"FONTS_DIR": "portal/pdf/renderer.py", "HOST": "portal/cli.py", "PORT": "portal/cli.py"}


def settings_in_the_page():
    section = PAGE.partition("\n## Settings\n")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return sorted(name for cell in cells for name in re.findall(r"`(\w+)`", cell))


def settings_in_the_code():
    """Every name that config.py asks the environment for."""
    tree = ast.parse((ROOT / "config.py").read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    asking = [call for call in calls if ast.unparse(call.func) in {"os.environ.get", "_flag", "_counts"}]
    return {call.args[0].value for call in asking if isinstance(call.args[0], ast.Constant)}


def test_the_page_lists_each_setting_once_and_none_that_is_not_there():
    assert settings_in_the_page() == sorted(settings_in_the_code() | ELSEWHERE.keys())
    for name, path in ELSEWHERE.items():
        assert f'"{name}"' in (ROOT / path).read_text(encoding="utf-8")


def test_the_page_names_the_commands():
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_is_there(app, line):
    words = shlex.split(line.removeprefix("flask "))
    found = app.cli
    with app.app_context():
        while words and isinstance(found, click.Group):
            found = found.get_command(click.Context(found), words.pop(0))
            assert found is not None, line
        known = {option for parameter in found.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_the_roles_of_the_page_make_postgresqls_walls_stand(server: Server, tmp_path):
    sql = re.search(r"```sql\n(.*?)```", PAGE, re.DOTALL)[1]
    addresses = dict(re.findall(r"^((?:MIGRATION_)?DATABASE_URL)=(\S+)$", PAGE, re.MULTILINE))
    names = {"storewise_owner": "sw_doc_owner", "storewise": "sw_doc"}
    removal = ['DROP DATABASE IF EXISTS "sw_doc"', "DROP ROLE IF EXISTS sw_doc_owner", "DROP ROLE IF EXISTS sw_doc"]

    def ours(text):
        return re.sub(r"\bstorewise(_owner)?\b", lambda found: names[found[0]], text)

    host = make_url(server.address)
    settings = {
        name: make_url(ours(address)).set(host=host.host, port=host.port).render_as_string(hide_password=False)
        for name, address in addresses.items()
    }
    server.run(*removal)
    try:
        server.run(*[statement for statement in ours(sql).split(";") if statement.strip()])
        with portal_in(tmp_path / "portal", **settings) as app:
            command(app, "db", "upgrade")
            assert walls_stand(app)
    finally:
        server.run(*removal)
