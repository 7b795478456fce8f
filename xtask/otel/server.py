"""A server between two of ours: it asks the next one, with OpenTelemetry's own instrumentation around both.

Called with the addresses of the collector and of the next server. It prints its port, and ends with its standard input.
"""

import sys
from concurrent import futures

import grpc
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.grpc import (
    GrpcInstrumentorClient,
    GrpcInstrumentorServer,
)
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

SERVICE = "echo.v1.Echo"


def main(collector, back):
    provider = TracerProvider()
    exporter = OTLPSpanExporter(endpoint=collector, insecure=True)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    GrpcInstrumentorClient().instrument()
    GrpcInstrumentorServer().instrument()

    channel = grpc.insecure_channel(back)
    unary = channel.unary_unary(f"/{SERVICE}/UnaryEcho")
    stream = channel.unary_stream(f"/{SERVICE}/ServerStream")

    def unary_echo(request, context):
        try:
            return unary(request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())

    def server_stream(request, context):
        try:
            yield from stream(request)
        except grpc.RpcError as error:
            context.abort(error.code(), error.details())

    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    handlers = {
        "UnaryEcho": grpc.unary_unary_rpc_method_handler(unary_echo),
        "ServerStream": grpc.unary_stream_rpc_method_handler(server_stream),
    }
    handler = grpc.method_handlers_generic_handler(SERVICE, handlers)
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(grace=5).wait()
    provider.shutdown()


if __name__ == "__main__":
    main(*sys.argv[1:])
