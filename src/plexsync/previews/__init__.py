"""The kept preview: ``preview.db``, a file of its own that is read without loading what ``state.db`` needs."""
