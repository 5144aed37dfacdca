"""What all tests share: hypothesis judges behaviour and not the machine's speed, and draws the same examples each time.

`HYPOTHESIS_PROFILE=wandering pytest` draws new ones; what it finds becomes an example of its own.
"""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

settings.register_profile("wandering", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("steady", settings.get_profile("wandering"), derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # of a job in the background; what is started here is none
    signal.signal(signal.SIGINT, signal.default_int_handler)
