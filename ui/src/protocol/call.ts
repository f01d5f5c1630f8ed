/** Asking the plugin: one operation by its name, with typed arguments and a checked answer. */
import { PLUGIN, below } from "../stash/place.ts";
import { ANSWERS, SHAPES } from "./operations.ts";
import type { OperationName, Operations } from "./operations.ts";
import { misfit } from "./shape.ts";

export type Arguments<N extends OperationName> = Operations[N]["arguments"];
export type Answer<N extends OperationName> = Operations[N]["answer"];

/** Why a call has no answer: no session, no server, a refusal with words of its own, or an answer nobody can read. */
export type Why = "signed_out" | "stash_away" | "refused" | "malformed";

/** A call that failed; the message is for people, with cause and next step. */
export class CallError extends Error {
  constructor(
    readonly why: Why,
    message: string,
  ) {
    super(message);
  }
}

const MUTATION = "mutation Ask($id: ID!, $args: Map) { runPluginOperation(plugin_id: $id, args: $args) }";
const LONGEST_MS = 60_000;

/** Ask for an operation; throws {@link CallError}. `signal` takes the question back: Stash then ends our process. */
export async function call<N extends OperationName>(name: N, args: Arguments<N>, signal?: AbortSignal): Promise<Answer<N>> {
  const variables = { id: PLUGIN, args: { mode: "operation", operation: name, ...args } };
  const found = await answered(JSON.stringify({ query: MUTATION, variables }), signal);
  const odd = misfit(found, String(ANSWERS[name]), SHAPES);
  if (!odd) return found as Answer<N>;
  console.debug("PlexSync:", name, "gave an odd", odd);
  throw new CallError("malformed", "PlexSync’s answer does not fit this page, as after an update. Reload the page.");
}

async function answered(body: string, signal: AbortSignal | undefined): Promise<unknown> {
  const response = await sent(body, signal);
  if (response.status === 401 || response.redirected) {
    throw new CallError("signed_out", "You are signed out of Stash. Sign in again.");
  }
  if (response.status >= 500 || response.status === 403) throw away();
  return unwrapped(await response.json().catch(() => null));
}

async function sent(body: string, signal: AbortSignal | undefined): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), LONGEST_MS);
  const stop = () => late.abort();
  signal?.addEventListener("abort", stop);
  try {
    const headers = { "Content-Type": "application/json" };
    return await fetch(below("graphql"), { method: "POST", headers, body, signal: late.signal });
  } catch {
    throw away();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** Take the operation's answer out of GraphQL's; a refusal comes as an error there. */
function unwrapped(document: unknown): unknown {
  const { data, errors } = (document ?? {}) as { data?: unknown; errors?: { message?: unknown }[] };
  const message = errors?.[0]?.message;
  if (typeof message === "string") throw new CallError("refused", message);
  return (data as { runPluginOperation?: unknown } | null | undefined)?.runPluginOperation;
}

const away = (): CallError => new CallError("stash_away", "Stash does not answer. Look whether it runs, and try again.");
