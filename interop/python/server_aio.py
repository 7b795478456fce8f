"""A server of echo.v1.Echo on grpcio's asyncio stack: server_aio.py [certificate key]."""

import asyncio
import sys

import grpc

import echo_pb2
import echo_pb2_grpc
from common import Plan, reply, tell


class Echo(echo_pb2_grpc.EchoServicer):
    async def UnaryEcho(self, request, context):
        await hang(await begin(request, context))
        return reply(0, request)

    Say = UnaryEcho

    async def ServerStream(self, request, context):
        plan = await begin(request, context)
        for index in range(request.count):
            yield reply(index, request)
            await after(plan, context)

    async def ClientStream(self, requests, context):
        texts, size = [], 0
        async for request in requests:
            if not texts:
                await hang(await begin(request, context))
            texts.append(request.text)
            size += len(request.payload)
        return echo_pb2.EchoReply(text=" ".join(texts), index=len(texts), payload=bytes(size))

    async def BidiStream(self, requests, context):
        plan, index = None, 0
        async for request in requests:
            plan = plan or await begin(request, context)
            yield reply(index, request)
            await after(plan, context)
            index += 1


async def begin(request, context):
    plan = Plan(request, context.invocation_metadata())
    context.set_trailing_metadata(plan.trailers)
    if plan.code:
        await context.abort(plan.code, plan.message)
    if plan.hangs:
        context.add_done_callback(lambda _: plan.tell_gone())
    await context.send_initial_metadata(plan.initial)
    return plan


async def after(plan, context):
    if plan.is_late:
        await context.abort(grpc.StatusCode.ABORTED, "late")
    await hang(plan)


async def hang(plan):
    if plan.hangs:
        tell(event="hangs")
        await asyncio.Event().wait()


async def main(*files):
    server = grpc.aio.server(compression=grpc.Compression.Gzip)
    echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
    if files:
        certificate, key = (open(file, "rb").read() for file in files)
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    tell(port=port)
    await server.wait_for_termination()


asyncio.run(main(*sys.argv[1:]))
