"""Apps: what they declare, results made up out of that, and an app that runs here."""

from phantom_lab.apps.apps import Apps
from phantom_lab.apps.generated import Generated
from phantom_lab.apps.maxmind import MaxMind, NoMaxMind

__all__ = ["Apps", "Generated", "MaxMind", "NoMaxMind"]
