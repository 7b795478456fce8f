"""A client on grpcio's asyncio stack: client_aio.py port certificate|- cases [together]."""

import asyncio
import json
import sys

import grpc

import echo_pb2_grpc
from case import Case, Outcome
from common import OPTIONS, tell, trust


async def run(stub, case):
    method = getattr(stub, case.method)
    outcome = Outcome(case)
    refusal = asyncio.get_running_loop().create_future()
    request = requests(case, refusal) if case.streams_requests else case.requests[0]
    call = method(request, **case.options)
    call.add_done_callback(lambda _: refusal.done() or refusal.set_result(None))
    if case.cancel_after is not None and not case.streams_replies:
        told = asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        told.add_done_callback(lambda _: call.cancel())
    try:
        if case.streams_replies:
            await read_all(call, case, outcome)
        else:
            outcome.reply(await call)
    except (grpc.RpcError, asyncio.CancelledError):
        pass  # what it was is in the call
    parts = call.code(), call.details(), call.initial_metadata(), call.trailing_metadata()
    return outcome.end(*[await part for part in parts])


async def requests(case, refusal):
    # A write to a call that the server has ended makes an INTERNAL of grpcio's own out of the server's status (`_write` in
    # its aio/_call.py, as of 1.85.1): who is refused before it sends anything sends nothing.
    if case.is_refused:
        await refusal
        return
    for request in case.requests:
        yield request


async def read_all(call, case, outcome):
    async for reply in call:
        outcome.reply(reply)
        if outcome.seen["count"] == case.cancel_after:
            call.cancel()


def channel(port, certificate):
    if certificate == "-":
        return grpc.aio.insecure_channel(f"127.0.0.1:{port}", OPTIONS)
    return grpc.aio.secure_channel(f"127.0.0.1:{port}", trust(certificate))


async def main(port, certificate, cases, *together):
    cases = [Case(case) for case in json.loads(open(cases).read())]
    async with channel(port, certificate) as connected:
        stub = echo_pb2_grpc.EchoStub(connected)
        if together:
            await asyncio.gather(*[run(stub, case) for case in cases])
        for case in () if together else cases:
            tell(**await run(stub, case))


asyncio.run(main(*sys.argv[1:]))
