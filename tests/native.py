"""A library that loads code in C while it is imported, as libraries do; what it does then, Python does not see."""

from __future__ import annotations

import ctypes

libc = ctypes.CDLL(None, use_errno=True)
for _name in ("system", "kill", "abort", "_exit"):
    getattr(libc, _name)  # looked up now: later that is refused
