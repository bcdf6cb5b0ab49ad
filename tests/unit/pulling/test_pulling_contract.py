"""Where a contract says its deliveries come from, as it is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from infobank.contracts import Server, load_sources, schemas_root
from infobank.pulling import has_servers
from infobank.pulling.address import understand


def loaded(tmp_path: Path, *servers: dict[str, object]) -> tuple[Server, ...]:
    """The servers of a contract that has these, read from its file."""
    root = tmp_path / "schemas"
    shutil.copytree(schemas_root(), root)
    file = root / "sources" / "yjb_custody.odcs.yaml"
    document = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["servers"] = list(servers)
    file.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    return load_sources(root)["yjb_custody"].servers


def test_every_way_to_name_a_server(tmp_path: Path) -> None:
    told = loaded(
        tmp_path,
        {"server": "drop", "type": "sftp", "host": "files.example", "port": 2222, "path": "/out"},
        {"server": "plain", "type": "sftp", "location": "sftp://files.example/out/*.xlsx"},
        {"server": "page", "type": "api", "location": "https://a.example/p", "path": "*.ods"},
        {
            "server": "store",
            "type": "s3",
            "location": "s3://b/k",
            "endpointUrl": "https://o.example",
        },
        {"server": "sample", "type": "local", "path": "raw/sample/yjb_custody"},
    )
    assert told == (
        Server("drop", "sftp", "sftp://files.example:2222/out", ""),
        Server("plain", "sftp", "sftp://files.example/out/*.xlsx", ""),
        Server("page", "api", "https://a.example/p", "", "*.ods"),
        Server("store", "s3", "s3://b/k", "", "", "https://o.example"),
        Server("sample", "local", "raw/sample/yjb_custody", ""),
    )


@pytest.mark.parametrize("source", sorted(load_sources()))
def test_every_contract_names_servers_that_can_be_understood(source: str, tmp_path: Path) -> None:
    contract = load_sources()[source]
    for server in contract.servers:
        assert understand(contract, server, tmp_path).source == source
    assert has_servers(contract) == any(s.name != "sample" for s in contract.servers)
