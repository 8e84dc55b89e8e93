"""The acts on attachments: attach, change, remove, keep loose, bind; each writes the history of its record."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from plugins import manager
from registry import clock, database, history, reading
from registry.access import Actor, Permission
from registry.attachments import kinds, storage
from registry.attachments.schemas import MOST_ABOUT, MOST_BYTES, MOST_FILES, MOST_TOGETHER, Attachment, Given, Level
from registry.errors import Forbidden, Invalid, NotFound, Objection, TooLarge
from registry.exchange.background import in_thread
from registry.history import Occasion
from registry.register import Register
from registry.settings import Settings

_COLUMNS = "id, kind, record_id, name, type, size, sha256, level, about, created_at, account, author"
_NOT_THERE = "没有这个附件，或您无权查看。"
_VISIBLE = {
    Level.PUBLIC: Permission.RECORD_READ,
    Level.OWNER: Permission.PRIVATE_READ,
    Level.OFFICERS: Permission.RECORD_AMEND,
}


class _Standing(NamedTuple):
    """What an actor is to a record: whether it is theirs, and the version they see."""

    owned: bool
    version: int


class _Taken(NamedTuple):
    """An upload whose content was looked at and kept."""

    kind: kinds.Kind
    size: int
    digest: str


class Content(NamedTuple):
    """A file to send: where it lies, and what it says of itself."""

    path: Path
    attachment: Attachment
    media_type: str


async def attach(
    settings: Settings, occasion: Occasion, register: Register, record_id: str, source: Path, given: Given
) -> Attachment:
    """Hang a file on a record. Officers attach in their scope; an owner to its own record, but publishes nothing."""
    standing = await _writable(occasion.actor, register, record_id)
    level = _level(occasion.actor, given)
    taken = await _take_in(settings, source)
    place = (register.kind, UUID(record_id))
    async with database.transaction():
        await _refuse_too_much("kind = $1 AND record_id = $2", place, taken.size)
        row = await _insert(occasion, place, taken, given, level)
        await _tell(occasion, "attached", row, standing.version, (None, row))
    return _made(occasion.actor, row, standing)


async def keep_loose(settings: Settings, occasion: Occasion, source: Path, given: Given) -> Attachment:
    """Keep a file that hangs on nothing yet (proof of a claim): only who brought it sees it until it is bound."""
    taken = await _take_in(settings, source)
    async with database.transaction():
        await _refuse_too_much("kind IS NULL AND account IS NOT DISTINCT FROM $1", (_account(occasion),), taken.size)
        row = await _insert(occasion, (None, None), taken, given, Level.OWNER)
    return _made(occasion.actor, row, None)


async def bind(occasion: Occasion, attachment_id: UUID, register: Register, record_id: UUID, level: Level) -> None:
    """Hang a loose file on a record, in the transaction under way if there is one; the caller answers for the right."""
    async with database.transaction():
        row = await database.fetchrow(
            "UPDATE attachment SET kind = $2, record_id = $3, level = $4"
            f" WHERE id = $1 AND kind IS NULL AND removed_at IS NULL RETURNING {_COLUMNS}",
            attachment_id,
            register.kind,
            record_id,
            level.value,
        )
        if row is None:
            raise NotFound("没有这个待用的附件，请重新上传。")
        version = await database.fetchval(f"SELECT version FROM {register.table_name} WHERE id = $1", record_id)
        await _tell(occasion, "attached", row, int(version or 1), (None, row))


async def change(
    occasion: Occasion, attachment_id: str, level: str | None = None, about: str | None = None
) -> Attachment:
    """Say anew who may have a file and what it is about."""
    async with database.transaction():
        row, standing = await _manageable(occasion.actor, attachment_id)
        given = Given(row["name"], row["level"] if level is None else level, row["about"] if about is None else about)
        new = await database.fetchrow(
            f"UPDATE attachment SET level = $2, about = $3 WHERE id = $1 RETURNING {_COLUMNS}",
            row["id"],
            _level(occasion.actor, given).value,
            given.about.strip(),
        )
        if standing is not None and dict(new) != dict(row):
            await _tell(occasion, "attached", new, standing.version, (row, new))
    return _made(occasion.actor, new, standing)


async def remove(occasion: Occasion, attachment_id: str) -> None:
    """Take a file off its record; the row and the content stay for those who must look back."""
    async with database.transaction():
        row, standing = await _manageable(occasion.actor, attachment_id)
        await database.execute("UPDATE attachment SET removed_at = $2 WHERE id = $1", row["id"], clock.now())
        if standing is not None:
            await _tell(occasion, "detached", row, standing.version, (row, None))


async def listing(actor: Actor, register: Register, record_id: str) -> list[Attachment]:
    """The files of a record that the actor may have, the newest first."""
    return await _listed(actor, register, record_id, await _standing(actor, register, record_id))


async def listing_of(actor: Actor, register: Register, record: Mapping[str, Any]) -> list[Attachment]:
    """The same for a record that the actor has just read."""
    standing = _Standing(bool(record["owned"]), record["version"])
    return await _listed(actor, register, str(record["id"]), standing)


async def _listed(actor: Actor, register: Register, record_id: str, standing: _Standing) -> list[Attachment]:
    rows = await database.fetch(
        f"SELECT {_COLUMNS} FROM attachment WHERE kind = $1 AND record_id = $2 AND removed_at IS NULL"
        " ORDER BY created_at DESC, id",
        register.kind,
        UUID(record_id),
    )
    return [_made(actor, row, standing) for row in rows if _may_have(actor, row, standing)]


async def find(actor: Actor, attachment_id: str) -> Attachment:
    """One file's particulars; NotFound for what is not there or not for this actor."""
    row, standing = await _found(actor, attachment_id)
    return _made(actor, row, standing)


