"""The route that tells how the service is: /api/v1/operations."""

from __future__ import annotations

from typing import Any

from litestar import Request, get

from registry import operations
from registry.access import Permission
from registry.operations import Operations


@get(
    "/api/v1/operations",
    permission=Permission.OPERATIONS_READ,
    operation_id="operations",
    tags=["运行"],
    summary="运行情况",
)
async def operations_state(request: Request[Any, Any, Any]) -> Operations:
    """队列、索引、任务、数据库与各表大小、最近的核验结果、在线数与当日登录失败数。"""
    return await operations.state(request.app.state.engine)
