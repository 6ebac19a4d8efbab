"""What follows from equations, and what may vary."""

from core.elimination import Equations, Sums, nearest


def test_a_step_is_of_whole_numbers_also_where_an_equation_has_others() -> None:
    equations: Equations[str] = Equations({"a": 9, "b": 1, "c": 0}.__getitem__)
    equations.add({"a": 2, "b": 3})
    equations.add({"b": 2, "c": -4})

    (step,) = equations.steps()

    assert step == {"c": 1, "b": 2, "a": -3}


def test_a_step_is_scaled_until_it_is_whole() -> None:
    equations: Equations[str] = Equations({"a": 9, "b": 1}.__getitem__)
    equations.add({"a": 2, "b": 3})

    (step,) = equations.steps()

    assert step == {"b": 2, "a": -3}


def test_a_sum_is_told_by_what_is_known_and_half_of_it_is_not_small() -> None:
    sums: Sums[str] = Sums({0: 1, 1: 2, 2: 2})
    assert sums.add({0: 1, 1: 1, 2: 1}, {"all": 1}) is None
    assert sums.add({1: 1, 2: 1}, {"two of them": 1}) is None
    assert sums.add({0: 2}, {"twice the first": 1}) is not None

    left, right = sums.reduced({0: 3})

    assert not left
    assert {name: nearest(times) for name, times in right.items()} == {"all": 3, "two of them": -3}
    assert sums.reduced({1: 1})[0]
    assert sums.add({1: 2}, {"twice the second": 1}) is None
    assert abs(nearest(sums.reduced({1: 1})[1]["twice the second"] * 3)) > 10**9
