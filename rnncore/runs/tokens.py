"""Tokens: what reaches a run. The owner's may change it, the read-only one may look.

The read-only token is a digest of the owner's, and the store keeps a digest of that: who reads the store learns neither.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode


def new() -> str:
    """A fresh owner's token of 192 random bits."""
    return secrets.token_urlsafe(24)


def share(owner: str) -> str:
    """The read-only token that belongs to an owner's."""
    digest = hashlib.blake2b(owner.encode(), digest_size=24, person=b"unrolled share").digest()
    return urlsafe_b64encode(digest).decode()


def lookup(shared: str) -> str:
    """What the store keeps of a read-only token."""
    return hashlib.sha256(shared.encode()).hexdigest()
