"""The settings as a person sees, tries and changes them."""
