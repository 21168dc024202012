"""What a layout is worth: the model, the walks on the floor, and the rules of what may stand where."""

from dataclasses import replace
from math import exp, hypot

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.advice.methods import layout
from plugins.advice.methods.layout.model import Model
from plugins.advice.methods.layout.rules import Rules
from tests.plugins.advice.methods.shops import breaks, drawn_shop, in_words


def category(name="C", **facts):
    return layout.Category(**{"name": name, "sales": 1000.0, "margin": 0.25, "impulse": 0.0, "baskets": 0.1} | facts)


def six_zones():
    """Two rows of three zones with an aisle of 2.5 m, made by a rule."""
    zones = [layout.Zone(f"Z{at}", 1 + at % 3 * 2.0, at // 3 * 3.5, 2.0, 1.0, 3.0 + at) for at in range(6)]
    categories = [
        category(
            f"C{at}",
            sales=1000.0 + 300 * at,
            margin=0.2 + 0.03 * at,
            impulse=0.1 + 0.12 * at,
            baskets=0.3 - 0.04 * at,
            elasticity=0.1 + 0.02 * at,
        )
        for at in range(6)
    ]
    affinity = [[1 + 0.2 * ((one * other) % 4) for other in range(6)] for one in range(6)]
    return layout.Shop(zones, categories, (3, 1, 5, 0, 2, 4), (0.5, 6.5), (7.5, 6.5), 8.0, 7.0, affinity)


def pair_apart(gap, *, lift=1.0, **facts):
    """Two categories in zones `gap` metres apart, and a third zone beside the first."""
    zones = [
        layout.Zone("A", 1.0, 0.0, 1.0, 1.0, 4.0),
        layout.Zone("B", 2.0 + gap, 0.0, 1.0, 1.0, 4.0),
        layout.Zone("C", 0.0, 0.0, 1.0, 1.0, 4.0),
    ]
    return layout.Shop(
        zones, [category("one", **facts), category("two", **facts)], (0, 1), (0.5, 3.5), (5.5, 3.5), 12.0, 4.0,
        [[1.0, lift], [lift, 1.0]],
    )  # fmt: skip


def test_today_is_worth_what_it_is_worth():
    shop = drawn_shop(np.random.default_rng(1), 7)
    assert layout.score(shop) == pytest.approx(sum(each.sales * each.margin for each in shop.categories))
    assert layout.sales(shop) == pytest.approx([each.sales for each in shop.categories])


def test_the_figures_of_six_zones():
    """Worked by an independent implementation."""
    shop = six_zones()
    assert layout.score(shop) == pytest.approx(3045.000000, abs=1e-6)
    assert layout.score(shop, [0, 1, 2, 3, 4, 5]) == pytest.approx(3240.179884, abs=1e-6)
    others = layout.Parameters(eta=0.3, sight=4.0, pull=0.2, neighbourhood=2.0, incremental=0.5, elasticity=0.02)
    shelf = [3.0, 5.0, 4.0, 6.5, 7.0, 7.5]
    assert layout.score(shop, [5, 4, 3, 2, 1, 0], shelf, others) == pytest.approx(3016.870525, abs=1e-6)
    assert layout.sales(shop, [0, 1, 2, 3, 4, 5]) == pytest.approx(
        [910.587455, 1310.659893, 1380.734734, 2378.927952, 2827.843158, 2532.769118], abs=1e-6
    )


def test_twice_the_shelf_sells_by_its_elasticity_and_counts_by_its_incremental_share():
    """By hand: no impulse, no affinity, so that space is all."""
    shop = pair_apart(1.0)
    assert layout.sales(shop, shelf=[8.0, 4.0]) == pytest.approx([1000 * 2**0.17, 1000])
    assert layout.score(shop, shelf=[8.0, 4.0]) == pytest.approx(500 + 0.25 * 0.7 * 1000 * (2**0.17 - 1))


def test_what_goes_together_sells_better_side_by_side_but_by_no_more_than_a_tenth():
    """By hand: from 3 m apart to 4 m apart, or to the same wall."""
    shop = pair_apart(3.0, lift=2.0)
    change = 0.13 * np.log(2) * (exp(-4 / 2.5) - exp(-3 / 2.5))
    assert layout.sales(shop, [2, 1]) == pytest.approx([1000 * (1 + change)] * 2)
    strong = layout.Parameters(pull=5.0)
    assert layout.sales(shop, [2, 1], parameters=strong) == pytest.approx([900, 900])
    assert layout.sales(shop, [2, 0], parameters=strong) == pytest.approx([1100, 1100])


def test_a_lift_of_few_baskets_counts_as_five_at_most():
    wild, five = pair_apart(3.0, lift=400.0), pair_apart(3.0, lift=5.0)
    assert layout.sales(wild, [2, 1]) == pytest.approx(layout.sales(five, [2, 1]))


def test_what_people_come_for_belongs_where_they_pass_the_rest():
    """A destination at the back leads past what is bought on impulse; at the door it leads past nothing."""
    zones = [layout.Zone(name, x, 0.0, 1.0, 1.0, 4.0) for name, x in (("near", 2.0), ("middle", 9.0), ("back", 16.0))]
    goods = [category("milk", baskets=0.4), category("sweets", impulse=0.8), category("paper", baskets=0.01)]
    shop = layout.Shop(zones, goods, (0, 1, 2), (0.5, 3.5), (1.5, 3.5), 18.0, 4.0)
    assert layout.sales(shop, [2, 1, 0])[1] > 1.15 * layout.sales(shop)[1]


def test_what_nobody_need_come_for_is_seen_by_who_passes_it():
    """By hand, from the metres of the floor: milk that all come for counts as 95 of 100, door and till as 999 of 1000."""
    shop = pair_apart(1.0)
    shop = replace(shop, categories=[category("milk", baskets=1.0), category("sweets", impulse=1.0)])
    floor = shop.floor
    missed = 1 - 0.95 * exp(-floor.to_walk[1, 0] / 3)
    missed *= (1 - 0.999 * exp(-floor.to_door[1] / 3)) * (1 - 0.999 * exp(-floor.to_till[1] / 3))
    assert Model(shop).exposure(shop.today)[1] == pytest.approx(1 - missed, rel=1e-12)


def test_one_in_a_hundred_passes_even_the_farthest_shelf():
    """Of 30 m from door and till e^-10 would be left."""
    far = layout.Zone("far", 31.0, 0.0, 1.0, 1.0, 4.0)
    shop = layout.Shop([far], [category()], (0,), (0.5, 0.5), (0.5, 3.5), 32.0, 4.0)
    assert Model(shop).exposure(shop.today) == pytest.approx([0.01])


def test_more_shelf_never_sells_less():
    shop = pair_apart(1.0)
    assert layout.sales(shop, shelf=[8.0, 4.0], parameters=layout.Parameters(elasticity=-0.5)) == pytest.approx(
        [1000] * 2
    )


def test_a_shelf_that_is_too_short_today_may_stay_so_but_not_get_shorter():
    shop = pair_apart(1.0, least_shelf=6.0)  # on 4 m
    counts = [int(Rules(shop).count(shop.today, np.asarray([metres, 4.0]))) for metres in (4.0, 5.0, 3.9, 6.0)]
    assert counts == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("change", "may"),
    [({}, True), ({"fixed": True}, False), ({"power": True}, False), ({"low": False}, False)],
)
def test_shelf_goes_to_a_neighbour_that_is_alike_and_not_fixed(change, may):
    """The third zone of the two apart touches the first; the second is a metre away."""
    shop = pair_apart(1.0)
    shop = replace(shop, zones=[shop.zones[0], shop.zones[1], replace(shop.zones[2], **change)])
    rules = Rules(shop)
    assert (rules.may_shift(2, 0), rules.may_shift(0, 2)) == (may, may)
    assert not rules.may_shift(0, 1)


def test_a_walk_goes_round_the_shelves():
    """A wall of shelves between the door and the back, open on the right only."""
    wall = layout.Zone("wall", 0.0, 2.0, 6.0, 1.0, 6.0)
    back = layout.Zone("back", 0.0, 5.0, 1.0, 1.0, 2.0)
    shop = layout.Shop([wall, back], [category("one"), category("two")], (0, 1), (0.5, 0.5), (3.5, 0.5), 7.0, 6.0)
    walk = np.asarray(shop.floor.walks[1]) * 0.5
    crossing = walk[(walk[:, 1] >= 2.0) & (walk[:, 1] < 3.0)]
    assert len(crossing) and crossing[:, 0].min() >= 6.0
    assert np.abs(np.diff(walk, axis=0)).sum(axis=1) == pytest.approx(0.5)  # step by step
    assert shop.floor.to_walk[1, 1] == pytest.approx(0.25)  # one stands before the shelf
    assert shop.floor.to_door[1] == pytest.approx(5.0 - 0.75)
    assert shop.floor.apart[0, 1] == pytest.approx(2.0)
    aside = layout.Zone("aside", 3.0, 4.5, 1.0, 1.0, 2.0)
    assert layout.Shop([back, aside], [category()], (0,), (0.5, 0.5), (3.5, 0.5), 7.0, 6.0).floor.apart[0, 1] == 2.0
    corner = layout.Zone("corner", 3.0, 1.0, 1.0, 1.0, 2.0)
    found = layout.Shop([back, corner], [category()], (0,), (0.5, 0.5), (3.5, 0.5), 7.0, 6.0).floor
    assert found.apart[0, 1] == pytest.approx(hypot(2, 3))


def test_a_shop_without_a_way_to_the_till_is_refused():
    wall = layout.Zone("wall", 0.0, 2.0, 7.0, 1.0, 6.0)
    shop = layout.Shop([wall], [category()], (0,), (0.5, 0.5), (3.5, 5.5), 7.0, 6.0)
    with pytest.raises(ValueError, match="no walk leads"):
        layout.score(shop)


@pytest.mark.parametrize(("gap", "count"), [(0.0, 1), (0.9, 1), (1.0, 0)])
def test_food_and_chemicals_want_a_metre_between_them(gap, count):
    shop = pair_apart(gap)
    mixed = [replace(each, kind=kind) for each, kind in zip(shop.categories, ("food", "chemical"), strict=True)]
    assert len(layout.broken(replace(shop, categories=mixed))) == count


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(0, 2))
def test_every_broken_rule_is_named(seed, count, spare):
    noise = np.random.default_rng(seed)
    shop = drawn_shop(noise, count, spare=spare)
    places = noise.permutation(count + spare)[:count]
    shelf = shop.shelf[places] * noise.uniform(0.4, 1.5, count)
    assert in_words(shop, layout.broken(shop, places, shelf)) == breaks(shop, places.tolist(), shelf)
    assert in_words(shop, layout.broken(shop)) == breaks(shop, shop.places, shop.shelf[shop.today])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sales": -1.0}, "sales"),
        ({"margin": 1.2}, "margin"),
        ({"impulse": 1.1}, "impulse"),
        ({"baskets": -0.1}, "baskets"),
        ({"elasticity": 2.0}, "elasticity"),
        ({"least_shelf": float("nan")}, "least shelf"),
    ],
)
def test_a_category_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(category(), **change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"places": (0, 0)}, "zone of its own"),
        ({"places": (0, 9)}, "no such zone"),
        ({"categories": (), "places": ()}, "at least one"),
        ({"affinity": np.ones((3, 3))}, "affinity"),
        ({"affinity": -np.ones((2, 2))}, "affinity"),
        ({"width": 0.0}, "width"),
        ({"depth": 0.5}, "outside"),
        ({"width": 3.5}, "outside"),
    ],
)
def test_a_shop_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        replace(pair_apart(1.0), **change)


