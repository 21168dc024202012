"""Stores drawn at random, and the rules of what may stand where in the plainest words."""

import numpy as np

from plugins.advice.methods import layout

KINDS: tuple[layout.Kind, ...] = ("food", "chemical", "other")


def drawn_shop(noise, count, *, spare=0, bound=True):
    """Two rows of zones along an aisle, and `count` categories in them; `bound` to power, height, places and each other."""
    zones, columns = [], -(-(count + spare) // 2)
    for number in range(count + spare):
        row, column = divmod(number, columns)
        zones.append(
            layout.Zone(
                name=f"Z{number}",
                x=1.0 + 2.0 * column + (0.5 if column > 1 else 0.0),
                y=4.0 * row,
                width=2.0,
                depth=1.0,
                shelf=float(noise.integers(3, 9)),
                power=bool(noise.random() < 0.5) or not bound,
                low=bool(noise.random() < 0.7) or not bound,
                fixed=bool(noise.random() < 0.1) and bound,
            )
        )
    categories = [
        layout.Category(
            name=f"C{number}",
            sales=float(noise.uniform(500, 5000)),
            margin=float(noise.uniform(0.1, 0.4)),
            impulse=float(noise.uniform(0.1, 0.8)),
            baskets=float(noise.uniform(0.02, 0.4)),
            elasticity=float(noise.uniform(0.05, 0.3)),
            kind=KINDS[noise.integers(3)] if bound else "other",
            chilled=bool(noise.random() < 0.2) and bound,
            heavy=bool(noise.random() < 0.2) and bound,
            least_shelf=float(noise.integers(0, 5)) if bound else 0.0,
        )
        for number in range(count)
    ]
    affinity = np.exp(noise.normal(0, 0.4, (count, count)))
    width = 2.0 * columns + 2.5
    return layout.Shop(
        zones,
        categories,
        noise.permutation(count + spare)[:count].tolist(),
        door=(0.5, 6.5),
        till=(width - 0.5, 6.5),
        width=width,
        depth=7.0,
        affinity=(affinity + affinity.T) / 2,
    )


def breaks(shop, places, shelf):
    """What stands where it may not, as (rule, names)."""
    found = set()
    for category, place, metres, was in zip(shop.categories, places, shelf, shop.places, strict=True):
        zone = shop.zones[place]
        if category.chilled and not zone.power:
            found.add(("power", category.name))
        if category.heavy and not zone.low:
            found.add(("heavy low", category.name))
        if place != was and (zone.fixed or shop.zones[was].fixed):
            found.add(("fixed", category.name))
        if metres < category.least_shelf:
            found.add(("least shelf", category.name))
    for food, at in zip(shop.categories, places, strict=True):
        for chemical, there in zip(shop.categories, places, strict=True):
            if (food.kind, chemical.kind) == ("food", "chemical") and beside(shop.zones[at], shop.zones[there]):
                found.add(("food beside chemicals", food.name, chemical.name))
    return found


def beside(one, other):
    """Whether less than a metre lies between two zones."""
    across = max(one.x - other.x - other.width, other.x - one.x - one.width, 0)
    along = max(one.y - other.y - other.depth, other.y - one.y - one.depth, 0)
    return across**2 + along**2 < 1


def in_words(shop, found):
    """What the method says is broken, as breaks() says it."""
    return {
        (each.rule, *(shop.categories[at].name for at in (each.category, each.other) if at is not None))
        for each in found
    }
