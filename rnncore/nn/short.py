"""torch's LSTM for a few short sequences, worked out by numpy: `LSTM` is `torch.nn.LSTM` with the same numbers.

For three sequences of three steps torch spends some 400 microseconds on a layer, there and back, nearly all of them on handing
out work that takes a few; and its first call sets up, for 40 milliseconds, what so little work never needs. numpy takes two
thirds of that. From some fifteen steps on, torch is the quicker one.

Arrays are float32 with sequences side by side in the last axis, as in `rnncore.nn.kernels`: x (T, F, B), gates (T, 4, H, B) in
the order i, f, g, o, states (T + 1, H, B) that begin with zeros.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from rnncore.nn.runtime import torch


class LSTM(torch.nn.LSTM):
    """One layer, forwards only, with `batch_first`: (B, T, F) -> all states (B, T, H) and None."""

    def forward(self, x):
        return _Unrolled.apply(x, *self.parameters()), None


class _Unrolled(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W_xh, W_hh, b_xh, b_hh):
        x, W_xh, W_hh, b = x.numpy().transpose(1, 2, 0), W_xh.numpy(), W_hh.numpy(), (b_xh + b_hh).numpy()
        steps, H, batch = len(x), W_hh.shape[1], x.shape[2]
        sums = np.matmul(W_xh, x) + b[:, None]
        c, h = np.zeros((2, steps + 1, H, batch), np.float32)
        squashed, heard, added = np.empty_like(h[1:]), np.empty_like(sums[0]), np.empty_like(h[0])
        half, offset = _sigmoid(H, batch)
        dot, add, multiply, tanh = np.dot, np.add, np.multiply, np.tanh
        for t, a in enumerate(sums):
            if t:
                add(a, dot(W_hh, h[t], heard), a)
            add(multiply(tanh(multiply(a, half, a), a), half, a), offset, a)
            cell = multiply(a[H : 2 * H], c[t], c[t + 1])
            add(cell, multiply(a[:H], a[2 * H : 3 * H], added), cell)
            multiply(a[3 * H :], tanh(cell, squashed[t]), h[t + 1])
        ctx.kept = x, W_xh, W_hh, sums.reshape(steps, 4, H, batch), c, h, squashed
        # In the memory torch would have given it, so that a dropout behind it draws the same mask.
        return torch.from_numpy(np.ascontiguousarray(h[1:].transpose(0, 2, 1))).transpose(0, 1)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, dh):
        x, W_xh, W_hh, gates, c, h, squashed = ctx.kept
        steps, _, H, batch = gates.shape
        dh, (i, _, g, o) = dh.numpy().transpose(1, 2, 0), gates.swapaxes(0, 1)
        slopes = gates * (1 - gates)  # of the three sigmoids; that of the candidate is another
        np.subtract(1, g * g, out=slopes[:, 2])
        for n, by in enumerate((g, c[:-1], i, squashed)):  # what each gate is multiplied with
            slopes[:, n] *= by
        by_c, da = o * (1 - squashed * squashed), np.empty_like(gates)
        flat, multiply = da.reshape(steps, 4 * H, batch), np.multiply
        d, dc = dh[-1], dh[-1] * by_c[-1]
        for t in range(steps - 1, -1, -1):
            multiply(slopes[t, :3], dc, da[t, :3])
            multiply(slopes[t, 3], d, da[t, 3])
            if t:
                d = dh[t - 1] + W_hh.T @ flat[t]
                dc = dc * gates[t, 1] + d * by_c[t - 1]
        sums = flat.transpose(1, 0, 2).reshape(4 * H, -1)  # all steps of all sequences side by side
        dx = (W_xh.T @ sums).reshape(-1, steps, batch).transpose(2, 1, 0) if ctx.needs_input_grad[0] else None
        by_weights = (sums @ before.transpose(0, 2, 1).reshape(sums.shape[1], -1) for before in (x, h[:-1]))
        db = torch.from_numpy(sums.sum(1))
        return None if dx is None else torch.from_numpy(dx), *map(torch.from_numpy, by_weights), db, db


@cache
def _sigmoid(H: int, batch: int) -> tuple[np.ndarray, np.ndarray]:
    """half, offset: half * tanh(half * a) + offset is sigmoid(a) for i, f, o and tanh(a) for g."""
    is_sigmoid = np.repeat(np.array([1, 1, 0, 1], np.float32), H)[:, None].repeat(batch, axis=1)
    return 1 - is_sigmoid / 2, is_sigmoid / 2
