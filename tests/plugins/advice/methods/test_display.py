"""Facings and shelves: as good as trying everything, and never what does not fit."""

import random
from itertools import product as every

import pytest

from plugins.advice.methods.display import Candidate, Shelf, optimal_facings, profit_of

MOST = 3


def small_case(chance):
    """Two to four products of up to two categories for two or three shelves."""
    products = [
        Candidate(
            margin=chance.uniform(0.5, 5),
            units=chance.uniform(1, 40),
            width=chance.uniform(5, 20),
            category=chance.choice(["tea", "noodles", ""]),
            elasticity=chance.uniform(0.05, 0.5),
            min_facings=chance.choice([1, 1, 1, 2]),
        )
        for _ in range(chance.randint(2, 4))
    ]
    shelves = [Shelf(chance.uniform(15, 60), chance.uniform(0.7, 1.3)) for _ in range(chance.randint(2, 3))]
    return products, shelves


def is_sound(products, shelves, facings, shelf):
    taken = [0.0] * len(shelves)
    for item, count, at in zip(products, facings, shelf, strict=True):
        taken[at] += count * item.width
    if any(width > room.width + 1e-6 for width, room in zip(taken, shelves, strict=True)):
        return False
    for category in {item.category for item in products} - {""}:
        used = {at for item, at in zip(products, shelf, strict=True) if item.category == category}
        if max(used) - min(used) + 1 != len(used):
            return False
    return all(item.min_facings <= count <= MOST for item, count in zip(products, facings, strict=True))


def best_of_all(products, shelves):
    """The highest profit of all plans that are sound; None where there is none."""
    choices = [
        [(count, at) for count in range(item.min_facings, MOST + 1) for at in range(len(shelves))] for item in products
    ]
    best = None
    for plan in every(*choices):
        facings, shelf = [count for count, _ in plan], [at for _, at in plan]
        profit = profit_of(products, shelves, facings, shelf)
        if (best is None or profit > best) and is_sound(products, shelves, facings, shelf):
            best = profit
    return best


def test_it_is_as_good_as_trying_everything_on_two_hundred_small_cases():
    impossible = 0
    for seed in range(200):
        products, shelves = small_case(random.Random(seed))
        best = best_of_all(products, shelves)
        if best is None:
            impossible += 1
            with pytest.raises(ValueError, match="do not fit"):
                optimal_facings(products, shelves, MOST)
            continue
        plan = optimal_facings(products, shelves, MOST)
        assert is_sound(products, shelves, plan.facings, plan.shelf), seed
        assert plan.profit == pytest.approx(best, rel=0.005), seed
        assert plan.profit <= best + 1e-9
        assert plan.best >= best - 1e-6
    assert 0 < impossible < 60


def test_a_plan_by_hand():
    """Room for three facings of 10 cm. 2 x 10 x 2^.5 + 1 x 10 = 38.3 beats 2 x 10 + 1 x 10 x 2^.5 = 34.1."""
    products = [Candidate(2, 10, 10, elasticity=0.5), Candidate(1, 10, 10, elasticity=0.5)]
    plan = optimal_facings(products, [Shelf(30)])
    assert plan.facings == (2, 1)
    assert plan.profit == pytest.approx(20 * 2**0.5 + 10)


def test_what_earns_most_stands_at_eye_level():
    products = [Candidate(1, 10, 10), Candidate(3, 10, 10)]
    plan = optimal_facings(products, [Shelf(10, 0.8), Shelf(10, 1.3)])
    assert plan.shelf == (0, 1)


def test_a_category_does_not_stand_on_both_sides_of_another_shelf():
    """Alone each of the two would take the outer shelves, where they sell best; the middle one has room for one of them."""
    products = [Candidate(5, 10, 10, "tea"), Candidate(5, 10, 10, "tea"), Candidate(1, 1, 10, "salt")]
    plan = optimal_facings(products, [Shelf(10, 1.3), Shelf(10, 0.7), Shelf(10, 1.3)], 1)
    assert abs(plan.shelf[0] - plan.shelf[1]) == 1


def test_nothing_to_place_is_an_empty_plan():
    assert optimal_facings([], [Shelf(100)]).facings == ()


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: optimal_facings([Candidate(1, 1, 10)], []), "there is a shelf"),
        (lambda: optimal_facings([Candidate(1, 1, 0)], [Shelf(10)]), "width"),
        (lambda: optimal_facings([Candidate(-1, 1, 5)], [Shelf(10)]), "margin"),
        (lambda: optimal_facings([Candidate(1, 1, 5, elasticity=1)], [Shelf(10)]), "elasticity"),
        (lambda: optimal_facings([Candidate(1, 1, 5, min_facings=7)], [Shelf(99)]), "minimum of facings"),
        (lambda: optimal_facings([Candidate(1, 1, 50)], [Shelf(10)]), "do not fit"),
    ],
)
def test_outside_of_its_domain_it_says_why(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
