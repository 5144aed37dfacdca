"""Marks on their way out: one file a platform. Reads reports, writes bytes; grades nothing and prints nothing."""
