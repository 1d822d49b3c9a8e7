"""Where Piccolo finds the tables and migrations of the kernel."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="kernel",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(["orderhub.kernel.tables"], exclude_imported=True),
    migration_dependencies=[],
)
