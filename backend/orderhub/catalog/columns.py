"""Finds the row of column names in a table and says which field each column holds, in Chinese or English."""

import re
import unicodedata

import msgspec

from orderhub.catalog.cells import Row
from orderhub.catalog.findings import Finding
from orderhub.catalog.refusals import ColumnTwice, NoHeader

# As shops, WMS and ERP programs name them; compared without case, spaces, underscores, hyphens and asterisks.
NAMES = {
    "code": "sku, sku code, sku id, sku编码, sku编号, 编码, 商品编码, 货品编码, 规格编码, 商家编码, 货号, 物料编码, 物料编号",
    "name": "name, sku name, item name, 名称, 商品名称, 货品名称, sku名称, 品名, 物料名称",
    "product": "product, product name, spu, spu name, 产品, 产品名称, 所属产品, 所属商品, 商品, spu名称, 款名, 款式",
    "spec": "spec, specification, variant, 规格, 规格名称, 规格型号, 颜色规格, 型号",
    "unit": "unit, uom, 单位, 计量单位, 库存单位, 基本单位",
    "barcode": "barcode, bar code, ean, ean13, upc, gtin, 条码, 条形码, 商品条码, 国际条码, 国标码, 69码",
    "pack_quantity": "pack quantity, pack qty, pack size, pack, 装箱数, 箱规, 包装数量, 装数, 每箱数量, 条码数量",
    "weight": "weight, gross weight, 重量, 毛重, 商品重量, 单重",
    "shelf_life_days": "shelf life, shelf life days, 保质期, 保质期天数, 有效期天数",
}
_GRAMS = {"g": 1, "克": 1, "gram": 1, "grams": 1, "kg": 1000, "千克": 1000, "公斤": 1000}
_SEARCHED_ROWS = 20


class Column(msgspec.Struct, frozen=True):
    """The field of one column; ``grams`` is how many grams its unit has when the column is a weight."""

    field: str
    grams: int = 1


class Header(msgspec.Struct, frozen=True):
    """Where the table's data begins (an index into its rows), and what its columns mean, by their place."""

    first_row: int
    columns: dict[int, Column]
    findings: list[Finding]


def find_header(rows: list[Row]) -> Header:
    """Return the columns of a table: the first row that names the SKU code, since exports put titles above it."""
    for index, row in enumerate(rows[:_SEARCHED_ROWS]):
        columns = _columns(row)
        if any(column.field == "code" for column in columns.values()):
            _refuse_twice(row, columns)
            return Header(index + 1, columns, _ignored(row, columns))
    names = ", ".join(cell.text for cell in rows[0].cells if cell.text) if rows else ""
    raise NoHeader(found=names[:200])


def _columns(row: Row) -> dict[int, Column]:
    meanings = {place: _column(cell.text) for place, cell in enumerate(row.cells)}
    return {place: column for place, column in meanings.items() if column}


def _column(name: str) -> Column | None:
    """Return the meaning of one column name, with the unit it bears in brackets or at its end."""
    plain = re.sub(r"[\s_*:\-]", "", unicodedata.normalize("NFKC", name).casefold())
    base, _, bracket = plain.partition("(")
    unit = bracket.rstrip(")")
    if field := _FIELDS.get(base):
        return Column("weight_grams", _GRAMS.get(unit, 1)) if field == "weight" else Column(field)
    for ending, grams in _GRAMS.items():
        if plain.endswith(ending) and _FIELDS.get(plain.removesuffix(ending)) == "weight":
            return Column("weight_grams", grams)
    return None


def _refuse_twice(row: Row, columns: dict[int, Column]) -> None:
    """Refuse a table that has two columns for one field: which of them counts is not ours to guess."""
    seen: dict[str, str] = {}
    for place, column in columns.items():
        name = row.cells[place].text
        if column.field in seen:
            raise ColumnTwice(first=seen[column.field], second=name)
        seen[column.field] = name


def _ignored(row: Row, columns: dict[int, Column]) -> list[Finding]:
    names = [cell.text for place, cell in enumerate(row.cells) if cell.text and place not in columns]
    return [Finding(code="columns_ignored", data={"names": "、".join(names)[:300]})] if names else []


_FIELDS = {re.sub(r"[\s_]", "", name): field for field, names in NAMES.items() for name in names.split(", ")}
