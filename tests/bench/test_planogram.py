"""The shelf units that the bench makes up are such as stand in a store."""

import pytest

from bench.planogram import BOARDS_CM, PRODUCTS, random_case


@pytest.mark.parametrize("seed", range(30))
def test_a_random_shelf_unit_holds_what_stands_on_it(seed):
    products, boards = random_case(seed)
    assert (len(products), len(boards)) == (PRODUCTS, len(BOARDS_CM))
    for at, board in enumerate(boards):
        taken = sum(item.width * item.facings for item in products if item.shelf == at)
        assert 0 < taken <= board.width
    assert all(item.height <= boards[item.shelf].clear for item in products)


def test_the_same_seed_is_the_same_shelf_unit():
    assert random_case(3) == random_case(3)
    assert random_case(3) != random_case(4)
