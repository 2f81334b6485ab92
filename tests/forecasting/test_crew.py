"""Several processes at work at a time, as many as a machine of four cores has."""

import math
import operator

import pytest

from rnncore.nn.crew import Crew
from tests.forecasting.conftest import start


def test_calls_that_are_begun_together_go_to_different_processes_and_answer_each_for_itself():
    with Crew(4) as crew:
        begun = [crew.begin(math.sqrt, number) for number in (1, 4, 9)]
        assert len({id(one.hand) for one in begun}) == 3
        assert [one.result() for one in begun] == [1, 2, 3]
        again = [crew.begin(operator.neg, number) for number in (1, 2, 3)]
        assert [one.result() for one in reversed(again)] == [-3, -2, -1]


def test_what_fails_in_another_process_fails_here_and_what_nobody_asks_for_is_forgotten():
    with Crew(2) as crew:
        with pytest.raises(ValueError, match=r"math domain|nonnegative"):
            crew.begin(math.sqrt, -1).result()
        crew.begin(math.sqrt, -1)  # its failure is nobody's
        assert crew.begin(math.sqrt, 4).result() == 2


@pytest.mark.parametrize("width", [2, 4])
def test_a_crew_forecasts_what_one_process_does_to_the_last_bit(monthly, width):
    knobs = {"representation": "auto", "members": 2, "epochs": 3}
    alone, together = start(monthly, **knobs), start(monthly, **knobs)
    list(alone.epochs())
    with Crew(width) as together.crew:
        list(together.epochs())
        ours = together.finish()
    theirs = alone.finish()
    assert (ours.forecasts, ours.scores, ours.weights) == (theirs.forecasts, theirs.scores, theirs.weights)
    assert ours.members == theirs.members
