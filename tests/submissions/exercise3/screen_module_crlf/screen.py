import contextlib
import sys


@contextlib.contextmanager
def section(title):
    show(f"--- {title} ---\n")
    yield
    show("\n")


def show(text):
    sys.stdout.write(text)
    sys.stdout.flush()
