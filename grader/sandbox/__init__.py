"""How a program is started, confined and ended: launchers of several kinds behind one interface (`job`)."""
