"""The workbook to fill in, for every register: it explains itself, offers lists, and comes back as a valid list."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from plugins import manager
from registry import values
from registry.exchange import read_table
from registry.exchange.templating import choices, example, header_of, write_template
from registry.imports.mappings import fields_of
from registry.register import Field, Register

REGISTERS = list(manager.registers().values())


def filled(register: Register) -> list[Field]:
    """The columns of the template."""
    return [field for field in fields_of(register) if field.said]


def made(register: Register, folder: Path) -> tuple[Path, Workbook]:
    """The template, and the same as openpyxl reads it."""
    path = folder / f"{register.kind}.xlsx"
    write_template(path, register.label, fields_of(register))
    return path, load_workbook(path)


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_every_column_has_a_note_and_those_of_a_vocabulary_a_list(register: Register, tmp_path: Path) -> None:
    _, book = made(register, tmp_path)
    sheet = book.worksheets[0]
    fields = filled(register)
    assert [cell.value for cell in sheet[1]] == ["行号", *map(header_of, fields)]
    assert all(cell.comment is not None for cell in sheet[1][1:])
    offered = {int(next(iter(rule.sqref.ranges)).min_col) - 2 for rule in sheet.data_validations.dataValidation}
    assert offered == {place for place, field in enumerate(fields) if choices(field)}
    assert (book["字典"].sheet_state, book.sheetnames[1:]) == ("hidden", ["说明", "字典"])
    assert [row[0].value for row in book["说明"].iter_rows(min_row=3)] == list(map(header_of, fields))


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_its_lists_hold_what_the_reader_takes(register: Register, tmp_path: Path) -> None:
    _, book = made(register, tmp_path)
    words = book["字典"]
    for rule in book.worksheets[0].data_validations.dataValidation:
        column = rule.formula1.rpartition("!")[2].strip("$").partition("$")[0]
        last = int(rule.formula1.rpartition("$")[2])
        field = filled(register)[int(next(iter(rule.sqref.ranges)).min_col) - 2]
        told = [words[f"{column}{row}"].value for row in range(1, last + 1)]
        assert told == choices(field)
        assert all(values.parse(field, text) is not None for text in told)


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.kind)
def test_its_example_can_be_read_and_is_not_imported(register: Register, tmp_path: Path) -> None:
    path, book = made(register, tmp_path)
    assert all(values.parse(field, example(field)) is not None for field in filled(register))
    table = read_table(path, path.name, fields_of(register))
    assert (list(table.rows()), table.examples, table.unknown, table.notes) == ([], [2], (), ())
    sheet = book.worksheets[0]
    sheet["A3"] = 1
    for place, field in enumerate(filled(register), 2):
        sheet.cell(3, place, example(field))
    book.save(path)
    [row] = read_table(path, path.name, fields_of(register)).rows()
    assert row.number == 3
    assert list(row.values[1:]) == [example(field) for field in filled(register)]
