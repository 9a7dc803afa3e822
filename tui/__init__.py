"""The terminal: the command line and, later, the screens."""
