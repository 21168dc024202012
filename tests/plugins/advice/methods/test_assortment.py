"""Classes, returns on stock, space, gaps and pairs: by hand, and against a plain count."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.assortment import abc_classes, assortment_gap, gmroi, lift, space_index, xyz_classes

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


def test_a_gap_by_hand():
    """This store sells half as much of 1 and 2 as each peer. 3 is sold by 8 of 12, median 10; 4 by 5 of 12; 5 earns nothing known."""
    peers = [{1: 20, 2: 10} | ({3: 10} if n < 8 else {}) | ({4: 90} if n < 5 else {}) | {5: 50} for n in range(12)]
    [gap] = assortment_gap({1: 10, 2: 5}, peers, {1: 1.0, 2: 1.0, 3: 2.0, 4: 2.0})
    assert (gap.product, gap.sold_by, gap.weekly, gap.gross_margin) == (3, pytest.approx(8 / 12), 5, 10)


def test_what_a_store_has_is_no_gap_and_few_stores_say_nothing():
    peers = [{1: 20, 3: 10}] * 12
    assert assortment_gap({1: 20, 3: 1}, peers, {3: 1.0}) == []
    with pytest.raises(ValueError, match="12 comparable stores"):
        assortment_gap({1: 20}, peers[:11], {3: 1.0})


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
        (lambda: space_index(1.2, 0.1), "share of sales"),
        (lambda: space_index(0.2, -0.1), "share of space"),
    ],
)
def test_outside_of_their_domain_they_say_why(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
