"""How the embedded PostgreSQL is set: durable, reachable only by its socket, and modest beside the hub."""

import psutil

_TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "wal_compression": "off",  # pglz alone is built in: it makes the first write to a page six times as slow
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "logging_collector": "on",  # a file for each weekday, so the log never grows without end
    "log_directory": "log",
    "log_filename": "postgres-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
}


def server_tuning() -> dict[str, str]:
    """Return the settings for its command line, where no configuration file has the last word."""
    return _TUNING | _memory()


def _memory() -> dict[str, str]:
    """A modest share: the machine also runs the hub."""
    total_mb = psutil.virtual_memory().total // 2**20
    return {
        "shared_buffers": f"{max(64, min(1024, total_mb // 8))}MB",
        "effective_cache_size": f"{max(128, total_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(512, total_mb // 16))}MB",
    }
