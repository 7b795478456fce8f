"""What both stacks of grpcio need here: lines of JSON to the test, and what a request asks a server to do."""

import collections
import json
import os
import sys
import threading
import time

import grpc

import echo_pb2

CODES = {code.value[0]: code for code in grpc.StatusCode}
TEXT = "told so: ü%"
DETAILS = bytes(range(256))
CONFIG = os.environ.get("SERVICE_CONFIG")
# Of a channel.
OPTIONS = [("grpc.service_config", CONFIG)] if CONFIG else []


def tell(**what):
    """Tells the test, which waits for this instead of for some time."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def trust(certificate):
    """Of a channel over TLS; it shows a certificate of its own, if there is one."""
    own = [os.environ[name] for name in ("CLIENT_KEY", "CLIENT_CERTIFICATE") if name in os.environ]
    return grpc.ssl_channel_credentials(*[open(file, "rb").read() for file in (certificate, *own)])


def reply(index, request):
    return echo_pb2.EchoReply(text=request.text, index=index, payload=request.payload)


class Plan:
    """What a call is to be: the text of its first request says it, and its metadata."""

    lock = threading.Lock()
    attempts = collections.Counter()

    def __init__(self, request, metadata):
        self.metadata = dict(metadata)
        self.initial = self.echo("x-told")
        self.trailers = self.echo("x-end")
        verb, *words = request.text.split(" ")
        self.hangs, self.is_late = verb == "hang", verb == "late"
        self.code, self.message = None, ""
        self.gone = threading.Event()
        if verb == "fail":
            self.refuse(3, TEXT, ("grpc-status-details-bin", DETAILS))
        elif verb == "code":
            self.refuse(int(words[0]), "as asked")
        elif verb == "flaky":
            self.flaky(*words)

    def tell_gone(self):
        """Of a call that hangs: its client has left it."""
        self.gone.set()
        tell(event="cancelled", case=self.metadata["x-case"])

    def echo(self, name):
        of = (("x-ascii", name), ("x-raw-bin", name + "-bin"))
        return tuple((to, self.metadata[key]) for key, to in of if key in self.metadata)

    def refuse(self, code, message, *trailers):
        self.code, self.message = CODES[code], message
        self.trailers += trailers

    def flaky(self, key, times, code, pushback):
        with Plan.lock:
            attempt = Plan.attempts[key]
            Plan.attempts[key] += 1
        previous = self.metadata.get("grpc-previous-rpc-attempts")
        token = self.metadata.get("authorization")
        tell(event="attempt", key=key, previous=previous, at=time.monotonic(), token=token)
        if attempt < int(times):
            pushed = () if pushback == "-" else (("grpc-retry-pushback-ms", pushback),)
            self.refuse(int(code), f"attempt {attempt}", *pushed)
