"""GraphQL without a word about scenes: schema, documents, variables, plans, execution."""
