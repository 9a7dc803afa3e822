"""The log on screen: a line an entry, the newest last, as far as its reader may see it."""
