"""Takes back what runs wrote, in the same plan and the same requests as a sync."""
