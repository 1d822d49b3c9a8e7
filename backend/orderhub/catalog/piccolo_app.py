"""Where Piccolo finds the tables and migrations of the catalog."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="catalog",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(["orderhub.catalog.tables"]),
    migration_dependencies=["orderhub.accounts.piccolo_app"],
)
