"""A contract is read whole or refused in one sentence that names file and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infobank.contracts import ContractError, load_sources, load_tables

Schemas = Callable[..., Path]
Contract = dict[str, Any]


def properties(contract: Contract) -> list[dict[str, Any]]:
    return contract["schema"][0]["properties"]


def custom(contract: Contract) -> list[dict[str, Any]]:
    return contract["schema"][0]["customProperties"]


def test_a_contract_is_read_with_all_it_says(schemas: Schemas, contract: Contract) -> None:
    source = load_sources(schemas(contract))["spending"]
    assert (source.title, source.version, source.severity) == (
        "Youth justice spending",
        "1.2.0",
        "warning",
    )
    assert source.sla == {"frequency_months": 12}
    record = source.objects["spend"]
    assert record.key == ("yot_id", "period_start", "period_end")
    pounds = record.column("pounds")
    assert (pounds.arrow_type, pounds.unit, pounds.minimum, pounds.maximum, pounds.becomes) == (
        "int64",
        "pounds",
        0,
        1000000,
        "spend",
    )
    assert record.column("funder").enum == ("council", "board")
    assert record.column("yot").required
    assert record.rates[0].numerator == "pounds"


def test_reading_the_same_folder_again_gives_equal_contracts(
    schemas: Schemas, contract: Contract
) -> None:
    root = schemas(contract)
    first = load_sources(root)
    first.clear()
    assert list(load_sources(root)) == ["spending"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.update(owner="somebody"),
        lambda c: c["description"].update(aim="x"),
        lambda c: c["servers"][0].update(pathh="x"),
        lambda c: c["slaProperties"][0].update(units="month"),
        lambda c: c["schema"][0].update(propertys=[]),
        lambda c: properties(c)[2].update(unit="pounds"),
        lambda c: properties(c)[2]["logicalTypeOptions"].update(minimun=1),
        lambda c: properties(c)[5]["quality"][0].update(mustBeLessThan=1),
        lambda c: properties(c)[5]["quality"][0]["arguments"].update(values=["x"]),
        lambda c: properties(c)[2]["customProperties"][0].update(note="x"),
    ],
    ids=[
        "contract",
        "description",
        "server",
        "sla",
        "object",
        "column",
        "options",
        "quality",
        "arguments",
        "custom property",
    ],
)
def test_a_key_that_nothing_reads_is_refused_at_every_level(
    schemas: Schemas, contract: Contract, spoil: Callable[[Contract], None]
) -> None:
    spoil(contract)
    with pytest.raises(ContractError, match=r"spending\.odcs\.yaml: nothing reads the key"):
        load_sources(schemas(contract))


def test_a_key_standing_twice_is_refused(schemas: Schemas, contract: Contract) -> None:
    root = schemas(contract)
    path = root / "sources" / "spending.odcs.yaml"
    path.write_text(path.read_text() + "status: draft\n")
    with pytest.raises(ContractError, match="'status' is there twice"):
        load_sources(root)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c: c.update(apiVersion="v3.0.0"), "apiVersion must be v3.1.0"),
        (lambda c: c["customProperties"].pop(0), "needs the custom property severity"),
        (lambda c: c["customProperties"][0].update(value="bad"), "the severity 'bad'"),
        (lambda c: c["customProperties"][0].update(property="weight"), "'weight'"),
        (lambda c: c["team"].update(members=[]), "whose role is owner"),
        (lambda c: c.update(servers=[]), "needs servers"),
        (lambda c: c["slaProperties"][0].update(unit="week"), "service level 'frequency'"),
        (lambda c: c["slaProperties"][0].update(value="often"), "needs a whole number"),
        (lambda c: c["schema"][0].pop("description"), "what is one row"),
        (lambda c: properties(c)[2].pop("description"), "'pounds' of 'spend' needs a description"),
        (lambda c: properties(c)[2].update(logicalType="money"), "needs a logicalType"),
        (lambda c: properties(c)[2].update(name="yot"), "'yot' of 'spend' is there twice"),
        (lambda c: properties(c)[2]["customProperties"].pop(1), "needs the custom property unit"),
        (
            lambda c: properties(c)[2]["customProperties"][0].update(value="date"),
            "has the kind 'date'",
        ),
        (
            lambda c: properties(c)[5]["customProperties"][0].update(value="free_text"),
            "cannot be public",
        ),
        (lambda c: properties(c)[5].update(classification="secret"), "classification 'secret'"),
        (
            lambda c: properties(c)[2].update(logicalTypeOptions={"minimum": 9, "maximum": 1}),
            "minimum of 9 above",
        ),
        (
            lambda c: properties(c)[5].update(logicalTypeOptions={"minimum": 9}),
            "is not a figure",
        ),
        (
            lambda c: properties(c)[5]["quality"][0]["arguments"].update(validValues=[True]),
            "validValues in quotes",
        ),
        (
            lambda c: properties(c)[5]["quality"][0].update(metric="nullValues"),
            "a quality rule that nothing carries out",
        ),
        (lambda c: c["schema"][0]["properties"].clear(), "needs columns"),
    ],
)
def test_what_does_not_hang_together_is_refused(
    schemas: Schemas, contract: Contract, spoil: Callable[[Contract], None], says: str
) -> None:
    spoil(contract)
    with pytest.raises(ContractError, match=says) as refused:
        load_sources(schemas(contract))
    assert str(refused.value).startswith("spending.odcs.yaml: ")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c: custom(c)[1]["value"][0].update(numerator="euros"), "numerator 'euros'"),
        (lambda c: custom(c)[1]["value"][0].update(rate="funder"), "rate 'funder'"),
        (lambda c: custom(c)[1]["value"][0].pop("decimals"), "needs exactly"),
        (lambda c: custom(c)[0].update(value="spending"), "a table is core.x"),
        (lambda c: custom(c)[0].update(value="raw.spending"), "a table is core.x"),
        (lambda c: custom(c).append({"property": "feeds", "value": ["out.x"]}), "feeds 'out.x'"),
        (
            lambda c: custom(c).append({"property": "constants", "value": {"kind": "a"}}),
            "its table needs a contract",
        ),
        (lambda c: properties(c)[5].update(classification="personal"), "only tables of the zone"),
        (
            lambda c: properties(c)[3]["customProperties"].append(
                {"property": "becomes", "value": "spend"}
            ),
            "has the column 'spend' twice",
        ),
        (
            lambda c: c["schema"][0].update(
                quality=[
                    {
                        "type": "custom",
                        "engine": "greatExpectations",
                        "implementation": {
                            "type": "expect_column_pair_values_a_to_be_greater_than_b",
                            "kwargs": {"column_A": "pounds", "column_B": "pence"},
                        },
                    }
                ]
            ),
            "on the column 'pence'",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(
    schemas: Schemas, contract: Contract, spoil: Callable[[Contract], None], says: str
) -> None:
    spoil(contract)
    with pytest.raises(ContractError, match=says):
        load_tables(schemas(contract))


def test_a_file_is_named_as_its_contract(schemas: Schemas, contract: Contract) -> None:
    root = schemas(contract)
    (root / "sources" / "spending.odcs.yaml").rename(root / "sources" / "money.odcs.yaml")
    with pytest.raises(ContractError, match="it must be 'money', as the file is named"):
        load_sources(root)


def test_a_stray_file_among_contracts_is_refused(schemas: Schemas, contract: Contract) -> None:
    root = schemas(contract)
    (root / "sources" / "spending.yaml").write_text("x: 1\n")
    with pytest.raises(ContractError, match=r"ends in \.odcs\.yaml"):
        load_sources(root)
