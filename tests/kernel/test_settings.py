"""The configuration is read once, and what is wrong with it is said in words."""

import dataclasses

import pytest

from community.kernel.settings import SettingsError, read_settings

KEY = "k" * 40


def test_defaults_make_an_embedded_site(monkeypatch, tmp_path):
    monkeypatch.setenv("COMMUNITY_SECRET_KEY", KEY)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
    settings = read_settings()
    assert settings.embedded
    assert settings.database == f"sqlite:///{tmp_path / 'community.sqlite'}"
    assert not settings.secure
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRETKEY", KEY, "did you mean COMMUNITY_SECRET_KEY"),
        ("DEFAULT_ZONE", "Nairobi", "time zone"),
        ("BASE_URL", "example.org", "http"),
        ("BASE_URL", "https://", "name a host"),
        ("DEFAULT_LANGUAGE", "klingon", "must be one of en"),
        ("TRUSTED_PROXIES", "one", "TRUSTED_PROXIES"),
        ("TRUSTED_PROXIES", "-1", "0 or more"),
        ("REQUEST_LIMIT", "-5", "10000 or more"),
        ("REQUEST_LIMIT", "0", "10000 or more"),
        ("REDIS_URL", "localhost:6379", "redis://"),
        ("MODE", "fast", "must be one of"),
        ("DATABASE_URL", "mysql://x", "postgresql"),
        ("SECRET_KEY", "short", "32 characters"),
    ],
)
def test_each_mistake_is_named(monkeypatch, tmp_path, name, value, said):
    monkeypatch.setenv("COMMUNITY_SECRET_KEY", KEY)
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
    read_settings()
    monkeypatch.setenv(f"COMMUNITY_{name}", value)
    with pytest.raises(SettingsError, match=said):
        read_settings()


def test_a_missing_key_says_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match="--make-key"):
        read_settings()


def test_the_usual_postgres_address_works_and_settings_cannot_be_changed(monkeypatch):
    monkeypatch.setenv("COMMUNITY_SECRET_KEY", KEY)
    monkeypatch.setenv("COMMUNITY_DATABASE_URL", "postgresql://me@db/community")
    settings = read_settings()
    assert settings.database == "postgresql+psycopg://me@db/community"
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.mode = "test"
