"""How many examples a property is tried with: `PHANTOM_LAB_EXAMPLES`, 200 unless it is set."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings, strategies

examples = settings(max_examples=int(os.environ.get("PHANTOM_LAB_EXAMPLES", "200")), deadline=None, database=None,
                    derandomize="PHANTOM_LAB_EXAMPLES" not in os.environ,
                    suppress_health_check=[HealthCheck.too_slow])

KEYS = strategies.sampled_from(["a", "b", "0", "1", "key with blanks", "'\"\\{", "é\ud800"])
ATOMS = strategies.one_of(strategies.none(), strategies.booleans(), strategies.integers(), strategies.floats(),
                          strategies.text(max_size=5))
JSON = strategies.recursive(
    ATOMS, lambda inner: strategies.lists(inner, max_size=4) | strategies.dictionaries(KEYS, inner, max_size=4),
    max_leaves=25)
