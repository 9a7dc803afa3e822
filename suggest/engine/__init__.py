"""From segments to stored suggestion sets: context, prompt, checks, budget, progress and resume."""
