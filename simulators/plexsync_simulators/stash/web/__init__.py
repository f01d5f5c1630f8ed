"""Everything over HTTP: who may ask, GraphQL, pictures, pages."""
