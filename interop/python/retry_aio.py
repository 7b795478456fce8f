"""The usual retry of the asyncio stack, in its four methods: what a service does without us."""

import asyncio
import itertools

import grpc


class Retry:
    def __init__(self, wait, stop):
        self.wait, self.stop = wait, stop

    async def _intercept(self, call, settle):
        for attempt in itertools.count():
            try:
                return await settle(await call())
            except grpc.RpcError:
                if attempt + 1 == self.stop:
                    raise
            await asyncio.sleep(self.wait.seconds(attempt))


# One class each: of an object that is all four, a channel takes only the first.


class UnaryUnary(Retry, grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(self, continuation, details, request):
        return await self._intercept(lambda: continuation(details, request), done)


class UnaryStream(Retry, grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(self, continuation, details, request):
        return await self._intercept(lambda: continuation(details, request), begun)


class StreamUnary(Retry, grpc.aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(self, continuation, details, requests):
        requests = [it async for it in requests]  # the iterator could be read only once
        return await self._intercept(lambda: continuation(details, again(requests)), done)


class StreamStream(Retry, grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(self, continuation, details, requests):
        requests = [it async for it in requests]
        return await self._intercept(lambda: continuation(details, again(requests)), begun)


def interceptors(wait, stop):
    return [kind(wait, stop) for kind in (UnaryUnary, UnaryStream, StreamUnary, StreamStream)]


async def again(requests):
    for request in requests:
        yield request


async def done(call):
    await call  # raises what the call ended with
    return call


async def begun(call):
    """That a call has connected says nothing about its end: only its first message tells."""
    replies = aiter(call)
    first = await anext(replies, None)

    async def all_of_them():
        if first is not None:
            yield first
        async for reply in replies:
            yield reply

    return all_of_them()
