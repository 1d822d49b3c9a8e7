"""Where Piccolo finds the tables and migrations of the intake."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="intake",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(["orderhub.intake.tables"], exclude_imported=True),
    migration_dependencies=["orderhub.kernel.piccolo_app", "orderhub.delivery.piccolo_app"],
)
