"""A person's view of the queue, and what a person does with it."""
