"""Forms of acts on titles: what was typed, what was wrong, and the inputs with the clause that the act stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from registry import titling
from registry.errors import Objection, Refusal
from registry.register import Field, Register
from registry.titles import kinds
from registry.titles.schemas import Verb
from registry.titles.verbs import VERBS, Act
from registry.titling import TitleShown
from registry.web import forms
from registry.web.forms import Input

CORRECT = "correct"
TAKING_BACK = Verb("撤回上一步", "", (), "", "G", help="误办的，退回到上一步以前；历史里都留着。")
CORRECTION = Verb("更正", "", (), "", "G", help="只改写错的内容，阶段不变；与原件核对后填写。")


class Task(NamedTuple):
    """An act that somebody may do here: its name, its words, where its form is."""

    act: str
    label: str
    url: str


class Sheet(NamedTuple):
    """The form of one act: what it is, the clause it stands on, and its inputs."""

    act: str
    label: str
    help: str
    clause: str
    confirmed: bool
    inputs: list[Input]


class Asked(NamedTuple):
    """What a form said, and what was wrong with it."""

    typed: Mapping[str, str]
    reason: str = ""
    refusal: Refusal | None = None

    @property
    def objections(self) -> Sequence[Objection]:
        """What stands at the fields."""
        return self.refusal.objections if self.refusal else ()


NOTHING = Asked({})


def fields_of(act: str) -> tuple[Field, ...]:
    """What the form of an act carries; nothing for an act that does not exist."""
    if act == CORRECT:
        return titling.CORRECTABLE
    return titling.fields_of(Act(act)) if act in VERBS else ()


def asked(form: Any, fields: Sequence[Field]) -> Asked:
    """What a submitted form says."""
    typed = {field.name: str(form.get(field.name, "")).strip() for field in fields}
    return Asked(typed, str(form.get("reason", "")).strip())


def given(asked: Asked) -> dict[str, str]:
    """What was filled in; an empty input says nothing."""
    return {name: text for name, text in asked.typed.items() if text}


def version(form: Any) -> int:
    """The version that the form was made from; what is none fits no version."""
    text = str(form.get("version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def suggested(register: Register) -> dict[str, list[str]]:
    """The kinds of titles that a record of this register may hold."""
    return {"title": [kind.label for kind in kinds.of_register(register.kind)]}


def sheet(
    act: str, verb: Verb, fields: Sequence[Field], asked: Asked, suggested: Mapping[str, list[str]] | None = None
) -> Sheet:
    """The form of an act with what was typed and what was wrong."""
    inputs = []
    for field in fields:
        wrong = [one.message for one in asked.objections if one.field == field.name]
        made = forms.input_of(field, asked.typed.get(field.name, ""), wrong)
        if suggested and field.name in suggested:
            made = made._replace(shape="place", suggestions=suggested[field.name])
        inputs.append(made)
    return Sheet(act, verb.label, verb.help, verb.clause, verb.confirmed, inputs)


def open_sheet(title: TitleShown, act: str, said: Asked) -> Sheet:
    """The form of an act on a title; a correction begins with what stands there."""
    if act == titling.UNDO:
        return sheet(act, TAKING_BACK, (), said)
    if act != CORRECT:
        return sheet(act, VERBS[Act(act)], fields_of(act), said)
    was: dict[str, Any] = {
        "document": title.document_no,
        "batch": title.batch,
        "year": title.year,
        "source": title.source,
    }
    was |= {"valid_from": title.valid_from, "valid_until": title.valid_until}
    typed = {name: str(value or "") for name, value in was.items()}
    return sheet(act, CORRECTION, titling.CORRECTABLE, said._replace(typed=typed | dict(said.typed)))
