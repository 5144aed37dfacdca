"""`python grade.py exercise1`: the course beside this file meets the engine."""

import sys

try:
    from grader.cli import main
except ImportError as missing:
    sys.exit(f"A package is missing ({missing.name}). Run:  python -m pip install -e .   (see README.md)")

if __name__ == "__main__":
    sys.exit(main())
