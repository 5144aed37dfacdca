"""A certificate authority of our own that vouches for nothing: the only one that a sealed program trusts.

Making a client loads every authority of the machine (25 to 45 ms each time). In a box there is no TLS to verify,
so `SSL_CERT_FILE` names this one (1 ms). Its key was thrown away when it was made, on 2026-11-21.
"""

PEM = """\
-----BEGIN CERTIFICATE-----
MIIBqjCCAU+gAwIBAgIUHrJDS27kfgGMGp5eahbHFk0IZr0wCgYIKoZIzj0EAwIw
KTEnMCUGA1UEAwweVGhpcyBjZXJ0aWZpY2F0ZSBvcGVucyBub3RoaW5nMCAXDTI2
MTEyMTA2MjA0M1oYDzIxMjYxMDI4MDYyMDQzWjApMScwJQYDVQQDDB5UaGlzIGNl
cnRpZmljYXRlIG9wZW5zIG5vdGhpbmcwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQepF5W6xSw8KOHHqovegBDoKGHdiRSO4e+aiJLODWaXf+kXCiZd3SoYq+VKTxU
yPXHpt+bTd8B9g+QdvOF4vQao1MwUTAdBgNVHQ4EFgQUr/tUSlKnN0EHTYO2/qLv
M90APcEwHwYDVR0jBBgwFoAUr/tUSlKnN0EHTYO2/qLvM90APcEwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAgWPxFdt+87DupGVKFd88mEirA+IW
6Kxc7k9o79H2u48CIQDq0rrJaNU5ntQf9FWgvIjyJsDJD73U7XtgB/rJARB1KA==
-----END CERTIFICATE-----
"""
