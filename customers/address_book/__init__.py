"""Where somebody lives and where things are sent, kept for the next order."""
