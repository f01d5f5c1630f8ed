"""The operations of the sign-in and the set-up."""
