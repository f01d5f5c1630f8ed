"""The past: runs, the journal of what they wrote, looking it through, and what is taken back."""
