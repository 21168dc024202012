"""The search index: what is found, by whom, on both databases."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError

from portal.db import db
from portal.search import services
from portal.search.ddl import create_search_index, drop_search_index, is_search_object
from portal.search.models import SearchEntry
from portal.search.services import find, index, index_many, remove
from portal.search.text import MAX_WORDS, phrases, tokens
from portal.stores.models import Store
from portal.tenancy import NobodyActing, Scope, WallError, acting_for, all_distributors
from tests.portal.bare import OURS, REP, THEIRS, bare_app

__all__ = ["bare_app"]

COMPLAINT, ARTICLE = "complaints.complaint", "advice.article"
STORE_11, STORE_13 = Scope(1, store_id=11), Scope(1, store_id=13)


def ids(
    query: str, scope: Scope = OURS, kinds: tuple[str, ...] = (COMPLAINT, ARTICLE), shared: tuple[str, ...] = ()
) -> list[int]:
    with acting_for(scope):
        return [each.object_id for each in find(query, kinds=kinds, shared_kinds=shared)]


def put(object_id: int, words: str, *, scope: Scope = OURS, kind: str = COMPLAINT, store_id: int | None = None) -> None:
    with acting_for(scope):
        index(kind, object_id, words, store_id=store_id)


# Words


def test_chinese_becomes_overlapping_pairs_and_a_last_single_character() -> None:
    assert tokens("送货短少") == ["送货", "货短", "短少", "少"]


def test_a_lone_chinese_character_is_a_word() -> None:
    assert tokens("酒") == ["酒"]


def test_full_width_letters_and_digits_become_half_width_and_small() -> None:
    assert tokens("ＡＢＣ１２３　Cola") == ["abc123", "cola"]


def test_scripts_are_told_apart_where_they_touch() -> None:
    assert tokens("可乐330ml装") == ["可乐", "乐", "330ml", "装"]


def test_numbers_fall_apart_at_their_hyphens() -> None:
    assert tokens("C-2026-000123") == ["c", "2026", "000123"]


def test_punctuation_separates_and_vanishes() -> None:
    assert tokens("少了，3箱。") == ["少了", "了", "3", "箱"]


def test_rare_characters_outside_of_the_basic_plane_are_chinese() -> None:
    assert tokens("𠮷野家") == ["𠮷野", "野家", "家"]


def test_a_query_of_two_parts_asks_for_two_phrases() -> None:
    assert phrases("送货 cola") == [["送货"], ["cola"]]


def test_the_last_single_character_of_a_query_is_not_asked_for() -> None:
    assert phrases("送货短少") == [["送货", "货短", "短少"]]


@given(st.text(max_size=300))
def test_words_never_hold_a_sign_that_a_query_language_knows(anything: str) -> None:
    for word in tokens(anything):
        assert all(char.isalnum() or (ord(char) > 127 and not char.isspace()) for char in word), word


@given(st.text(alphabet="送货短少酒ab1 -，", min_size=1, max_size=30), st.data())
def test_every_part_of_a_chinese_run_is_a_row_of_its_words(around: str, data: st.DataObject) -> None:
    inner = data.draw(st.text(alphabet="送货短少酒", min_size=2, max_size=8))
    words, wanted = tokens(f"{around}{inner}{around}"), phrases(inner)[0]
    assert any(words[at : at + len(wanted)] == wanted for at in range(len(words)))


def test_a_very_long_text_is_cut_and_not_refused() -> None:
    assert len(tokens("货" * 100_000)) == MAX_WORDS


# Finding


def test_a_two_character_word_is_found_inside_of_a_longer_text(bare_app: Flask) -> None:
    put(1, "昨天的送货短少了三箱可乐", store_id=11)
    assert ids("短少") == [1]
    assert ids("送货短少") == [1]
    assert ids("可乐") == [1]


def test_characters_that_do_not_stand_side_by_side_are_not_found_as_a_word(bare_app: Flask) -> None:
    put(1, "送来的货短了", store_id=11)
    assert ids("送货") == []
    assert ids("送 货") == [1]


def test_one_character_is_found_wherever_it_stands(bare_app: Flask) -> None:
    for object_id, words in enumerate(("啤酒", "酒水", "卖酒的", "酒", "茶叶"), start=1):
        put(object_id, words, store_id=11)
    assert ids("酒") == [4, 3, 2, 1]


@pytest.mark.parametrize(
    "query", ["C-2026-000123", "c-2026-0001", "2026-000123", "000123", "0001", "Ｃ－２０２６", "cola", "COL"]
)
def test_the_beginning_of_a_number_or_word_is_enough(bare_app: Flask, query: str) -> None:
    put(1, "C-2026-000123 Cola", store_id=11)
    put(2, "D-1999-777777 Fanta", store_id=11)
    assert ids(query) == [1]


def test_the_middle_of_a_latin_word_is_not_its_beginning(bare_app: Flask) -> None:
    put(1, "Cola", store_id=11)
    assert ids("ola") == []


def test_all_parts_of_a_query_must_be_there(bare_app: Flask) -> None:
    put(1, "冰柜漏水", store_id=11)
    put(2, "冰柜噪音", store_id=11)
    assert ids("冰柜 漏水") == [1]


@pytest.mark.parametrize(
    "query",
    ["", "   ", "，。！", '"', "'", "* OR *", "NEAR(", "words:a", "a' | 'b", "\\", "(", "-", "\x00", "!!", "AND", "%"],
)
def test_signs_of_query_languages_are_only_signs(bare_app: Flask, query: str) -> None:
    put(1, "送货", store_id=11)
    assert ids(query) == []


def test_newest_first_and_page_by_page(bare_app: Flask) -> None:
    for object_id in range(1, 8):
        put(object_id, "缺货", store_id=11)
    with acting_for(OURS):
        first = find("缺货", kinds=[COMPLAINT], limit=3)
        second = find("缺货", kinds=[COMPLAINT], limit=3, before=first[-1])
        third = find("缺货", kinds=[COMPLAINT], limit=3, before=second[-1].score)
    assert [each.object_id for each in (*first, *second, *third)] == [7, 6, 5, 4, 3, 2, 1]


def test_only_the_kinds_asked_for(bare_app: Flask) -> None:
    put(1, "陈列", store_id=11)
    put(1, "陈列", store_id=11, kind=ARTICLE)
    with acting_for(OURS):
        assert [each.kind for each in find("陈列", kinds=[ARTICLE])] == [ARTICLE]
        assert find("陈列") == []


def test_a_new_text_takes_the_place_of_the_old_one(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    put(1, "破损", store_id=11)
    db.session.commit()
    put(1, "临期", store_id=11)
    assert (ids("漏水"), ids("破损"), ids("临期")) == ([], [], [1])


def test_an_object_can_move_to_another_store(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    put(1, "漏水", store_id=13)
    assert (ids("漏水", STORE_11), ids("漏水", STORE_13)) == ([], [1])


def test_what_was_removed_is_not_found(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    with acting_for(OURS):
        remove(COMPLAINT, 1)
        remove(COMPLAINT, 99)
    assert ids("漏水") == []


def test_many_at_once(bare_app: Flask) -> None:
    with acting_for(OURS):
        index_many(COMPLAINT, {1: ("漏水", 11), 2: ("漏水", None)})
    assert ids("漏水") == [2, 1]


def test_what_is_rolled_back_is_not_found(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    assert ids("漏水") == [1]
    db.session.rollback()
    assert ids("漏水") == []


def test_entries_go_with_their_store(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    db.session.commit()
    with acting_for(OURS):
        db.session.delete(db.session.get(Store, 11))
        db.session.flush()
    assert ids("漏水") == []
    put(2, "漏气", store_id=12)  # the full-text table of SQLite is still whole
    assert ids("漏气") == [2]


# Walls


def test_another_distributor_finds_nothing(bare_app: Flask) -> None:
    put(1, "送货短少", store_id=11)
    put(2, "送货短少")
    assert ids("送货", THEIRS) == []
    assert ids("送货", THEIRS, shared=(COMPLAINT,)) == []
    assert ids("送货", Scope(2, store_id=21), shared=(COMPLAINT,)) == []
    assert ids("送货", Scope(2, rep_membership_id=7), shared=(COMPLAINT,)) == []


def test_the_same_object_id_of_two_distributors_are_two_objects(bare_app: Flask) -> None:
    put(1, "送货", store_id=11)
    put(1, "退货", scope=THEIRS, store_id=21)
    with acting_for(THEIRS):
        remove(COMPLAINT, 1)
    assert ids("送货") == [1]


def test_a_distributor_whose_number_begins_like_another_ones_does_not_find_its_words(bare_app: Flask) -> None:
    assert services._own_words(["2z1"], Scope(1)) != services._own_words(["z1"], Scope(12))
    put(1, "2z可乐", store_id=11)
    assert ids("可乐", THEIRS) == []


def test_each_word_in_the_index_carries_its_distributor(bare_app: Flask) -> None:
    put(1, "送货 cola", scope=THEIRS, store_id=21)
    with acting_for(THEIRS):
        words = db.session.scalars(select(SearchEntry.words)).one()
    assert set(re.findall(r"\w*z\w+", words)) == {"2z送货", "2z货", "2zcola"}


@pytest.mark.parametrize("scope", [OURS, STORE_11, REP])
def test_rows_are_told_apart_by_their_owner_even_where_words_are_alike(bare_app: Flask, scope: Scope) -> None:
    with acting_for(THEIRS):
        db.session.add(SearchEntry(kind=ARTICLE, object_id=1, words="1z陈列 1z列"))
        db.session.add(SearchEntry(kind=ARTICLE, object_id=2, words="1z陈列 1z列", store_id=21))
    assert ids("陈列", scope, shared=(ARTICLE,)) == []


def test_a_store_finds_its_own_only(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    put(2, "漏水", store_id=13)
    put(3, "漏水")
    assert ids("漏水", STORE_11) == [1]


def test_a_store_finds_what_belongs_to_nobody_only_where_it_is_asked_for(bare_app: Flask) -> None:
    put(1, "陈列", store_id=11)
    put(2, "陈列", kind=ARTICLE)
    put(3, "陈列", kind=ARTICLE, store_id=13)
    assert ids("陈列", STORE_11, kinds=(COMPLAINT, ARTICLE)) == [1]
    assert ids("陈列", STORE_11, kinds=(COMPLAINT,), shared=(ARTICLE,)) == [2, 1]


def test_a_rep_finds_what_its_stores_have_and_the_shared(bare_app: Flask) -> None:
    put(1, "陈列", store_id=12)
    put(2, "陈列", store_id=13)
    put(3, "陈列")
    put(4, "陈列", kind=ARTICLE)
    assert ids("陈列", REP, kinds=(COMPLAINT,)) == [1]
    assert ids("陈列", REP, kinds=(COMPLAINT,), shared=(ARTICLE,)) == [4, 1]


def test_the_distributor_finds_all_of_its_own(bare_app: Flask) -> None:
    put(1, "陈列", store_id=11)
    put(2, "陈列", kind=ARTICLE)
    assert ids("陈列", kinds=(COMPLAINT,), shared=(ARTICLE,)) == [2, 1]


def test_shared_and_own_share_their_pages(bare_app: Flask) -> None:
    for object_id in range(1, 7):
        put(object_id, "陈列", kind=ARTICLE, store_id=11 if object_id % 2 else None)
    with acting_for(STORE_11):
        first = find("陈列", shared_kinds=[ARTICLE], limit=4)
        second = find("陈列", shared_kinds=[ARTICLE], limit=4, before=first[-1])
    assert [each.object_id for each in (*first, *second)] == [6, 5, 4, 3, 2, 1]


def test_what_a_store_files_is_its_own_even_if_nobody_says_so(bare_app: Flask) -> None:
    put(1, "漏水", scope=STORE_11)
    assert (ids("漏水", STORE_11), ids("漏水", STORE_13, shared=(COMPLAINT,))) == ([1], [])


@pytest.mark.parametrize("store_id", [None, 13])
def test_a_store_cannot_change_or_remove_what_is_not_its_own(bare_app: Flask, store_id: int | None) -> None:
    put(1, "陈列", kind=ARTICLE, store_id=store_id)
    with pytest.raises(WallError), acting_for(STORE_11):
        index(ARTICLE, 1, "冒充")
    with pytest.raises(WallError), acting_for(STORE_11):
        remove(ARTICLE, 1)
    assert ids("陈列") == [1]


def test_a_store_cannot_index_for_another_one(bare_app: Flask) -> None:
    with pytest.raises(WallError), acting_for(STORE_11):
        index(COMPLAINT, 1, "漏水", store_id=13)
        db.session.flush()


def test_a_distributor_cannot_index_for_a_foreign_store(bare_app: Flask) -> None:
    with pytest.raises((WallError, IntegrityError)), acting_for(OURS):
        index(COMPLAINT, 1, "漏水", store_id=21)
        db.session.flush()


def test_a_rep_changes_what_it_made_for_the_whole_distributor(bare_app: Flask) -> None:
    put(1, "市场观察", scope=REP)
    put(1, "竞品价格", scope=REP)
    assert (ids("市场观察"), ids("竞品价格")) == ([], [1])


def test_a_rep_cannot_take_an_entry_from_a_store_of_another_rep(bare_app: Flask) -> None:
    put(1, "漏水", store_id=13)
    db.session.commit()
    with pytest.raises(WallError), acting_for(REP):
        index(COMPLAINT, 1, "冒充", store_id=13)
    with pytest.raises(WallError), acting_for(REP):
        remove(COMPLAINT, 1)


def test_nobody_finds_nothing(bare_app: Flask) -> None:
    with pytest.raises(NobodyActing):
        find("送货", kinds=[COMPLAINT])
    with pytest.raises(NobodyActing), all_distributors(reason="test"):
        find("送货", kinds=[COMPLAINT])


def test_the_hole_in_the_walls_closes_again(bare_app: Flask) -> None:
    put(1, "陈列", kind=ARTICLE)
    with acting_for(STORE_11):
        assert find("陈列", shared_kinds=[ARTICLE])
        assert db.session.scalars(select(SearchEntry)).all() == []


def test_rows_that_wait_to_be_written_are_stamped_by_who_acts(bare_app: Flask) -> None:
    with acting_for(STORE_11):
        db.session.add(SearchEntry(kind=COMPLAINT, object_id=5, words="x"))
        remove(COMPLAINT, 6)
        assert [row.store_id for row in db.session.scalars(select(SearchEntry))] == [11]


SCOPES = st.sampled_from([OURS, THEIRS, STORE_11, STORE_13, Scope(1, store_id=12), Scope(2, store_id=22), REP])
ENTRY = st.tuples(
    st.sampled_from([(1, None), (1, 11), (1, 12), (1, 13), (2, None), (2, 21), (2, 22)]),
    st.sampled_from([COMPLAINT, ARTICLE]),
    st.text(alphabet="货送1z2a ", min_size=1, max_size=6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRY, max_size=12), SCOPES, st.text(alphabet="货送1z2a ", min_size=1, max_size=3), st.booleans())
def test_no_query_ever_brings_a_foreign_row(
    bare_app: Flask, entries: list, scope: Scope, query: str, share: bool
) -> None:
    owner = {}
    for object_id, ((distributor_id, store_id), kind, words) in enumerate(entries, start=1):
        put(object_id, words, scope=Scope(distributor_id), kind=kind, store_id=store_id)
        owner[object_id] = (distributor_id, store_id, kind)
    found = ids(query, scope, kinds=(COMPLAINT,), shared=(ARTICLE,) if share else ())
    for distributor_id, store_id, kind in (owner[each] for each in found):
        assert distributor_id == scope.distributor_id
        if scope.store_id is not None:
            assert store_id == scope.store_id or (store_id is None and kind == ARTICLE and share)
        if scope.rep_membership_id is not None:
            assert store_id in (11, 12) or (store_id is None and kind == ARTICLE and share)
    db.session.rollback()


@pytest.mark.database
def test_in_the_portal_a_complaint_is_found_by_those_it_concerns(act_as) -> None:
    with act_as("store_manager"):
        index(COMPLAINT, 1, "昨天的送货短少了三箱 C-2026-000123")
    with act_as("manager"):
        index(ARTICLE, 1, "送货之后先查效期")
    roles = ("store_manager", "rep", "manager", "store_manager:1")
    found = {}
    for role, distributor in [*((role, "first") for role in roles), ("manager", "other")]:
        with act_as(role, distributor):
            found[role, distributor] = {each.kind for each in find("送货", kinds=[COMPLAINT], shared_kinds=[ARTICLE])}
    assert found == {
        ("store_manager", "first"): {COMPLAINT, ARTICLE},
        ("rep", "first"): {COMPLAINT, ARTICLE},
        ("manager", "first"): {COMPLAINT, ARTICLE},
        ("store_manager:1", "first"): {ARTICLE},
        ("manager", "other"): set(),
    }


# The index itself


def _rebuilt() -> None:
    with db.engine.begin() as connection:
        create_search_index(connection)


def test_the_index_can_be_made_twice_and_over_entries_that_are_there(bare_app: Flask) -> None:
    put(1, "漏水", store_id=11)
    db.session.commit()
    _rebuilt()
    assert ids("漏水") == [1]
    db.session.commit()
    with db.engine.begin() as connection:
        drop_search_index(connection)
    _rebuilt()
    assert ids("漏水") == [1]


def test_migrations_leave_the_tables_of_the_index_alone(bare_app: Flask) -> None:
    unknown = set(inspect(db.engine).get_table_names()) - set(db.metadata.tables)
    assert bool(unknown) == (db.engine.dialect.name == "sqlite")
    assert all(is_search_object(name) for name in unknown)
    assert not is_search_object(SearchEntry.__tablename__)
    assert not is_search_object(None)
