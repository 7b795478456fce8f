"""A client on grpcio's sync stack: client.py port certificate|- cases [together]."""

import json
import sys
import threading
from concurrent import futures

import grpc

import echo_pb2_grpc
from case import Case, Outcome
from common import OPTIONS, tell, trust


def run(stub, case):
    method = getattr(stub, case.method)
    request = iter(case.requests) if case.streams_requests else case.requests[0]
    outcome = Outcome(case)
    if case.streams_replies:
        call = method(request, **case.options)
        read = lambda: read_all(call, case, outcome)
    elif case.cancel_after is not None:
        call = method.future(request, **case.options)
        threading.Thread(target=lambda: (sys.stdin.readline(), call.cancel())).start()
        read = lambda: outcome.reply(call.result())
    else:  # not `future`, which compresses no streamed requests
        call, read = one(method, request, case, outcome), lambda: None
    try:
        read()
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # what it was is in the call
    return outcome.end(call.code(), call.details(), call.initial_metadata(), call.trailing_metadata())


def one(method, request, case, outcome):
    try:
        reply, call = method.with_call(request, **case.options)
    except grpc.RpcError as error:
        return error  # which is the call, too
    outcome.reply(reply)
    return call


def read_all(call, case, outcome):
    for reply in call:
        outcome.reply(reply)
        if outcome.seen["count"] == case.cancel_after:
            call.cancel()


def channel(port, certificate):
    if certificate == "-":
        return grpc.insecure_channel(f"127.0.0.1:{port}", OPTIONS)
    return grpc.secure_channel(f"127.0.0.1:{port}", trust(certificate))


def main(port, certificate, cases, *together):
    cases = [Case(case) for case in json.loads(open(cases).read())]
    with channel(port, certificate) as connected:
        stub = echo_pb2_grpc.EchoStub(connected)
        with futures.ThreadPoolExecutor(len(cases) if together else 1) as pool:
            for outcome in pool.map(lambda case: run(stub, case), cases):
                tell(**outcome)


main(*sys.argv[1:])
