"""Who is compared with whom: the second to the fifth rule of figures that give no store away."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.trade.methods.cohorts import (
    Cohort,
    StoreKind,
    cohort_to_read,
    contributors,
    form_cohorts,
    quarter_of,
)

QUARTER = date(2026, 4, 1)
kinds = st.builds(
    StoreKind,
    st.sampled_from(["convenience", "supermarket"]),
    st.sampled_from("AB"),
    st.sampled_from(["north", "south"]),
)
worlds = st.lists(kinds, max_size=90).map(lambda drawn: dict(enumerate(drawn, 100)))


def stores(*groups):
    """{number: kind} of groups of (how many, format, tier, region)."""
    drawn = [StoreKind(*kind) for count, *kind in groups for _store in range(count)]
    return dict(enumerate(drawn, 1))


def sizes(cohorts):
    return {cohort.label: len(cohort.members) for cohort in cohorts}


def test_rule_2_who_has_reported_for_less_than_six_months_does_not_contribute():
    world = stores((4, "convenience", "A", "north"))
    assert set(contributors(world, {1: 6, 2: 5, 3: 24})) == {1, 3}


def test_rule_2_a_newcomer_reads_the_narrowest_cohort_of_its_kind():
    cohorts = form_cohorts(
        stores((12, "convenience", "A", "north"), (7, "convenience", "B", "north"), (7, "convenience", "B", "south")),
        QUARTER,
    )
    assert cohort_to_read(900, StoreKind("convenience", "A", "north"), cohorts).label == ("convenience", "A", "north")
    assert cohort_to_read(900, StoreKind("convenience", "B", "west"), cohorts).label == ("convenience", "B")
    assert cohort_to_read(900, StoreKind("convenience", "C", "west"), cohorts) is None
    assert cohort_to_read(900, StoreKind("supermarket", "A", "north"), cohorts) is None


def test_rule_3_a_dozen_of_one_kind_stand_for_themselves_and_eleven_do_not():
    dozen = stores((12, "convenience", "A", "north"), (12, "convenience", "A", "south"))
    assert sizes(form_cohorts(dozen, QUARTER)) == {
        ("convenience", "A", "north"): 12,
        ("convenience", "A", "south"): 12,
    }
    assert form_cohorts(stores((11, "convenience", "A", "north")), QUARTER) == ()


def test_rule_3_the_few_of_a_region_join_those_of_their_tier_and_then_of_their_format():
    few = stores(
        (20, "convenience", "A", "north"),
        (7, "convenience", "A", "south"),
        (6, "convenience", "A", "west"),
        (6, "convenience", "B", "north"),
        (6, "convenience", "C", "north"),
    )
    assert sizes(form_cohorts(few, QUARTER)) == {
        ("convenience", "A", "north"): 20,
        ("convenience", "A"): 13,
        ("convenience",): 12,
    }


def test_rule_3_who_is_left_over_joins_the_smallest_cohort_of_its_format_and_of_no_other():
    left = stores(
        (15, "convenience", "A", "north"),
        (13, "convenience", "A", "south"),
        (12, "supermarket", "A", "north"),
        (3, "convenience", "B", "north"),
        (4, "kiosk", "B", "north"),
    )
    assert sizes(form_cohorts(left, QUARTER)) == {
        ("convenience", "A", "north"): 15,
        ("convenience", "A", "south"): 16,
        ("supermarket", "A", "north"): 12,
    }


@given(worlds)
def test_rule_3_cohorts_are_disjoint_of_one_format_and_never_small(world):
    cohorts = form_cohorts(world, QUARTER)
    placed = [store for cohort in cohorts for store in cohort.members]
    assert len(placed) == len(set(placed))
    for cohort in cohorts:
        assert len(cohort.members) >= 12
        assert {world[store].format for store in cohort.members} == {cohort.label[0]}
    for format_ in {kind.format for kind in world.values()}:
        members = {store for store, kind in world.items() if kind.format == format_}
        assert members <= set(placed) if len(members) >= 12 else not members & set(placed)


@given(worlds, st.randoms(use_true_random=False))
def test_rule_3_the_same_stores_make_the_same_cohorts(world, random):
    shuffled = list(world.items())
    random.shuffle(shuffled)
    assert form_cohorts(dict(shuffled), QUARTER) == form_cohorts(world, QUARTER)


@given(worlds)
def test_rule_4_all_members_read_the_cohort_that_they_are_in(world):
    cohorts = form_cohorts(world, QUARTER)
    for cohort in cohorts:
        assert {cohort_to_read(store, world[store], cohorts) for store in cohort.members} == {cohort}


def test_rule_4_who_was_left_over_reads_the_cohort_that_took_it_in():
    world = stores((13, "kiosk", "A", "north"), (12, "kiosk", "A", "south"), (2, "kiosk", "A", "west"))
    cohorts = form_cohorts(world, QUARTER)
    taken_in = next(cohort for cohort in cohorts if 27 in cohort.members)
    assert taken_in.label == ("kiosk", "A", "south")
    assert cohort_to_read(27, world[27], cohorts) == taken_in


def test_rule_4_a_newcomer_reads_the_narrowest_cohort_of_its_kind():
    world = stores((12, "kiosk", "A", "north"), (7, "kiosk", "A", "south"), (7, "kiosk", "A", "west"))
    world |= {store + 100: kind for store, kind in stores((7, "kiosk", "B", "east"), (7, "kiosk", "C", "east")).items()}
    cohorts = form_cohorts(world, QUARTER)
    assert [cohort.label for cohort in cohorts] == [("kiosk",), ("kiosk", "A"), ("kiosk", "A", "north")]
    for region, label in (("north", ("kiosk", "A", "north")), ("harbour", ("kiosk", "A"))):
        assert cohort_to_read(900, StoreKind("kiosk", "A", region), cohorts).label == label
    assert cohort_to_read(900, StoreKind("kiosk", "D", "harbour"), cohorts).label == ("kiosk",)


def test_rule_5_a_cohort_belongs_to_its_quarter():
    assert [quarter_of(date(2026, month, 28)).month for month in range(1, 13)] == [1] * 3 + [4] * 3 + [7] * 3 + [10] * 3
    assert form_cohorts(stores((12, "kiosk", "A", "north")), date(2026, 5, 17))[0].quarter == QUARTER


@pytest.mark.parametrize(
    ("quarter", "members", "message"),
    [
        (date(2026, 5, 1), range(12), "first day"),
        (QUARTER, range(11), "at least 12"),
        (QUARTER, [1] * 12, "each once"),
        (QUARTER, [*range(11, 22), 3], "in order"),
    ],
)
def test_a_cohort_that_cannot_be_is_refused(quarter, members, message):
    with pytest.raises(ValueError, match=message):
        Cohort(("kiosk",), quarter, tuple(members))
