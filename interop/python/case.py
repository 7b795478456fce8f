"""A call that a test asks of a client, and what came of it. The test gives cases as a list in JSON."""

import grpc

import echo_pb2

METHODS = {
    "unary_unary": "UnaryEcho",
    "unary_stream": "ServerStream",
    "stream_unary": "ClientStream",
    "stream_stream": "BidiStream",
}


class Case:
    def __init__(self, case):
        self.name, self.kind = case["name"], case["kind"]
        self.method = METHODS[self.kind]
        self.streams_requests = self.kind.startswith("stream")
        self.streams_replies = self.kind.endswith("stream")
        self.requests = [message(it) for it in case["requests"]] * case.get("times", 1)
        # After so many replies the call is cancelled; of a unary response, when the test says that the server has it.
        self.cancel_after = case.get("cancel_after")
        self.options = {"metadata": metadata(case), "timeout": case.get("timeout", 60)}
        if case.get("gzip"):
            self.options["compression"] = grpc.Compression.Gzip
        if "token" in case:  # over TLS alone: grpcio sends none over plaintext
            self.options["credentials"] = grpc.access_token_call_credentials(case["token"])
        self.sees = case.get("sees", [])
        self.is_refused = case.get("refused", False)


def message(request):
    payload = bytes(request.get("size", 0))
    return echo_pb2.EchoRequest(text=request["text"], count=request.get("count", 0), payload=payload)


def metadata(case):
    pairs = [("x-case", case["name"]), *map(tuple, case.get("metadata", []))]
    if "ascii" in case:
        pairs += [("x-ascii", case["ascii"]), ("x-raw-bin", bytes.fromhex(case["raw"]))]
    return pairs


class Outcome:
    def __init__(self, case):
        self.streams, self.sees = case.streams_replies, case.sees
        self.seen = {"name": case.name, "texts": [], "count": 0, "bytes": 0, "ordered": True}

    def reply(self, reply):
        seen = self.seen
        if self.streams and reply.index != seen["count"]:
            seen["ordered"] = False
        if not self.streams:
            seen["index"] = reply.index
        if seen["count"] < 3:
            seen["texts"].append(reply.text[:20])
        seen["count"] += 1
        seen["bytes"] += len(reply.payload)

    def end(self, code, message, initial, trailers):
        """The rest; what is binary as hex."""
        initial, trailers = dict(initial or ()), dict(trailers or ())
        raw = lambda metadata, key: metadata[key].hex() if key in metadata else None
        self.seen |= {
            "code": code.value[0],
            "message": message,
            "details": raw(trailers, "grpc-status-details-bin"),
            "told": initial.get("x-told"),
            "told_raw": raw(initial, "x-told-bin"),
            "end": trailers.get("x-end"),
            "end_raw": raw(trailers, "x-end-bin"),
            "sees": {name: (initial | trailers).get(name) for name in self.sees},
        }
        return self.seen
