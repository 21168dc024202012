from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.files.exports import Sheet, write_csv, write_xlsx
from portal.files.spreadsheets import read_table
from portal.stores import importing, queries, services
from portal.stores.models import FORMATS, Contact, Store
from portal.stores.queries import StoreFilter
from portal.stores.services import ContactDetails, StoreDetails

HEAD = ["门店编号", "门店名称", "业态", "等级", "面积", "业务员"]


def test_rep_sees_the_stores_assigned_to_it(act_as):
    with act_as("rep"):
        assert [store.number for store in queries.page_of_stores(StoreFilter())] == ["0001", "0002"]
    with act_as("manager"):
        assert len(queries.page_of_stores(StoreFilter())) == 3


@pytest.mark.parametrize(
    ("words", "found"), [("学府", ["0002"]), ("0003", ["0003"]), ("禾川 路", ["0001", "0002"]), ("%", [])]
)
def test_search_finds_parts_of_chinese_names(act_as, words, found):
    with act_as("manager"):
        assert [store.number for store in queries.page_of_stores(StoreFilter(words=words))] == found


def test_pages_of_a_list_lose_and_repeat_nothing(act_as):
    with act_as("manager"):
        for number in range(100, 160):
            services.add_store(StoreDetails(number=f"{number}", name=f"店{number}"))
        db.session.flush()
        seen, cursor = [], None
        while True:
            page = queries.page_of_stores(StoreFilter(), cursor)
            seen += [store.number for store in page]
            cursor = page.next
            if cursor is None:
                break
        assert seen == sorted(seen)
        assert len(seen) == len(set(seen)) == 63
        back = queries.page_of_stores(StoreFilter(), page.previous)
        assert back.items[-1].number == seen[seen.index(page.items[0].number) - 1]


def test_import_with_a_wrong_row_writes_nothing_and_names_the_cell(act_as):
    rows = [HEAD, ["0100", "新店", "便利店", "A", "85", "first rep"], ["", "无号", "便利店", "Z", "很大", ""]]
    with act_as("administrator"):
        result = importing.import_stores(write_csv(rows))
        assert not result.written
        assert {(error.row, error.column) for error in result.errors} == {(3, "门店编号"), (3, "等级"), (3, "面积")}
        assert queries.by_number("0100") is None


def test_what_an_import_refuses_it_quotes(act_as):
    rows = [HEAD, ["0100", "新店", "便利店", "A", "200001", "nobody"], ["0100", "新店", "", "Z", "", ""]]
    with act_as("administrator"):
        said = [(error.row, error.text.partition(":")[0]) for error in importing.import_stores(write_csv(rows)).errors]
        assert said == [(2, "“nobody” is not one of"), (3, "“Z” is not one of"), (3, "“0100”")]
        rows = [HEAD, ["0100", "新店", "便利店", "A", "200001", ""]]
        (error,) = importing.import_stores(write_csv(rows)).errors
        assert error.text == "“200001”: The area must be between 0 and 200,000 m²."


def test_import_may_leave_out_wrong_rows(act_as):
    rows = [HEAD, ["0100", "新店", "便利店", "A", "85", "first rep"], ["", "无号", "", "", "", ""]]
    with act_as("administrator"):
        result = importing.import_stores(write_csv(rows), skip_wrong_rows=True)
        store = queries.by_number("0100")
        assert result.written and (result.added, len(result.errors)) == (1, 1)
        assert (store.format, store.tier, store.area_m2) == ("convenience", "A", 85.0)


def test_importing_the_same_file_again_changes_nothing(act_as):
    data = write_xlsx([Sheet("x", HEAD, [["0100", "新店", "超市", "B", 120, ""]])])
    with act_as("administrator"):
        assert importing.import_stores(data).added == 1
    with act_as("administrator"):
        again = importing.import_stores(data)
        assert (again.added, again.changed, again.unchanged) == (0, 0, 1)


def test_export_can_be_imported_again_and_changes_nothing(act_as):
    with act_as("administrator"):
        data = write_xlsx([importing.export_sheet()])
        result = importing.import_stores(data)
        assert (result.added, result.changed, result.unchanged, result.errors) == (0, 0, 3, [])