async def content(settings: Settings, actor: Actor, attachment_id: str) -> Content:
    """One file's content, by the same rights."""
    row, standing = await _found(actor, attachment_id)
    path = storage.place_of(settings, row["sha256"])
    if not path.is_file():
        raise NotFound("附件的内容不在存储中，请与系统管理员联系。")
    return Content(path, _made(actor, row, standing), kinds.KINDS[row["type"]].media_type)


async def _take_in(settings: Settings, source: Path) -> _Taken:
    """Look at an upload and keep its content; a content that no row names after all harms nobody."""
    size = (await in_thread(source.stat)).st_size
    if size > MOST_BYTES:
        raise TooLarge(
            f"附件有 {size / 1024 / 1024:.0f} MB，最多 {MOST_BYTES // 1024 // 1024} MB；请压缩图片或分成几份。"
        )
    kind = await in_thread(kinds.kind_of, source)
    digest = await in_thread(storage.digest_of, source)
    await in_thread(storage.keep, settings, source, digest)
    return _Taken(kind, size, digest)


async def _refuse_too_much(where: str, place: tuple[Any, ...], size: int) -> None:
    """Bounds on all files of one place; uploads to it take turns, so that two at once cannot pass together."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 2))", f"attachments:{place}")
    row = await database.fetchrow(
        "SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM attachment"
        f" WHERE {where} AND removed_at IS NULL",
        *place,
    )
    if row["files"] >= MOST_FILES or row["bytes"] + size > MOST_TOGETHER:
        raise TooLarge(f"附件合计不超过 {MOST_FILES} 个、{MOST_TOGETHER // 1024 // 1024} MB；请先移除不再需要的。")


async def _insert(
    occasion: Occasion, place: tuple[str | None, UUID | None], taken: _Taken, given: Given, level: Level
) -> Any:
    return await database.fetchrow(
        "INSERT INTO attachment (kind, record_id, name, type, size, sha256, level, about, account, author)"
        f" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING {_COLUMNS}",
        *place,
        kinds.kept_name(given.name, taken.kind),
        taken.kind.ending,
        taken.size,
        taken.digest,
        level.value,
        given.about.strip(),
        _account(occasion),
        occasion.actor.name,
    )


def _account(occasion: Occasion) -> UUID | None:
    return UUID(occasion.actor.id) if occasion.actor.id else None


def _level(actor: Actor, given: Given) -> Level:
    """What was said of a file, checked; an owner's files are for itself and its officers until these open them."""
    objections = []
    if given.level not in set(Level):
        objections.append(Objection("请选择谁可以查看：public、owner 或 officers。", "level", "谁可以查看"))
    elif given.level != Level.OWNER and not actor.may(Permission.RECORD_AMEND):
        objections.append(
            Objection("企业上传的附件先给本企业和经办人员看，由经办人员决定公开。", "level", "谁可以查看")
        )
    if len(given.about.strip()) > MOST_ABOUT:
        objections.append(Objection(f"说明不超过 {MOST_ABOUT} 字。", "about", "说明"))
    if objections:
        raise Invalid(objections)
    return Level(given.level)


