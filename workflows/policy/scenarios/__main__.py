"""`python -m workflows.policy.scenarios FILE…`: see `run`."""

import sys

from workflows.policy.scenarios.run import main

raise SystemExit(main(sys.argv[1:]))
