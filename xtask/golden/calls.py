"""Makes each call of CALLS through the Python libraries for Prometheus, and writes down what they counted.

One file for each library and side; in it a section for each naming and call. What time decides is written as NaN, and the
`_created` series are left out, so that each run writes the same.
"""

import asyncio
import concurrent.futures
import logging
import pathlib
import re
import sys

import grpc
from prometheus_client import CollectorRegistry, generate_latest
from py_async_grpc_prometheus.prometheus_async_client_interceptor import get_client_interceptors
from py_async_grpc_prometheus.prometheus_async_server_interceptor import PromAsyncServerInterceptor
from py_grpc_prometheus.prometheus_client_interceptor import PromClientInterceptor
from py_grpc_prometheus.prometheus_server_interceptor import PromServerInterceptor

SERVICE = "echo.v1.Echo"
# Name: method, and how it ends: ok, or with NOT_FOUND (streams: after two messages).
CALLS = {
    "unary_ok": ("UnaryEcho", b"ok"),
    "unary_error": ("UnaryEcho", b"error"),
    "server_stream_ok": ("ServerStream", b"ok"),
    "server_stream_error": ("ServerStream", b"error"),
    "client_stream_ok": ("ClientStream", b"ok"),
    "client_stream_error": ("ClientStream", b"error"),
    "bidi_ok": ("BidiStream", b"ok"),
    "bidi_error": ("BidiStream", b"error"),
    "unimplemented": ("Nothing", b"ok"),
}
HISTOGRAMS = {
    "enable_client_handling_time_histogram": True,
    "enable_client_stream_receive_time_histogram": True,
    "enable_client_stream_send_time_histogram": True,
}


# === the service, for asyncio and for threads ===


class AsyncEcho:
    async def unary(self, request, context):
        if request == b"error":
            context.set_code(grpc.StatusCode.NOT_FOUND)
            raise ValueError("asked for")
        return request

    async def server_stream(self, request, context):
        for number in range(3):
            if request == b"error" and number == 2:
                await context.abort(grpc.StatusCode.NOT_FOUND, "asked for")
            yield request

    async def client_stream(self, requests, context):
        async for request in requests:
            last = request
        return await self.unary(last, context)

    async def bidi(self, requests, context):
        count = 0
        async for request in requests:
            count += 1
            if request == b"error" and count == 3:
                await context.abort(grpc.StatusCode.NOT_FOUND, "asked for")
            yield request


class Echo:
    def unary(self, request, context):
        if request == b"error":
            context.set_code(grpc.StatusCode.NOT_FOUND)
            raise ValueError("asked for")
        return request

    def server_stream(self, request, context):
        for number in range(3):
            if request == b"error" and number == 2:
                context.abort(grpc.StatusCode.NOT_FOUND, "asked for")
            yield request

    def client_stream(self, requests, context):
        for request in requests:
            last = request
        return self.unary(last, context)

    def bidi(self, requests, context):
        for count, request in enumerate(requests):
            if request == b"error" and count == 2:
                context.abort(grpc.StatusCode.NOT_FOUND, "asked for")
            yield request


def handler(echo):
    return grpc.method_handlers_generic_handler(
        SERVICE,
        {
            "UnaryEcho": grpc.unary_unary_rpc_method_handler(echo.unary),
            "ServerStream": grpc.unary_stream_rpc_method_handler(echo.server_stream),
            "ClientStream": grpc.stream_unary_rpc_method_handler(echo.client_stream),
            "BidiStream": grpc.stream_stream_rpc_method_handler(echo.bidi),
        },
    )


# === one call ===


async def call_async(channel, method, how):
    path = f"/{SERVICE}/{method}"

    async def requests():
        for _ in range(3):
            yield how

    try:
        if method in ("UnaryEcho", "Nothing"):
            await channel.unary_unary(path)(how)
        elif method == "ServerStream":
            async for _ in channel.unary_stream(path)(how):
                pass
        elif method == "ClientStream":
            await channel.stream_unary(path)(requests())
        else:
            async for _ in channel.stream_stream(path)(requests()):
                pass
    except grpc.RpcError:
        pass


def call(channel, method, how):
    path = f"/{SERVICE}/{method}"
    try:
        if method in ("UnaryEcho", "Nothing"):
            channel.unary_unary(path)(how)
        elif method == "ServerStream":
            list(channel.unary_stream(path)(how))
        elif method == "ClientStream":
            channel.stream_unary(path)(iter([how] * 3))
        else:
            list(channel.stream_stream(path)(iter([how] * 3)))
    except grpc.RpcError:
        pass


async def run_async(side, legacy, method, how):
    registry = CollectorRegistry()
    on_server, on_client = [], []
    if side == "server":
        on_server = [PromAsyncServerInterceptor(enable_handling_time_histogram=True, legacy=legacy, registry=registry)]
    else:
        on_client = get_client_interceptors(**HISTOGRAMS, legacy=legacy, registry=registry)
    server = grpc.aio.server(interceptors=on_server)
    server.add_generic_rpc_handlers((handler(AsyncEcho()),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", interceptors=on_client) as channel:
        await call_async(channel, method, how)
    await server.stop(5)
    return registry


def run(side, legacy, method, how):
    registry = CollectorRegistry()
    on_server = []
    if side == "server":
        on_server = [PromServerInterceptor(enable_handling_time_histogram=True, legacy=legacy, registry=registry)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        server = grpc.server(pool, interceptors=on_server)
        server.add_generic_rpc_handlers((handler(Echo()),))
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            if side == "client":
                interceptor = PromClientInterceptor(**HISTOGRAMS, legacy=legacy, registry=registry)
                channel = grpc.intercept_channel(channel, interceptor)
            call(channel, method, how)
        server.stop(5).wait()
    return registry


# === what they counted ===

CREATED = re.compile(r"^(# (HELP|TYPE) )?\w+_created[ {]")
TIMED = re.compile(r'^(\w+_sum\{.*\}|\w+_bucket\{(?!.*le="\+Inf").*\}) \S+$')


def written(registry):
    lines = generate_latest(registry).decode().splitlines()
    return [TIMED.sub(r"\1 NaN", line) for line in lines if not CREATED.match(line)]


def main(folder):
    logging.disable()
    for library in ("async", "sync"):
        for side in ("server", "client"):
            out = []
            for naming in ("current", "legacy"):
                for name, (method, how) in CALLS.items():
                    if library == "async":
                        registry = asyncio.run(run_async(side, naming == "legacy", method, how))
                    else:
                        registry = run(side, naming == "legacy", method, how)
                    out += [f"## {naming} {name}", *written(registry), ""]
            path = pathlib.Path(folder, f"{library}_{side}.prom")
            path.write_text("\n".join(out))
            print(path)


if __name__ == "__main__":
    main(sys.argv[1])
