"""The audit on screen: what the report says, with its tables and plots."""