@pytest.mark.parametrize("language", ["zh_Hans", "en"])
def test_export_is_read_back_whole_in_either_language(act_as, language):
    details = StoreDetails(
        "0100", "新店", tier="A", region="城东", address="一号路", area_m2=85.5, opened_on=date(2019, 5, 1)
    )
    with act_as("administrator"), force_locale(language):
        for number, kind in enumerate(FORMATS):
            services.add_store(replace(details, number=f"01{number:02}", format=kind))
        db.session.flush()
        data = write_xlsx([importing.export_sheet()])
        before = [services.details_of(store) for store in queries.page_of_stores(StoreFilter())]
        for store in db.session.scalars(queries.matching(StoreFilter())).all():
            services.change_store(store, StoreDetails(store.number, "x"))
        result = importing.import_stores(data)
        assert (result.errors, result.changed) == ([], len(before))
        assert [services.details_of(store) for store in queries.page_of_stores(StoreFilter())] == before


def test_number_stays_unique_in_one_distributor_only(act_as):
    with act_as("administrator"), pytest.raises(services.RuleBroken) as caught:
        services.add_store(StoreDetails(number="0001", name="又一家"))
    assert caught.value.field == "number"
    with act_as("administrator", "other"):
        services.add_store(StoreDetails(number="0003", name="别家的三号店"))


def test_handover_keeps_who_left_and_who_took_over(act_as, world):
    with act_as("manager"):
        store = queries.store(world.first.stores[0])
        old = services.add_contact(store, ContactDetails("老王", "店长", is_main=True))
        new = services.add_contact(store, ContactDetails("小李", "副店长"))
        db.session.flush()
        assert queries.thin_benches(world.first.stores) == set(world.first.stores[1:])
        services.hand_over(old, left_on=store.created_at.date(), successor=new, note="每周二对账")
        db.session.flush()
        assert (old.successor_id, old.is_main, new.is_main) == (new.id, False, True)
        assert queries.thin_benches(world.first.stores[:1]) == {store.id}


def test_changes_of_a_store_stand_in_the_audit_log(client_as, act_as, world):
    store_id = world.first.stores[0]
    form = {"number": "0001", "name": "改名店", "format": "supermarket", "tier": "B", "active": "y"}
    assert client_as("administrator").post(f"/stores/{store_id}/edit", data=form).status_code == 302
    with act_as("administrator"):
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "stores.changed")).one()
        assert entry.object_id == store_id
        assert "name" in entry.details["fields"]


@pytest.mark.parametrize("path", ["/stores", "/stores/new", "/stores/exchange/import"])
def test_pages_of_stores_answer(client_as, path, count_queries):
    client = client_as("administrator")
    with count_queries() as queries_sent:
        assert client.get(path).status_code == 200
    assert len(queries_sent) <= 8  # two more than a list may cost: the counts of the side bar


def test_store_page_shows_bench_and_timeline_within_its_queries(client_as, world, count_queries):
    client = client_as("rep")
    with count_queries() as sent:
        page = client.get(f"/stores/{world.first.stores[0]}")
    assert page.status_code == 200
    assert "Contact bench" in page.text
    assert len(sent) <= 15  # one for each plug-in's timeline, and the counts of the side bar


def test_foreign_stores_and_those_of_other_reps_are_not_found(client_as, world):
    for role, store_id in (("manager", world.other.stores[0]), ("rep", world.first.stores[2])):
        client = client_as(role)
        for path in (f"/stores/{store_id}", f"/stores/{store_id}/contacts/new"):
            assert client.get(path).status_code == 404


def test_store_people_see_their_own_page_only(client_as, world):
    client = client_as("store_manager")
    assert client.get("/stores/mine").status_code == 200
    assert client.get(f"/stores/{world.first.stores[0]}").status_code == 403


def test_upload_of_a_picture_as_store_list_is_refused_in_words(client_as):
    data = {"file": (BytesIO(b"\x89PNG\r\n\x1a\n" + b"0" * 50), "stores.xlsx")}
    answer = client_as("administrator").post("/stores/exchange/import", data=data)
    assert answer.status_code == 422


def test_export_guards_against_formulas(act_as, client_as):
    with act_as("administrator"):
        services.add_store(StoreDetails(number="0900", name="=HYPERLINK(1)"))
    answer = client_as("administrator").get("/stores/exchange/export?format=csv")
    assert "'=HYPERLINK(1)" in answer.data.decode("utf-8-sig")
    assert read_table(answer.data).rows


def test_contact_of_another_distributor_cannot_be_changed(act_as, client_as, world):
    with act_as("manager", "other"):
        contact = Contact(store_id=world.other.stores[0], name="别人")
        db.session.add(contact)
        db.session.flush()
        contact_id = contact.id
    answer = client_as("administrator").post(f"/stores/contacts/{contact_id}", data={"name": "改了"})
    assert answer.status_code == 404
    with act_as("manager", "other"):
        assert db.session.get(Contact, contact_id).name == "别人"
        assert db.session.scalars(select(Store)).all()
