"""The files in docs/deploy.md are whole, agree with each other, and name what there is."""

import configparser
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from community.cli.main import community
from community.kernel import metrics
from community.kernel.settings import read_settings

PAGE = (Path(__file__).parents[2] / "docs/deploy.md").read_text("utf-8")
BLOCK = re.compile(r"(?:\*\*`(/[^`]+)`(?:, [^*]+)?\*\*\n\n)?```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(PAGE)
UNITS = [(name, text) for name, _kind, text in BLOCKS if name.startswith("/etc/systemd/")]
NGINX = [text for _name, kind, text in BLOCKS if kind == "nginx"]
CALLED = re.compile(r"(?:/opt/community/current/bin/community|\bas-community|^community) +(.*)$")


def lines_of_shell():
    for name, kind, text in BLOCKS:
        if kind == "sh" and not name:
            yield from text.splitlines()
        if name.startswith("/etc/systemd/"):
            yield from re.findall(r"^Exec\w+=(.*)$", text, re.MULTILINE)


COMMANDS = [found[1] for line in lines_of_shell() if (found := CALLED.search(line))]


def unit(text):
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.optionxform = str
    parsed.read_string(text)
    return parsed


def nginx_statements(text):
    """Return the directives of a configuration with the blocks they stand in."""
    bare = re.sub(r"(?m)(^|\s)#.*$", "", text)
    found, within, start = [], [], 0
    for at, sign in enumerate(bare):
        if sign in "{};":
            words = " ".join(bare[start:at].split())
            start = at + 1
            if sign == "}":
                assert words == "", f"{words!r} has no semicolon"
                within.pop()
            elif sign == "{":
                within.append(words)
            else:
                found.append((tuple(within), words))
    assert within == [], "a brace is open"
    assert bare[start:].strip() == ""
    return found


def test_there_are_the_blocks_these_tests_look_at():
    assert len(UNITS) == 6
    assert len(NGINX) == 2
    assert len(COMMANDS) > 12


@pytest.mark.parametrize("words", COMMANDS)
def test_each_command_is_one_there_is_with_options_it_has(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    command, context = community, click.Context(community, info_name="community")
    rest = shlex.split(words)
    while isinstance(command, click.Group):
        name, command, rest = command.resolve_command(context, rest)
        context = click.Context(command, parent=context, info_name=name)
    for word in rest:  # a file to be read must be there
        if word.endswith(".tar.gz"):
            (tmp_path / Path(word).name).touch()
    rest = [Path(word).name if word.endswith(".tar.gz") else word for word in rest]
    command.make_context(name, rest, parent=context)


def test_the_settings_are_taken(monkeypatch):
    given = "".join(text for name, _kind, text in BLOCKS if name == "/etc/community/env")
    for line in given.splitlines():
        name, _equals, value = line.partition("=")
        [plain] = shlex.split(value)
        monkeypatch.setenv(name, plain)
    monkeypatch.setenv("COMMUNITY_SECRET_KEY", "k" * 40)
    settings = read_settings()
    assert settings.secure
    assert settings.trusted_proxies == 1
    assert settings.network_name == "Our Academy"


@pytest.mark.parametrize(("name", "text"), UNITS)
def test_a_unit_is_whole(name, text):
    parsed = unit(text)
    assert parsed["Unit"]["Description"]
    if name.endswith(".service"):
        service = parsed["Service"]
        assert service["User"] == "community"
        assert service["UMask"] == "0077"
        assert service["EnvironmentFile"] == "/etc/community/env"
        assert service["ExecStart"].startswith("/opt/community/current/bin/community ")
    if name.endswith(".timer"):
        assert f"{name.removesuffix('.timer')}.service" in dict(UNITS)


@pytest.mark.parametrize("text", NGINX)
def test_nginx_hears_of_every_header_the_site_believes(text):
    said = nginx_statements(text)
    places = {within for within, words in said if words.startswith("proxy_pass ")}
    for place in places:
        here = [words for within, words in said if within == place]
        own = [words for words in here if words.startswith("proxy_set_header ")]
        heard = own or [w for within, w in said if within == place[:-1]]
        for wanted in (
            "proxy_set_header Host $host",
            "proxy_set_header X-Forwarded-For $remote_addr",
            "proxy_set_header X-Forwarded-Proto $scheme",
            "proxy_set_header X-Request-ID $request_id",
        ):
            assert wanted in heard, (place, wanted)
    if places:
        films = "location ~ ^/(studio|api/v1/course-drafts)/"
        assert {place[-1] for place in places} == {"location /", films, "location /socket.io/"}
        hidden = {within[-1] for within, words in said if words == "return 404"}
        assert hidden == {"location = /metrics", "location = /healthz", "location = /readyz"}


def test_nginx_answers_over_tls_only_and_over_none_that_is_old():
    said = nginx_statements(NGINX[0])
    old = [words for _within, words in said if words.startswith("ssl_protocols ")]
    assert old == ["ssl_protocols TLSv1.2 TLSv1.3"]
    [plain, safe] = NGINX[0].split("\nserver {")[1:]
    assert re.findall(r"listen (\S+?)( ssl http2)?;", plain) == [("80", ""), ("[::]:80", "")]
    assert "location / { return 301 https://community.example.org$request_uri; }" in plain
    assert "proxy_pass" not in plain
    assert re.findall(r"listen \S+ (\w+)", safe) == ["ssl", "ssl"]
    assert "ssl_certificate /etc/letsencrypt/live/community.example.org/fullchain.pem;" in safe
    assert "certbot certonly --webroot" in PAGE


def test_caddy_fetches_a_certificate_that_browsers_trust():
    [text] = [text for _name, kind, text in BLOCKS if kind == "caddyfile"]
    assert text.startswith("community.example.org {")  # a name without a scheme: TLS, and no other
    assert not re.search(r"http://|auto_https|tls internal|protocols", text)


def test_nginx_asks_where_the_services_listen():
    asked = [re.findall(r"server ((?:unix:)?[\w./:-]+)[ ;]", text) for text in NGINX]
    units = {name.rsplit("/", 1)[1]: text for name, text in UNITS}
    one = unit(units["community.service"])["Service"]["ExecStart"]
    many = unit(units["community-web@.service"])["Service"]["ExecStart"]
    alone = [each for each in asked[0] if each[0].isdigit()]
    assert all(f"--bind {each}" in one for each in alone)
    assert alone
    for number, each in enumerate(asked[1], 1):
        assert f"--bind {each}" in many.replace("%i", str(number))
        assert f"127.0.0.1:810{number}" in PAGE


def test_the_log_of_nginx_tells_no_address():
    [told] = re.findall(r"log_format community '(.*)';", NGINX[0])
    assert not set(told.split()) & {"$request", "$request_uri", "$uri", "$args", "$remote_addr"}


def test_caddy_has_all_its_braces():
    [text] = [text for _name, kind, text in BLOCKS if kind == "caddyfile"]
    assert text.count("{") == text.count("}")
    assert "reverse_proxy 127.0.0.1:8000 {" in text


def test_what_is_watched_is_what_there_is():
    known = {
        sample.name
        for registry in (metrics.WEB, metrics.WORKER)
        for family in registry.collect()
        for sample in (*family.samples, family)
    }
    source = (Path(__file__).parents[2] / "community/metrics.py").read_text("utf-8")
    for name in set(re.findall(r"\bcommunity_[a-z_]+", PAGE)) - {"community_open", "community_tls"}:
        base = re.sub(r"_(total|bucket|count|sum)$", "", name)
        late = name.removeprefix("community_outbox_")
        assert {name, base} & known or f'"{name}"' in source or f'("{late}",' in source, name
    for _name, kind, text in BLOCKS:
        if kind == "yaml":
            assert yaml.safe_load(text)
