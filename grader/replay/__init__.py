"""The loopback API: answers a program from a scenario, holds back what must be held, writes what it saw."""
