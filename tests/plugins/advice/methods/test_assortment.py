"""Classes, returns on stock, space, gaps and pairs: by hand, and against a plain count."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.assortment import (
    Candidate,
    abc_classes,
    assortment_gap,
    bought_together,
    gmroi,
    lift,
    nine_cells,
    space_index,
    xyz_classes,
)

amounts = st.lists(st.integers(0, 10_000), min_size=1, max_size=60)


def test_classes_by_hand():
    """50, 20, 15, 10, 5 of 100: they begin at 0, 50, 70, 85 and 95."""
    assert "".join(abc_classes([10, 50, 5, 20, 15])) == "BACAA"
    assert "".join(abc_classes([100])) == "A"
    assert "".join(abc_classes([0, 0])) == "CC"


@given(amounts)
def test_who_sells_more_is_never_in_a_worse_class(values):
    classes = abc_classes(values)
    for (value, mark), (other, its) in combinations(zip(values, classes, strict=True), 2):
        if value > other:
            assert mark <= its
    if sum(values):
        # without the last of them, the As make less than 80 %
        a = sorted((value for value, mark in zip(values, classes, strict=True) if mark == "A"), reverse=True)
        assert sum(a[:-1]) < 0.8 * sum(values) + 1e-6


def test_steadiness_by_hand():
    """Standard deviations over means: 0; 5 / 10 = .5 and 6 / 10 at n - 1; 20 / 10 (0, 0, 0, 40); nothing sold."""
    assert "".join(xyz_classes([[10, 10, 10]])) == "X"
    assert "".join(xyz_classes([[5, 10, 15]])) == "X"
    assert "".join(xyz_classes([[4, 10, 16]])) == "Y"
    assert "".join(xyz_classes([[0, 0, 0, 40], [0, 0, 0, 0]])) == "ZZ"


def test_what_stock_earns_and_what_space_deserves():
    assert gmroi([300, -20, 5], [150, 40, 0])[:2].tolist() == [2.0, -0.5]
    assert np.isnan(gmroi(5, 0))
    assert space_index([0.262, 0.1], [0.2, 0.2]).tolist() == pytest.approx([131, 50])
    assert np.isnan(space_index(0.1, 0))


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=12))
def test_where_each_has_the_space_that_it_sells_all_indices_are_fair(shares):
    sales = np.asarray(shares) / sum(shares)
    assert space_index(sales, sales) == pytest.approx(np.full(len(sales), 100.0))


DRINKS = Candidate(3, "drinks", 0.05, 0.25)


def test_a_gap_by_hand():
    """10,000 yuan x 5 % x 25 % = 125: a fifth to two fifths of it are new; at twice the share, 250, three fifths."""
    [gap] = assortment_gap({"drinks": 10_000}, {1, 2}, [DRINKS])
    assert (gap.product, gap.typical_share) == (3, 0.05)
    assert (gap.low, gap.mid, gap.high) == pytest.approx((25, 50, 150))


def test_the_gap_that_earns_most_stands_first():
    """5 % at 25 % are 1.25 % of the sales; 4 % at 40 % are 1.6 %, though it sells less."""
    gaps = assortment_gap({"drinks": 10_000}, set(), [DRINKS, Candidate(9, "drinks", 0.04, 0.4)])
    assert [gap.product for gap in gaps] == [9, 3]


def test_what_a_store_has_is_no_gap():
    assert assortment_gap({"drinks": 10_000}, {3}, [DRINKS]) == []


@pytest.mark.parametrize("margin", [float("nan"), 0.0, -0.1])
def test_without_a_margin_nothing_is_a_gap(margin):
    assert assortment_gap({"drinks": 10_000}, set(), [Candidate(3, "drinks", 0.05, margin)]) == []


def test_a_category_that_the_store_does_not_sell_says_nothing():
    assert assortment_gap({"drinks": 0, "paper": 500}, set(), [DRINKS]) == []


def test_no_gap_counts_more_than_the_whole_category():
    """Twice 80 % is cut at all of it: 1,000 x 100 % x 50 % x .6 = 300."""
    [gap] = assortment_gap({"drinks": 1_000}, set(), [Candidate(3, "drinks", 0.8, 0.5)])
    assert gap.high == pytest.approx(300)


def test_nine_cells_by_hand():
    """AX holds 60 + 20 of 100, BY 15, CZ 5 and one that sells nothing; the other six are empty and are there."""
    cells = nine_cells(["A", "A", "B", "C", "C"], ["X", "X", "Y", "Z", "Z"], [60, 20, 15, 5, 0])
    assert list(cells) == ["AX", "AY", "AZ", "BX", "BY", "BZ", "CX", "CY", "CZ"]
    assert {name: (cell.products, cell.share) for name, cell in cells.items() if cell.products} == {
        "AX": (2, 0.8),
        "BY": (1, 0.15),
        "CZ": (2, 0.05),
    }


def test_a_grid_of_what_sells_nothing_has_no_shares():
    assert all(cell.share == 0 for cell in nine_cells(["C"], ["Z"], [0]).values())


def test_pairs_by_hand():
    """Ten baskets: 1 in 6, 2 in 5, both in 5: .5 / (.6 x .5) = 1.667; 3 is with 1 once."""
    baskets = [[1, 2]] * 5 + [[1, 3]] + [[4]] * 4
    [pair] = lift(baskets)
    assert (pair.first, pair.second, pair.together) == (1, 2, 5)
    assert pair.lift == pytest.approx(0.5 / (0.6 * 0.5))
    assert lift([]) == []


@given(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=6), min_size=1, max_size=40))
def test_pairs_are_those_of_a_plain_count(baskets):
    sets = [set(basket) for basket in baskets]
    expected = {}
    for first, second in combinations(range(1, 7), 2):
        together = sum({first, second} <= one for one in sets)
        if together >= 2:
            alone = [sum(product in one for one in sets) for product in (first, second)]
            expected[first, second] = (together, together * len(sets) / (alone[0] * alone[1]))
    found = {(pair.first, pair.second): (pair.together, pair.lift) for pair in lift(baskets, least_together=2)}
    assert found.keys() == expected.keys()
    for key, (together, strength) in expected.items():
        assert found[key] == (together, pytest.approx(strength))


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: abc_classes([1, -1]), "not negative"),
        (lambda: abc_classes([1], 0.9, 0.8), "a below b"),
        (lambda: xyz_classes([[1]]), "two weeks"),
        (lambda: xyz_classes([[1, 2]], 1, 1), "x below y"),
        (lambda: gmroi(1, -1), "stock at cost"),
        (lambda: assortment_gap({"drinks": -1}, set(), []), "sales of a category"),
        (lambda: assortment_gap({}, set(), [Candidate(3, "drinks", 1.2, 0.2)]), "typical share"),
        (lambda: nine_cells(["A"], ["X", "Y"], [1]), "two classes"),
        (lambda: nine_cells(["A"], ["X"], [-1]), "not negative"),
        (lambda: space_index(1.2, 0.1), "share of sales"),
        (lambda: space_index(0.2, -0.1), "share of space"),
    ],
)
def test_outside_of_their_domain_they_say_why(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()


def test_things_are_bought_together_as_often_as_counted_by_hand():
    # 40 baskets: 20 of 0 and 1, 10 of 0 alone, 10 of 2 alone; a line that stands twice counts once
    basket = [*range(20), *range(20), *range(20, 30), *range(30, 40), 0]
    thing = [0] * 20 + [1] * 20 + [0] * 10 + [2] * 10 + [0]
    found = bought_together(basket, thing, baskets=40, things=4, least_expected=5)
    assert found.share.tolist() == [0.75, 0.5, 0.25, 0]
    assert found.count[0].tolist() == [30, 20, 0, 0]
    # together on half of the baskets, 0.75 x 0.5 by chance; the others are not expected often enough, or never met
    assert found.lift[0, 1] == pytest.approx(0.5 / 0.375)
    assert found.lift[0, 2] == 0
    assert found.lift[1, 2] == 0
    assert found.lift[0, 3] == 1
    assert np.diag(found.lift).tolist() == [1, 1, 1, 1]


def test_pairs_that_chance_would_hardly_bring_say_nothing():
    found = bought_together([0, 0, 1], [0, 1, 0], baskets=10, things=2)
    assert found.lift.tolist() == [[1, 1], [1, 1]]


@given(st.integers(1, 6), st.data())
def test_the_lift_of_baskets_is_that_of_pairs(things, data):
    """As lift() finds it, which lists pairs of products."""
    baskets = data.draw(st.lists(st.sets(st.integers(0, things - 1), min_size=1), min_size=1, max_size=30))
    lines = [(at, thing) for at, basket in enumerate(baskets) for thing in basket]
    found = bought_together(
        [at for at, _thing in lines],
        [thing for _at, thing in lines],
        baskets=len(baskets),
        things=things,
        least_expected=0,
    )
    for pair in lift([sorted(basket) for basket in baskets], least_together=1):
        assert found.lift[pair.first, pair.second] == pytest.approx(pair.lift)
        assert found.count[pair.first, pair.second] == pair.together


@pytest.mark.parametrize(
    ("basket", "thing", "baskets", "things"), [([0], [1], 1, 1), ([1], [0], 1, 1), ([0, 1], [0], 2, 1), ([], [], 0, 1)]
)
def test_baskets_out_of_range_are_refused(basket, thing, baskets, things):
    with pytest.raises(ValueError, match="basket"):
        bought_together(basket, thing, baskets=baskets, things=things)
