"""Rounds on screen: who codes what, how far everybody is, and what opening, closing and releasing mean."""
