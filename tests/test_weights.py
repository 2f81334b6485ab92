"""Files of weights: what goes in comes out; whatever else is offered is refused."""

import json
import pickle

import numpy as np
import pytest

from rnncore.messages import Refusal
from rnncore.weights import load, save

ARRAYS = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.array([3], dtype=np.int64)}


def test_arrays_and_facts_come_back_as_they_were():
    arrays, facts = load(save(ARRAYS, {"name": "Umsatz 销售", "seeds": [1, 2]}))
    assert facts == {"name": "Umsatz 销售", "seeds": [1, 2]}
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)


def _header(header: object) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text


DAMAGED = {
    "empty": b"",
    "cut off": save(ARRAYS, {})[:-3],
    "a pickle": pickle.dumps({"weights": [1, 2, 3]}),
    "a CSV": b"time,value\n2020-01-01,1\n",
    "a length beyond the file": (2**40).to_bytes(8, "little") + b"{}",
    "no facts": _header({}),
    "facts that are a list": _header({"__metadata__": {"unrolled": "[]"}}),
    "a shape beyond the data": _header(
        {"__metadata__": {"unrolled": "{}"}, "a": {"dtype": "F32", "shape": [10], "data_offsets": [0, 40]}}
    ),
    "deep nesting": _header({"__metadata__": {"unrolled": "[" * 100_000}}),
    "not a number": save({"a": np.array([np.nan], dtype=np.float32)}, {}),
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_whatever_is_not_such_a_file_is_refused(data):
    with pytest.raises(Refusal) as refused:
        load(data)
    assert refused.value.code == "model_file"
