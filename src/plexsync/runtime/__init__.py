"""Parts that the agent's threads share: settings and clients, clocks, breakers, budgets."""
