"""torch, imported and set up for small networks on a processor. Every file of this room takes it from here."""

from __future__ import annotations

import ctypes
import gc
import os
import platform
import warnings

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3


def _keep_freed_memory() -> None:
    """Tell glibc to keep large freed blocks: it would hand an LSTM's activations back to the kernel at every step."""
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
        libc.mallopt(M_TRIM_THRESHOLD, 1 << 30)


def _import_torch():
    """The import makes a million objects that stay; collecting garbage in between only costs time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        import torch
    finally:
        if collecting:
            gc.enable()
    return torch


def one_thread() -> None:
    """Two threads are slower than one for networks of this size. Holds for the calling thread, so whoever works calls it."""
    torch.set_num_threads(1)


def _set_up_gpu() -> None:
    """The same seed gives the same bits, and the digits of a processor.

    torch's notes on reproducibility name the workspace; without a fixed one cuDNN's recurrences may differ from run to run.
    The weights of all layers are one vector, cuDNN's of one layer another: torch copies them, and warns of some microseconds.
    """
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:2")
    torch.backends.cudnn.allow_tf32 = False
    warnings.filterwarnings("ignore", "RNN module weights are not part of single contiguous chunk")


def _multiplies_bfloat16() -> bool:
    """Whether the processor itself does, which is twice as quick; others do it in float32, with the detour of two casts."""
    able = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))


_keep_freed_memory()
torch = _import_torch()
one_thread()
_set_up_gpu()
BFLOAT16 = _multiplies_bfloat16()


def device(wanted: str) -> torch.device:
    """The device `wanted` ("auto", "cpu", "cuda"); a GPU that is not there becomes the processor, as its type tells."""
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")