@pytest.mark.parametrize(
    ("places", "shelf", "message"),
    [
        ([0], None, "zone of its own"),
        ([1, 1], None, "zone of its own"),
        ([0, 3], None, "no such zone"),
        ([0, 1], [4.0, 0.0], "metres"),
        ([0, 1], [4.0], "metres"),
    ],
)
def test_a_layout_that_cannot_be_is_refused(places, shelf, message):
    with pytest.raises(ValueError, match=message):
        layout.score(pair_apart(1.0), places, shelf)


@pytest.mark.parametrize(
    "change", [{"sight": 0.0}, {"neighbourhood": -1.0}, {"eta": -0.1}, {"pull": -0.1}, {"incremental": 1.1}]
)
def test_parameters_outside_of_their_domain_are_refused(change):
    with pytest.raises(ValueError, match=r"not negative|lengths"):
        layout.Parameters(**change)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"door": (9.0, 90.0)}, "inside"),
        ({"door": (12.5, 3.5)}, "inside"),
        ({"till": (-0.1, 3.5)}, "inside"),
        ({"width": 900.0, "depth": 900.0}, "too large"),
        ({"width": 320.0, "depth": 160.0}, "too large"),  # 204,800 squares of half a metre
    ],
)
def test_a_floor_that_cannot_be_walked_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        _floor = replace(pair_apart(1.0), **change).floor


def test_a_zone_without_size_is_refused():
    with pytest.raises(ValueError, match="shelf"):
        layout.Zone("Z", 0.0, 0.0, 1.0, 1.0, 0.0)
