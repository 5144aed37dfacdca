"""Tests of grader/run."""
