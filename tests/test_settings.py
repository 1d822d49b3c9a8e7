"""Settings: read once, checked, and refused with their name."""

from pathlib import Path

import pytest

from orderhub import settings
from orderhub.settings import SettingWrong, load


def test_without_any_setting_the_hub_is_private_to_this_machine() -> None:
    found = load({})
    assert (found.host, found.port, found.max_body_bytes) == ("127.0.0.1", 8000, 1 << 20)
    assert (found.database_url, found.redis_url, found.secret, found.anchors) == (None, None, None, None)
    assert found.trusted_proxies == ()
    assert found.data.is_absolute()


def test_root_keeps_data_where_another_user_can_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert load({}).data == Path("/var/lib/orderhub")
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/wang/.local/share")
    assert load({}).data.name == "orderhub"
    assert load({}).data != Path("/var/lib/orderhub")


def test_values_are_read_into_what_they_mean() -> None:
    found = load(
        {
            "ORDERHUB_DATA": "~/hub",
            "ORDERHUB_ORIGIN": "https://Hub.example.com/",
            "TRUSTED_PROXIES": "10.1.2.3, 192.168.0.0/16,::1",
            "ORDERHUB_LOG_LEVEL": "debug",
            "ORDERHUB_PORT": " 9000 ",
            "REDIS_URL": "",
        }
    )
    assert found.data == Path.home() / "hub"
    assert found.origin == "https://hub.example.com"
    assert found.trusted_proxies == ("10.1.2.3/32", "192.168.0.0/16", "::1/128")
    assert (found.log_level, found.port, found.redis_url) == ("DEBUG", 9000, None)


def test_a_key_in_hexadecimal_is_the_key_of_the_file() -> None:
    assert load({"ORDERHUB_SECRET": "ab" * 32}).secret == bytes.fromhex("ab" * 32)
    assert load({"ORDERHUB_SECRET": "correct horse battery staple, twice"}).secret == (
        b"correct horse battery staple, twice"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ORDERHUB_PORT", "0"),
        ("ORDERHUB_PORT", "http"),
        ("ORDERHUB_HOST", "not a host"),
        ("ORDERHUB_MAX_BODY_BYTES", "1"),
        ("ORDERHUB_CONNECTIONS", "1"),
        ("DATABASE_URL", "mysql://somewhere"),
        ("REDIS_URL", "somewhere"),
        ("ORDERHUB_ORIGIN", "hub.example.com"),
        ("ORDERHUB_ORIGIN", "https://hub.example.com/path"),
        ("TRUSTED_PROXIES", "everybody"),
        ("ORDERHUB_CALLBACK_HOSTS", "http://erp.lan/hook"),
        ("ORDERHUB_LOG_LEVEL", "LOUD"),
        ("ORDERHUB_SECRET", "too short"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        load({name: value})
    assert refused.value.data["name"] == name
    assert refused.value.data["expected"]


@pytest.mark.parametrize(
    ("name", "value"), [("ORDERHUB_SECRET", "hunter2"), ("DATABASE_URL", "mysql://wang:hunter2@db")]
)
def test_a_wrong_secret_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingWrong) as refused:
        load({name: value})
    assert "hunter2" not in str(refused.value)


def test_hosts_for_callbacks_are_a_list_in_lower_case() -> None:
    assert load({"ORDERHUB_CALLBACK_HOSTS": "ERP.lan, [::1]"}).callback_hosts == ("erp.lan", "::1")
    assert load({}).callback_hosts == ()


def test_settings_in_a_log_line_tell_nothing() -> None:
    assert "hunter2" not in repr(load({"DATABASE_URL": "postgresql://wang:hunter2@db/hub"}))


def test_a_misspelt_name_is_noticed() -> None:
    assert settings.unknown({"ORDERHUB_PROT": "1", "ORDERHUB_PORT": "1", "PATH": ""}) == ["ORDERHUB_PROT"]
