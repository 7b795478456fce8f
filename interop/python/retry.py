"""The usual retry of the sync stack, in its four methods: what a service does without us."""

import itertools
import time

import grpc


class Wait:
    """How long to wait before an attempt: longer each time."""

    def __init__(self, multiplier, least, most):
        self.multiplier, self.least, self.most = multiplier, least, most

    def seconds(self, attempt):
        return max(0, self.least, min(self.multiplier * 2**attempt, self.most))


class Retry(
    grpc.UnaryUnaryClientInterceptor,
    grpc.UnaryStreamClientInterceptor,
    grpc.StreamUnaryClientInterceptor,
    grpc.StreamStreamClientInterceptor,
):
    def __init__(self, wait, stop):
        self.wait, self.stop = wait, stop

    def intercept_unary_unary(self, continuation, details, request):
        return self._intercept(lambda: continuation(details, request), done)

    def intercept_unary_stream(self, continuation, details, request):
        return self._intercept(lambda: continuation(details, request), begun)

    def intercept_stream_unary(self, continuation, details, requests):
        requests = list(requests)  # the iterator could be read only once
        return self._intercept(lambda: continuation(details, iter(requests)), done)

    def intercept_stream_stream(self, continuation, details, requests):
        requests = list(requests)
        return self._intercept(lambda: continuation(details, iter(requests)), begun)

    def _intercept(self, call, settle):
        for attempt in itertools.count():
            try:
                return settle(call())
            except grpc.RpcError:
                if attempt + 1 == self.stop:
                    raise
            time.sleep(self.wait.seconds(attempt))


def done(call):
    call.result()  # raises what the call ended with
    return call


def begun(call):
    """A stream of replies is an RpcError from its start: only its first message tells."""
    first = next(call, None)
    return itertools.chain([] if first is None else [first], call)
