"""The documents of the study: what they are, how far everybody is in them, and what can be changed about them."""
