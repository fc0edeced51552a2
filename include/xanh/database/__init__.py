"""The PostgreSQL server, its schema and its code lists."""
