"""Figures from the shell: a file of the distributor's own system, taken in by night."""

from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.db import db
from tests.portal.operations_kit import command
from tests.portal.people_kit import database

YESTERDAY = (clock.today("Asia/Shanghai") - timedelta(days=1)).isoformat()


def written(folder, name, *rows):
    path = folder / name
    path.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return path


def test_products_and_sales_are_taken_in_without_naming_anybody(app, world, tmp_path):
    products = written(tmp_path, "p.csv", ("商品编码", "商品名称", "零售价"), ("T", "冰红茶", "3.50"))
    sales = written(tmp_path, "s.csv", ("门店编号", "商品编码", "日期", "数量"), ("0002", "T", YESTERDAY, "7"))
    assert "1 rows taken in" in command(app, "trade", "import", "products", products)
    assert "1 rows taken in" in command(app, "trade", "import", "sales", sales)
    assert "nothing new" in command(app, "trade", "import", "sales", sales)
    with database(app):
        who = select(Person.email).join(AuditEntry, AuditEntry.person_id == Person.id)
        found = db.session.scalars(who.where(AuditEntry.action.startswith("trade."))).all()
    assert set(found) == {"administrator@first.example"}


def test_a_wrong_cell_is_named_and_nothing_is_written(app, world, tmp_path):
    products = written(
        tmp_path, "p.csv", ("商品编码", "商品名称", "零售价"), ("T", "冰红茶", "cheap"), ("U", "水", "1")
    )
    said = command(app, "trade", "import", "products", products, fails=True)
    assert "1 cells are wrong; nothing was written" in said
    assert "2" in said.splitlines()[0]
    assert "1 rows" in command(
        app, "trade", "import", "products", written(tmp_path, "q.csv", ("商品编码", "商品名称"), ("U", "水"))
    )


def test_who_may_not_upload_is_refused(app, world, tmp_path):
    products = written(tmp_path, "p.csv", ("商品编码", "商品名称"), ("T", "冰红茶"))
    said = command(app, "trade", "import", "products", products, "--as", "rep@first.example", fails=True)
    assert "the permission trade.products is missing" in said
