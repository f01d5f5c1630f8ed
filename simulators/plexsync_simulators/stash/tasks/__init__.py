"""Work of the job queue: scan, clean, identify, auto tag, export, import, plugin tasks."""
