"""The review in a browser on this machine: a small site on the loopback address, one application for each window."""
