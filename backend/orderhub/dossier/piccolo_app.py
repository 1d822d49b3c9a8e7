"""Where Piccolo finds the table and migrations of the dossiers."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="dossier",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(["orderhub.dossier.tables"], exclude_imported=True),
    migration_dependencies=["orderhub.kernel.piccolo_app", "orderhub.orders.piccolo_app"],
)
