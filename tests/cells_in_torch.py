"""The cells of `rnncore.cells` once more, by torch: the same weights in torch's own cells, with autograd for the gradients."""

import numpy as np
import torch

torch.set_num_threads(1)  # cells this small are slower on two


def tensor(values):
    return torch.tensor(np.asarray(values))


def one_step(cell):
    """(x, h, c) -> (h, c) by torch, and the weights as leaves that collect gradients."""
    leaves = {name: tensor(value).requires_grad_() for name, value in cell.weights.items()}
    W = (leaves["W_xh"], leaves["W_hh"])
    if cell.name == "gru":
        return lambda x, h, c: (torch.gru_cell(x, h, *W, leaves["b_xh"], leaves["b_hh"]), None), leaves
    no_bias = torch.zeros_like(leaves["b"])
    if cell.name == "lstm":
        return lambda x, h, c: torch.lstm_cell(x, (h, c), *W, leaves["b"], no_bias), leaves
    if cell.activation == "sigmoid":
        return lambda x, h, c: (torch.sigmoid(x @ W[0].T + h @ W[1].T + leaves["b"]), None), leaves
    torch_cell = {"tanh": torch.rnn_tanh_cell, "relu": torch.rnn_relu_cell}[cell.activation]
    return lambda x, h, c: (torch_cell(x, h, *W, leaves["b"], no_bias), None), leaves


def unroll(cell, x, h_0=None, c_0=None):
    """Lists of h and c over time, and all leaves: weights, x, h_0, c_0."""
    step, leaves = one_step(cell)
    zeros = np.zeros((x.shape[1], cell.units), cell.dtype)
    leaves |= {"x": tensor(x).requires_grad_(), "h_0": tensor(zeros if h_0 is None else h_0).requires_grad_()}
    h, c, hs, cs = leaves["h_0"], None, [], []
    if cell.has_cell_state:
        c = leaves["c_0"] = tensor(zeros if c_0 is None else c_0).requires_grad_()
    for x_t in leaves["x"]:
        h, c = step(x_t, h, c)
        hs.append(h)
        cs.append(c)
    return hs, cs if cell.has_cell_state else [], leaves


def gradients(cell, x, dh, dc=None, h_0=None, c_0=None):
    """By everything, for L = sum of dh * h (T, B, H), plus the same for c: {"dh", "dc", and a leaf's name: array}."""
    hs, cs, leaves = unroll(cell, x, h_0, c_0)
    loss = (torch.stack(hs) * tensor(dh)).sum()
    if dc is not None:
        loss = loss + (torch.stack(cs) * tensor(dc)).sum()
    found = torch.autograd.grad(loss, [*hs, *cs, *leaves.values()], allow_unused=True, materialize_grads=True)
    found = [one.numpy() for one in found]
    told = {"dh": np.stack(found[: len(hs)]), "h": torch.stack(hs).detach().numpy()}
    if cs:
        told |= {"dc": np.stack(found[len(hs) : 2 * len(hs)]), "c": torch.stack(cs).detach().numpy()}
    return told | dict(zip(leaves, found[len(hs) + len(cs) :], strict=True))
