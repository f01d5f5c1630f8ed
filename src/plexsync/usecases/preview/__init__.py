"""The kept preview: started, followed, cancelled and looked at."""
