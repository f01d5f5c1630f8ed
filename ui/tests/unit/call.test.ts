/** A call of an operation: where it goes, and its errors told apart. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { CallError, call } from "../../src/protocol/call.ts";

interface Answer {
  readonly status?: number;
  readonly body: unknown;
}

let answer: Answer = { body: {} };
const asked: { url: string | undefined; body: string }[] = [];

const server = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    asked.push({ url: request.url, body });
    response.writeHead(answer.status ?? 200, { "Content-Type": "application/json" });
    response.end(typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body));
  });
});
await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix/`;
Object.assign(globalThis, { document: { baseURI: base } });
after(() => server.close());

const why = (given: Answer): Promise<string> => {
  answer = given;
  return call("wake", {}).then(
    () => "answered",
    (problem: unknown) => (problem instanceof CallError ? problem.why : String(problem)),
  );
};

test("it goes below the page's base, with mode, name and arguments", async () => {
  assert.equal(await why({ body: { data: { runPluginOperation: { alive: true } } } }), "answered");
  assert.equal(asked.at(-1)?.url, "/prefix/graphql");
  const { variables } = JSON.parse(asked.at(-1)?.body ?? "") as { variables: unknown };
  assert.deepEqual(variables, { id: "StashPlexSync", args: { mode: "operation", operation: "wake" } });
});

test("no session, no server, a refusal and an unreadable answer are told apart", async () => {
  assert.equal(await why({ status: 401, body: "" }), "signed_out");
  assert.equal(await why({ status: 502, body: "<html>" }), "stash_away");
  assert.equal(await why({ body: { data: null, errors: [{ message: "Pause first." }] } }), "refused");
  assert.equal(await why({ body: "<html>" }), "malformed");
  assert.equal(await why({ body: { data: { runPluginOperation: "Traceback" } } }), "malformed");
});

test("a server that is gone is away", async () => {
  Object.assign(globalThis, { document: { baseURI: "http://127.0.0.1:1/" } });
  assert.equal(await why({ body: {} }), "stash_away");
  Object.assign(globalThis, { document: { baseURI: base } });
});
