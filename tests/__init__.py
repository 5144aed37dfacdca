"""Tests, laid out as the engine is."""
