"""Looking after the database: the embedded server, migrations, durability, backup and restore."""