async def _standing(actor: Actor, register: Register, record_id: str) -> _Standing:
    """NotFound when the record is not there for this actor."""
    found = await reading.get(actor, register, record_id)
    return _Standing(bool(msgspec.json.decode(found.json)["owned"]), found.version)


async def _writable(actor: Actor, register: Register, record_id: str) -> _Standing:
    standing = await _standing(actor, register, record_id)
    if not standing.owned:
        raise Forbidden("这条记录不在您的办理范围内，不能添加附件。")
    return standing


async def _found(actor: Actor, attachment_id: str) -> tuple[Any, _Standing | None]:
    """A file and what the actor is to its record; without a record it is for who brought it."""
    row = await database.fetchrow(
        f"SELECT {_COLUMNS} FROM attachment WHERE id = $1 AND removed_at IS NULL", reading.parse_id(attachment_id)
    )
    register = manager.registers().get(row["kind"]) if row and row["kind"] else None
    standing = None
    if register is not None:
        try:
            standing = await _standing(actor, register, str(row["record_id"]))
        except NotFound:
            raise NotFound(_NOT_THERE) from None
    if row is None or not _may_have(actor, row, standing):
        raise NotFound(_NOT_THERE)
    return row, standing


def _may_have(actor: Actor, row: Mapping[str, Any], standing: _Standing | None) -> bool:
    """The rule of who may have a file."""
    if standing is None:
        return row["kind"] is None and row["account"] is not None and str(row["account"]) == actor.id
    level = Level(row["level"])
    return actor.may(_VISIBLE[level]) and (level is Level.PUBLIC or standing.owned)


def _may_manage(actor: Actor, row: Mapping[str, Any], standing: _Standing | None) -> bool:
    """Officers in charge manage every file of a record; others what they brought, while it is not public."""
    if standing is not None and standing.owned and actor.may(Permission.RECORD_AMEND):
        return True
    brought = row["account"] is not None and str(row["account"]) == actor.id
    return brought and row["level"] == Level.OWNER and (standing is None or standing.owned)


async def _manageable(actor: Actor, attachment_id: str) -> tuple[Any, _Standing | None]:
    await database.execute("SELECT 1 FROM attachment WHERE id = $1 FOR UPDATE", reading.parse_id(attachment_id))
    row, standing = await _found(actor, attachment_id)
    if not _may_manage(actor, row, standing):
        raise Forbidden("只有本范围的经办人员，或上传者本人，可以改动这个附件。")
    return row, standing


def _made(actor: Actor, row: Mapping[str, Any], standing: _Standing | None) -> Attachment:
    values = {name: row[name] for name in _COLUMNS.split(", ") if name != "account"}
    values["level"] = Level(row["level"])
    manageable = _may_manage(actor, row, standing)
    return Attachment(**values, manageable=manageable, url=f"/api/v1/attachments/{row['id']}")


async def _tell(
    occasion: Occasion, act: str, row: Mapping[str, Any], version: int, change: tuple[Any | None, Any | None]
) -> None:
    """The entry in the record's history; what only officers may have is named there by its digest alone."""
    before, after = ({"attachment": _told(side)} if side is not None else None for side in change)
    await history.write(occasion, row["kind"], row["record_id"], act, version, (before, after))


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    shown = {"name": row["name"], "about": row["about"]} if row["level"] == Level.PUBLIC else {}
    return {"id": str(row["id"]), "sha256": row["sha256"], "level": row["level"], **shown}
