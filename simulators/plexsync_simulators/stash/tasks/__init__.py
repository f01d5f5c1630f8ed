"""What the job queue works on: scan, clean, identify, auto tag, export, import, plugin tasks."""
