"""Settings on screen: those of the study, each change an entry, and those of the user on this machine."""
