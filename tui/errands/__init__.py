"""Work that goes on beside the review in a process of its own: runs of suggestions, and learning while one decides."""
