"""Calls of all four types, retried on the asyncio stack: story_aio.py port multiplier least most stop text... ."""

import asyncio
import sys

import grpc

import echo_pb2
import echo_pb2_grpc
from common import tell
from retry import Wait
from retry_aio import again, interceptors


async def main(port, multiplier, least, most, stop, *texts):
    wait = Wait(float(multiplier), float(least), float(most))
    requests = [echo_pb2.EchoRequest(text=text, count=2) for text in texts]
    address = f"127.0.0.1:{port}"
    async with grpc.aio.insecure_channel(address, interceptors=interceptors(wait, int(stop))) as channel:
        stub = echo_pb2_grpc.EchoStub(channel)
        await run(one(stub.UnaryEcho(requests[0])))
        await run(many(stub.ServerStream(requests[1])))
        await run(one(stub.ClientStream(again([requests[2]] * 2))))
        await run(many(stub.BidiStream(again([requests[3]] * 2))))


async def one(call):
    return [await call]


async def many(call):
    return [reply async for reply in call]


async def run(replies):
    try:
        tell(code=0, texts=[reply.text for reply in await replies])
    except grpc.RpcError as error:
        tell(code=error.code().value[0], texts=[])


asyncio.run(main(*sys.argv[1:]))
