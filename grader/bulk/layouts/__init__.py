"""How platforms lay out what they export: one file a platform. Names only; contents are read later, one by one."""
