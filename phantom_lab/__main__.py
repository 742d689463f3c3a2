"""``python -m phantom_lab`` is the command line."""

import os
import sys

# Python puts the folder that it is called in first: what lies there may be a colleague's, and is only read.
if not sys.flags.safe_path and sys.path[0] != os.path.dirname(os.path.dirname(__file__)):
    del sys.path[0]

from phantom_lab.cli import main

sys.exit(main())
