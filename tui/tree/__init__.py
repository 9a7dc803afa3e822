"""The code tree on screen: reading it, changing it, and what has to be read again."""
