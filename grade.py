"""`python grade.py exercise1`: the course beside this file meets the engine."""

import sys

from grader.cli import main

if __name__ == "__main__":
    sys.exit(main())
