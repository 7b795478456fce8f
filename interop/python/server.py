"""A server of echo.v1.Echo on grpcio's sync stack: server.py [certificate key]."""

import sys
from concurrent import futures

import grpc

import echo_pb2
import echo_pb2_grpc
from common import Plan, reply, tell


class Echo(echo_pb2_grpc.EchoServicer):
    def UnaryEcho(self, request, context):
        hang(begin(request, context), context)
        return reply(0, request)

    Say = UnaryEcho

    def ServerStream(self, request, context):
        plan = begin(request, context)
        for index in range(request.count):
            yield reply(index, request)
            after(plan, context)

    def ClientStream(self, requests, context):
        texts, size = [], 0
        for request in requests:
            if not texts:
                hang(begin(request, context), context)
            texts.append(request.text)
            size += len(request.payload)
        return echo_pb2.EchoReply(text=" ".join(texts), index=len(texts), payload=bytes(size))

    def BidiStream(self, requests, context):
        plan = None
        for index, request in enumerate(requests):
            plan = plan or begin(request, context)
            yield reply(index, request)
            after(plan, context)


def begin(request, context):
    plan = Plan(request, context.invocation_metadata())
    context.set_trailing_metadata(plan.trailers)
    if plan.code:
        context.abort(plan.code, plan.message)
    if plan.hangs and not context.add_callback(plan.tell_gone):
        plan.tell_gone()
    context.send_initial_metadata(plan.initial)
    return plan


def after(plan, context):
    if plan.is_late:
        context.abort(grpc.StatusCode.ABORTED, "late")
    hang(plan, context)


def hang(plan, context):
    if plan.hangs:
        tell(event="hangs")
        plan.gone.wait()


def main(*files):
    server = grpc.server(futures.ThreadPoolExecutor(16), compression=grpc.Compression.Gzip)
    echo_pb2_grpc.add_EchoServicer_to_server(Echo(), server)
    if files:
        certificate, key = (open(file, "rb").read() for file in files)
        credentials = grpc.ssl_server_credentials([(key, certificate)])
        port = server.add_secure_port("127.0.0.1:0", credentials)
    else:
        port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    tell(port=port)
    server.wait_for_termination()


main(*sys.argv[1:])
