"""For those who write exercises: verify, mutants, serve, record, handout, new. Students' runs need none of it."""
