"""Recurrences compiled by numba: all steps of a layer in one call, forwards and backwards. `rnncore.nn.fused` calls them.

Arrays are float32 and contiguous, sequences side by side in the last axis, so that what happens unit by unit is one long loop:
x (T, F, B), states (T + 1, H, B) that begin with the initial one, gates (T, G*H, B). Weights are torch's; letters are those of
`rnncore.cells`. The way back writes dx and adds to dW_xh, dW_hh and the gradients of the biases (G*H, 1); by_h holds what the
loss says directly of the last states. The matrix product is the one that torch itself calls, found in its library by its
Fortran name. What happens unit by unit stands in several short loops: only where few arrays meet can the compiler see, or
check as it runs, that they do not overlap, and take many numbers at once.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import llvmlite.binding
import numba
import numpy as np
from numba import types

from rnncore.nn.runtime import torch

_library = Path(torch.__file__).parent / "lib" / ("libtorch_cpu.dylib" if sys.platform == "darwin" else "libtorch_cpu.so")
llvmlite.binding.add_symbol("unrolled_sgemm", ctypes.cast(ctypes.CDLL(str(_library)).sgemm_, ctypes.c_void_p).value)
_sgemm = types.ExternalFunction("unrolled_sgemm", types.void(*[types.intp] * 13))
# Nothing here supposes that numbers are finite: a training that explodes has to show.
_compiled = numba.njit(cache=True, error_model="numpy", fastmath={"contract", "reassoc", "nsz", "arcp"})
TANH, RELU, SIGMOID = range(3)
ONE, HALF, BOUND = np.float32(1), np.float32(0.5), np.float32(7.9)


@_compiled
def multiply(a, b, c, keep, a_turned=False, b_turned=False):
    """c = a b + keep c, with a or b transposed."""
    sizes = np.array([c.shape[1], c.shape[0], a.shape[0] if a_turned else a.shape[1], b.shape[1], a.shape[1]], np.int32)
    factors, letters = np.array([1, keep], np.float32), np.array([ord("N"), ord("T")], np.uint8)
    n, one, plain = sizes.ctypes.data, factors.ctypes.data, letters.ctypes.data
    # Fortran counts columns first: to it every matrix here is its transpose, and c' = b' a'.
    right, left = (b.ctypes.data, n + 12), (a.ctypes.data, n + 16)
    _sgemm(plain + b_turned, plain + a_turned, n, n + 4, n + 8, one, *right, *left, one + 4, c.ctypes.data, n)
    return sizes.size + factors.size + letters.size  # numba frees an array after its last use


@_compiled
def tanh(x):
    """Off by 4e-7 at most: x p(x^2) / q(x^2), both of degree 4, fitted to the least relative error on [-7.9, 7.9].

    Nothing in it keeps a processor from taking 8 or 16 numbers at once.
    """
    x = BOUND if x > BOUND else (-BOUND if x < -BOUND else x)
    s = x * x
    p = (np.float32(1.54287927e-08) * s + np.float32(2.20238456e-05)) * s + np.float32(3.57902898e-03)
    q = (np.float32(8.59911814e-07) * s + np.float32(3.42371064e-04)) * s + np.float32(2.61923791e-02)
    p, q = (p * s + np.float32(0.134506519)) * s + ONE, (q * s + np.float32(0.467839799)) * s + ONE
    return x * p / q


@_compiled
def sigmoid(x):
    return HALF + HALF * tanh(HALF * x)


@_compiled
def fill(a, b):
    """Every row of a (n, B) with its number of b (n,)."""
    for row in range(len(a)):
        a[row, :] = b[row]


@_compiled
def hear(d, by_h, t):
    """Add to d what the loss says of a state directly; t is -1 for the last step, and `by_h` may hold the last few only."""
    if -t <= len(by_h):
        direct = by_h[t].ravel()
        for j in range(d.size):
            d[j] += direct[j]


@_compiled
def tell_inputs(da, W_xh, x, dx, t, dW_xh, db):
    """What da (G*H, B) of step t says of its inputs, their weights and their bias; an empty dx is not asked for."""
    if len(dx):
        multiply(W_xh, da, dx[t], 0, True)
    multiply(da, x[t], dW_xh, 1, False, True)
    multiply(da, np.ones((da.shape[1], 1), np.float32), db, 1)


@_compiled
def tell_before(da, W_hh, before, dh, dW_hh, keep):
    """What it says of the state before, on top of `keep` times what is said already, and of its weights."""
    multiply(da, before, dW_hh, 1, False, True)
    multiply(W_hh, da, dh, keep, True)


@_compiled
def rnn(x, W_xh, W_hh, b, h, kind):
    """h_t = f(W_xh x_t + W_hh h_(t-1) + b)."""
    for t in range(len(x)):
        fill(h[t + 1], b)
        multiply(W_xh, x[t], h[t + 1], 1)
        multiply(W_hh, h[t], h[t + 1], 1)
        a = h[t + 1].ravel()
        for j in range(a.size):
            if kind == RELU:
                a[j] = a[j] if not a[j] < 0 else np.float32(0)
            else:
                a[j] = tanh(a[j]) if kind == TANH else sigmoid(a[j])


@_compiled
def rnn_back(x, W_xh, W_hh, h, by_h, dx, dW_xh, dW_hh, db, kind):
    da, dh = np.empty_like(h[0]), np.zeros_like(h[0])
    a, d = da.ravel(), dh.ravel()
    for t in range(len(x) - 1, -1, -1):
        y = h[t + 1].ravel()
        hear(d, by_h, t - len(x))
        for j in range(d.size):
            if kind == RELU:
                a[j] = d[j] if y[j] > 0 else np.float32(0)
            else:
                a[j] = d[j] * ((ONE - y[j] * y[j]) if kind == TANH else y[j] * (ONE - y[j]))
        tell_inputs(da, W_xh, x, dx, t, dW_xh, db)
        tell_before(da, W_hh, h[t], dh, dW_hh, 0)


@_compiled
def gru(x, W_xh, W_hh, b, b_n, gates, q, h):
    """r, z = sigmoid(W_x x_t + W_h h_(t-1) + b), q = W_hn h_(t-1) + b_n, n = tanh(W_xn x_t + b_xn + r q).

    h_t = n + z (h_(t-1) - n). b: both biases of r and z, that of the inputs of n. Leaves r, z, n in `gates`, and q.
    """
    H = h.shape[1]
    for t in range(len(x)):
        fill(gates[t], b)
        fill(q[t], b_n)
        multiply(W_xh, x[t], gates[t], 1)
        multiply(W_hh[: 2 * H], h[t], gates[t, : 2 * H], 1)
        multiply(W_hh[2 * H :], h[t], q[t], 1)
        rz, r, z, n = gates[t, : 2 * H].ravel(), gates[t, :H].ravel(), gates[t, H : 2 * H].ravel(), gates[t, 2 * H :].ravel()
        before, after, u = h[t].ravel(), h[t + 1].ravel(), q[t].ravel()
        for j in range(rz.size):
            rz[j] = sigmoid(rz[j])
        for j in range(n.size):
            n[j] = tanh(n[j] + r[j] * u[j])
        for j in range(n.size):
            after[j] = n[j] + z[j] * (before[j] - n[j])


@_compiled
def gru_back(x, W_xh, W_hh, gates, q, h, by_h, dx, dW_xh, dW_hh, db_x, db_h):
    H = h.shape[1]
    da, dh, ones = np.empty_like(gates[0]), np.zeros_like(h[0]), np.ones((h.shape[2], 1), np.float32)
    d, a_r, a_z, a_n = dh.ravel(), da[:H].ravel(), da[H : 2 * H].ravel(), da[2 * H :].ravel()
    for t in range(len(x) - 1, -1, -1):
        r, z, n = gates[t, :H].ravel(), gates[t, H : 2 * H].ravel(), gates[t, 2 * H :].ravel()
        before, u = h[t].ravel(), q[t].ravel()
        hear(d, by_h, t - len(x))
        for j in range(d.size):
            a_z[j] = d[j] * (before[j] - n[j]) * z[j] * (ONE - z[j])
        for j in range(d.size):
            a_n[j] = d[j] * (ONE - z[j]) * (ONE - n[j] * n[j])
        for j in range(d.size):
            a_r[j] = a_n[j] * u[j] * r[j] * (ONE - r[j])
        tell_inputs(da, W_xh, x, dx, t, dW_xh, db_x)
        for j in range(d.size):
            a_n[j] *= r[j]
            d[j] *= z[j]
        multiply(da, ones, db_h, 1)
        tell_before(da, W_hh, h[t], dh, dW_hh, 1)


@_compiled
def lstm(x, W_xh, W_hh, b, gates, c, h):
    """i, f, o = sigmoid(W_x x_t + W_h h_(t-1) + b), g = tanh(the same); c_t = f c_(t-1) + i g; h_t = o tanh(c_t)."""
    H = h.shape[1]
    for t in range(len(x)):
        fill(gates[t], b)
        multiply(W_xh, x[t], gates[t], 1)
        multiply(W_hh, h[t], gates[t], 1)
        i_f, i, f = gates[t, : 2 * H].ravel(), gates[t, :H].ravel(), gates[t, H : 2 * H].ravel()
        g, o = gates[t, 2 * H : 3 * H].ravel(), gates[t, 3 * H :].ravel()
        before, cell, after = c[t].ravel(), c[t + 1].ravel(), h[t + 1].ravel()
        for j in range(i_f.size):
            i_f[j] = sigmoid(i_f[j])
        for j in range(g.size):
            g[j], o[j] = tanh(g[j]), sigmoid(o[j])
        for j in range(g.size):
            cell[j] = f[j] * before[j] + i[j] * g[j]
        for j in range(g.size):
            after[j] = o[j] * tanh(cell[j])


@_compiled
def lstm_back(x, W_xh, W_hh, gates, c, h, by_h, dx, dW_xh, dW_hh, db):
    H = h.shape[1]
    da, dh, dc = np.empty_like(gates[0]), np.zeros_like(h[0]), np.zeros(h[0].size, np.float32)
    d, a_i, a_f = dh.ravel(), da[:H].ravel(), da[H : 2 * H].ravel()
    a_g, a_o = da[2 * H : 3 * H].ravel(), da[3 * H :].ravel()
    for t in range(len(x) - 1, -1, -1):
        i, f = gates[t, :H].ravel(), gates[t, H : 2 * H].ravel()
        g, o = gates[t, 2 * H : 3 * H].ravel(), gates[t, 3 * H :].ravel()
        before, cell = c[t].ravel(), c[t + 1].ravel()
        hear(d, by_h, t - len(x))
        for j in range(d.size):
            squashed = tanh(cell[j])
            a_o[j] = d[j] * squashed * o[j] * (ONE - o[j])
            dc[j] += d[j] * o[j] * (ONE - squashed * squashed)
        for j in range(d.size):
            a_i[j] = dc[j] * g[j] * i[j] * (ONE - i[j])
        for j in range(d.size):
            a_f[j] = dc[j] * before[j] * f[j] * (ONE - f[j])
        for j in range(d.size):
            a_g[j] = dc[j] * i[j] * (ONE - g[j] * g[j])
        for j in range(d.size):
            dc[j] *= f[j]
        tell_inputs(da, W_xh, x, dx, t, dW_xh, db)
        tell_before(da, W_hh, h[t], dh, dW_hh, 0)
