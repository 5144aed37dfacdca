"""Turns a report and its traces into what people read: terminal, page, class page. Runs and judges nothing."""
