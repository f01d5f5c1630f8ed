"""Tables that hold a person's decisions, and the queue as a person sees it."""
