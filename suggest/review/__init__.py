"""The review without a screen: the queue, exposure, decisions and undo."""
