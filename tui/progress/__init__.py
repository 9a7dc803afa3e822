"""How far the work is: done and left, by document and by day, and one's own pace to oneself."""
