"""Models behind one interface: what proposes codes for a segment."""
