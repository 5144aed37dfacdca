"""The engine: runs a submission, writes its trace, judges the trace, renders the report."""

__version__ = "1.0.0"
