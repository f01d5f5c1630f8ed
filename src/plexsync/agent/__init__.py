"""The resident process: sees changes (feeder), works on jobs (worker), takes commands (desk)."""
