"""The agent as a person has it: started where none lives, woken, started anew, or run as a process of its own."""
