"""Parts that both servers have, each once."""
