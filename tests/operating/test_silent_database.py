"""A PostgreSQL that takes a connection and never answers is given up, and said so in words."""

import socket
import sys
import time

import pytest

from community import migrating
from community.cli.main import main


@pytest.mark.parametrize("command", [["db", "upgrade"], ["backup", "b.tar.gz"], ["doctor"]])
def test_a_command_gives_a_silent_server_up(monkeypatch, tmp_path, capsys, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(migrating, "CONNECT_TIMEOUT", 2)  # the least psycopg takes
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("COMMUNITY_SECRET_KEY", "k" * 40)
        monkeypatch.setenv("COMMUNITY_DATA_DIR", str(tmp_path))
        monkeypatch.setenv("COMMUNITY_DATABASE_URL", f"postgresql://me@127.0.0.1:{port}/x")
        monkeypatch.setattr(sys, "argv", ["community", *command])
        began = time.monotonic()
        with pytest.raises(SystemExit) as ended:
            main()
        assert time.monotonic() - began < 20  # for ever, without a limit
    said = str(ended.value.code) + "".join(capsys.readouterr())
    assert "not answer" in said
    assert list(tmp_path.iterdir()) == []
