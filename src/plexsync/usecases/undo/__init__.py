"""Taking back what a run wrote: the preview, the asking, and the watching."""
