"""Calls of all four types, retried on the sync stack: story.py port multiplier least most stop text... ."""

import sys

import grpc

import echo_pb2
import echo_pb2_grpc
from common import tell
from retry import Retry, Wait


def main(port, multiplier, least, most, stop, *texts):
    retry = Retry(Wait(float(multiplier), float(least), float(most)), int(stop))
    requests = [echo_pb2.EchoRequest(text=text, count=2) for text in texts]
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = echo_pb2_grpc.EchoStub(grpc.intercept_channel(channel, retry))
        run(lambda: [stub.UnaryEcho(requests[0])])
        run(lambda: list(stub.ServerStream(requests[1])))
        run(lambda: [stub.ClientStream(iter([requests[2]] * 2))])
        run(lambda: list(stub.BidiStream(iter([requests[3]] * 2))))


def run(call):
    try:
        tell(code=0, texts=[reply.text for reply in call()])
    except grpc.RpcError as error:
        tell(code=error.code().value[0], texts=[])


main(*sys.argv[1:])
