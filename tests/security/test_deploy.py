"""What lies in `deploy/` fits the running applications."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import ROOT
from tests.security.conftest import NAMES, House
from yinqiao.serving import SERVERS

DEPLOY = ROOT / "deploy"
_METRIC = re.compile(r"\b(?:yinqiao|process|python)_[a-z_]+")


def exported(house: House) -> set[str]:
    """Return the names of all figures that the applications tell."""
    told = [
        house.clients["nobody"].get(f"{house.applications[name].url}/metrics").text
        for name in NAMES
    ]
    families = re.findall(r"^# TYPE (\S+) (\S+)", "\n".join(told), re.MULTILINE)
    suffixes = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}
    return {name + end for name, kind in families for end in suffixes.get(kind, ("",))}


def test_every_figure_of_the_dashboard_exists(house: House) -> None:
    dashboard = json.loads((DEPLOY / "grafana" / "yinqiao.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = {name for expression in asked for name in _METRIC.findall(expression)}
    assert len(named) > 10
    assert named - exported(house) == set()


def test_every_figure_of_ours_is_on_the_dashboard(house: House) -> None:
    text = (DEPLOY / "grafana" / "yinqiao.json").read_text("utf-8")
    ours = {name for name in exported(house) if name.startswith("yinqiao_")}
    shown = {name.removesuffix("_sum").removesuffix("_count") for name in ours}
    kept = {name for name in shown if not name.endswith("_created")}
    assert {name for name in kept if name not in text} == set()


@pytest.mark.parametrize("name", ["chat", "desk"])
def test_the_proxy_passes_sockets_and_hides_figures(name: str) -> None:
    site = (DEPLOY / "nginx" / "yinqiao.conf").read_text("utf-8")
    block = site[site.index(f"server_name {name}.") :].partition("\nserver {")[0]
    assert r"location ~ ^/(metrics|readyz|docs|openapi\.json)$ { return 404; }" in block
    assert "include /etc/nginx/yinqiao-proxy.conf;" in block
    passed = (DEPLOY / "nginx" / "yinqiao-proxy.conf").read_text("utf-8")
    for header in ("Upgrade           $http_upgrade", "Host              $http_host"):
        assert f"proxy_set_header {header};" in passed


def test_the_units_run_what_exists() -> None:
    one = (DEPLOY / "systemd" / "yinqiao@.service").read_text("utf-8")
    assert "ExecStart=/opt/yinqiao/.venv/bin/yinqiao serve %i" in one
    named = re.search(r"\(([a-z, ]+)\)", one)
    assert named
    assert set(re.split(r", | or ", named[1])) == set(SERVERS)
