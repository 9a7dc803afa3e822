"""Original and translation side by side."""
