"""The states of a recurrent layer: by torch or, where numba is installed and quicker, by loops compiled for this processor.

torch takes a GRU or a plain RNN through time as a dozen small operations for every step. `rnncore.nn.kernels` does all steps in
one call, and the way back likewise. numba is an extra (`pip install numba`): without it, on a GPU, and wherever a short trial
shows no gain, torch does the work. Values and gradients agree to six digits, but not to the last bit.

An LSTM may also be trained in bfloat16, where the processor has it. That hangs on its size alone and on no trial, so that the
same seed gives the same numbers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import cache

from rnncore.nn.runtime import BFLOAT16, torch

GAIN = 1.1  # what it takes to leave torch's own way: the trial flatters the others by some percent
BATCH, STEPS, ROUNDS = 64, 24, 5  # of the trial
ACTIVATIONS = ("tanh", "relu", "sigmoid")
UNITS = 32  # from which on bfloat16 pays on a processor: 1.2 to 1.5 times as fast there, 1.8 times with 256; slower below 16


def states(layer, x, last: bool = False, precision: str = "float32"):
    """(B, T, F) -> (B, T, H), the states of one of torch's recurrent layers; with `last` the last one only, (B, 1, H).

    precision: as in `TrainingConfig`.
    """
    if layer.mode == "LSTM" and in_bfloat16(precision, layer.hidden_size, x.is_cuda):
        return in_half(layer, x, last)
    if x.is_cuda or x.dtype != torch.float32 or kernels() is None:
        return by_torch(layer, x, last)
    return _quickest(layer)(layer, x, last)


def in_bfloat16(precision: str, units: int, on_gpu: bool) -> bool:
    """Whether an LSTM of so many units trains in bfloat16: as it was told, if the device can; "auto" where it pays."""
    if precision == "auto":
        return BFLOAT16 and units >= UNITS and not on_gpu
    return precision == "bfloat16" and (BFLOAT16 or on_gpu)


def by_torch(layer, x, last: bool):
    found = layer(x)[0]
    return found[:, -1:] if last else found


def in_half(layer, x, last: bool):
    """Products of numbers of 8 significant bits, summed up in full; weights and what leaves the layer stay float32."""
    with torch.autocast(x.device.type, torch.bfloat16):
        return by_torch(layer, x, last).float()


def fused(layer, x, last: bool):
    told = 1 if last else x.shape[1]
    return Fused.apply(x.permute(1, 2, 0).contiguous(), *layer.parameters(), layer.mode, told).permute(2, 0, 1)


class Fused(torch.autograd.Function):
    """x (T, F, B) and a layer's weights as torch keeps them -> the last states (told, H, B), from a first state of zeros."""

    @staticmethod
    def forward(ctx, x, W_xh, W_hh, b_xh, b_hh, mode: str, told: int):
        (steps, _, batch), (rows, units) = x.shape, W_hh.shape
        b, h = b_xh + b_hh, x.new_empty(steps + 1, units, batch)
        h[0] = 0
        given, kept = [b], [h]
        if mode == "GRU":
            b[2 * units :] = b_xh[2 * units :]  # the candidate's second bias stands behind the reset
            given, kept = [b, b_hh[2 * units :]], [x.new_empty(steps, rows, batch), x.new_empty(steps, units, batch), h]
        elif mode == "LSTM":
            c = torch.empty_like(h)
            c[0] = 0
            kept = [x.new_empty(steps, rows, batch), c, h]
        _call(mode, "", [x, W_xh, W_hh, *given, *kept])
        ctx.mode = mode
        ctx.save_for_backward(x, W_xh, W_hh, *kept)
        return h[-told:]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, by_h):
        x, W_xh, W_hh, *_ = ctx.saved_tensors
        dx = torch.empty_like(x) if ctx.needs_input_grad[0] else x[:0]
        weights = [torch.zeros_like(W_xh), torch.zeros_like(W_hh)]
        biases = [W_xh.new_zeros(len(W_xh), 1) for _ in range(2 if ctx.mode == "GRU" else 1)]
        _call(ctx.mode, "_back", [*ctx.saved_tensors, by_h, dx, *weights, *biases])
        return (dx if len(dx) else None), *weights, biases[0][:, 0], biases[-1][:, 0], None, None


def _call(mode: str, way: str, tensors: list) -> None:
    cell, *activation = mode.lower().split("_")
    arrays = [tensor.detach().contiguous().numpy() for tensor in tensors]
    getattr(kernels(), cell + way)(*arrays, *map(ACTIVATIONS.index, activation))


@cache
def kernels():
    """The compiled loops, or None: without numba, torch's matrix product, or a place for what is compiled, and where
    `UNROLLED_COMPILED` is "off", so that the bits of a run do not hang on a trial."""
    if os.environ.get("UNROLLED_COMPILED") == "off":
        return None
    try:
        from rnncore.nn import kernels
    except (ImportError, AttributeError, OSError, RuntimeError):
        return None
    return kernels


_found: dict[tuple, Callable] = {}


def _quickest(layer) -> Callable:
    """Tried once for every size, with gradients and without."""
    size = (layer.mode, layer.input_size, layer.hidden_size, torch.is_grad_enabled())
    if size not in _found:
        _found[size] = fused if gain(layer) >= GAIN else by_torch
    return _found[size]


def gain(layer) -> float:
    """How many times faster than torch the compiled loops are: by turns over short sequences, the quickest of each."""
    x = torch.full((BATCH, STEPS, layer.input_size), 0.5)
    times = zip(*([_seconds(way, layer, x) for way in (by_torch, fused)] for _ in range(ROUNDS)), strict=True)
    plain, compiled = map(min, times)
    return plain / compiled


def _seconds(way: Callable, layer, x) -> float:
    began = time.process_time()
    found = way(layer, x, True)
    if found.requires_grad:
        torch.autograd.grad(found.sum(), list(layer.parameters()))
    return time.process_time() - began
