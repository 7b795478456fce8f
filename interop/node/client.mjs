// A client on gRPC for Node: client.mjs port certificate|- cases [together]. NODE_MODULES is where its packages are, and
// PROTO the folder of echo.proto. What a case and its outcome are, python/case.py says.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const { NODE_MODULES, PROTO, SERVICE_CONFIG } = process.env;
const require = createRequire(`${NODE_MODULES}/`);
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

const METHODS = {
  unary_unary: "UnaryEcho",
  unary_stream: "ServerStream",
  stream_unary: "ClientStream",
  stream_stream: "BidiStream",
};
const GZIP = 2;

const [port, certificate, cases, together] = process.argv.slice(2);
const file = loader.loadSync("echo.proto", { includeDirs: [PROTO], keepCase: true, defaults: true });
const { Echo } = grpc.loadPackageDefinition(file).echo.v1;

function connect(options) {
  const credentials =
    certificate === "-"
      ? grpc.credentials.createInsecure()
      : grpc.credentials.createSsl(readFileSync(certificate));
  return new Echo(`127.0.0.1:${port}`, credentials, options);
}

const plain = connect(SERVICE_CONFIG ? { "grpc.service_config": SERVICE_CONFIG } : {});
const compressing = connect({ "grpc.default_compression_algorithm": GZIP });
const clients = [plain, compressing];
const lines = createInterface({ input: process.stdin });

function metadata(of) {
  const metadata = new grpc.Metadata();
  metadata.set("x-case", of.name);
  if (of.ascii !== undefined) {
    metadata.set("x-ascii", of.ascii);
    metadata.set("x-raw-bin", Buffer.from(of.raw, "hex"));
  }
  return metadata;
}

function messages(of) {
  const requests = of.requests.map(({ text, count, size }) => ({
    // What is empty would be written all the same.
    ...(text && { text }),
    ...(count && { count }),
    ...(size && { payload: Buffer.alloc(size) }),
  }));
  return Array(of.times ?? 1).fill(requests).flat();
}

async function write(call, requests) {
  for (const request of requests) {
    if (!call.write(request)) await new Promise((resolve) => call.once("drain", resolve));
  }
  call.end();
}

/** Calls, and gives what came of it. */
function run(of) {
  const streamsRequests = of.kind.startsWith("stream");
  const streamsReplies = of.kind.endsWith("stream");
  const seen = { name: of.name, texts: [], count: 0, bytes: 0, ordered: true };
  const client = of.gzip ? compressing : plain;
  const options = { deadline: Date.now() + 1000 * (of.timeout ?? 60) };
  const requests = messages(of);

  return new Promise((resolve) => {
    let call, initial;
    const onReply = (reply) => {
      if (streamsReplies && reply.index !== seen.count) seen.ordered = false;
      if (!streamsReplies) seen.index = reply.index;
      if (seen.count < 3) seen.texts.push(reply.text.slice(0, 20));
      seen.count += 1;
      seen.bytes += reply.payload.length;
      if (streamsReplies && seen.count === of.cancel_after) call.cancel();
    };
    const onEnd = ({ code, details, metadata: trailers }) => {
      const raw = (metadata, key) => metadata?.get(key)[0]?.toString("hex") ?? null;
      resolve({
        ...seen,
        code,
        message: details,
        details: raw(trailers, "grpc-status-details-bin"),
        told: initial?.get("x-told")[0] ?? null,
        told_raw: raw(initial, "x-told-bin"),
        end: trailers.get("x-end")[0] ?? null,
        end_raw: raw(trailers, "x-end-bin"),
      });
    };
    const args = [metadata(of), options];
    if (!streamsRequests) args.unshift(requests[0]);
    if (!streamsReplies) args.push((error, reply) => reply && onReply(reply));
    call = client[METHODS[of.kind]](...args);
    call.on("metadata", (headers) => (initial = headers));
    call.on("error", () => {}); // it is the status, too
    call.on("status", onEnd);
    if (streamsReplies) call.on("data", onReply);
    if (streamsRequests) write(call, requests);
    if (!streamsReplies && of.cancel_after !== undefined) lines.once("line", () => call.cancel());
  });
}

const tell = (outcome) => console.log(JSON.stringify(outcome));
const all = JSON.parse(readFileSync(cases, "utf8"));
if (together) {
  await Promise.all(all.map(async (of) => tell(await run(of))));
} else {
  for (const of of all) tell(await run(of));
}
for (const client of clients) client.close();
lines.close();
