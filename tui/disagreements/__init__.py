"""Where coders differ, side by side, and what they agree on."""
