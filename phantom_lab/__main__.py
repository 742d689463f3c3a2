"""``python -m phantom_lab`` is the command line."""

import sys

from phantom_lab.cli import main

sys.exit(main())
