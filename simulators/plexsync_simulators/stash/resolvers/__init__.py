"""The resolvers of queries and mutations, one module per noun."""
