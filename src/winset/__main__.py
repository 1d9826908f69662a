"""`python -m winset`: the same as the command `winset`, exit status and all."""

import sys

from winset.cli import main

if __name__ == "__main__":
    sys.exit(main())
