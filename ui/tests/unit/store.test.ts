/** The store of the overview: how often it asks, what it shows meanwhile. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { OverviewStore } from "../../src/overview/store.ts";
import type { Browser } from "../../src/overview/store.ts";
import type { Overview, KnownStanding } from "../../src/overview/overview.ts";
import { CallError } from "../../src/protocol/call.ts";

const standing = (kind: string): KnownStanding => ({
  kind, sentence: [], detail: [], also: [], apart: [], actions: [], icon: "", colour: "", badge: "",
});
const overview = (kind: string, moving: boolean): Overview =>
  ({ at: 0, moving, standing: standing(kind) }) as unknown as Overview;

/** A browser in the test's hands: one timer, a clock, and an answer that the test chooses. */
class World {
  time = 0;
  visible = true;
  answer: Overview | Error = overview("well", false);
  asked = 0;
  kept: KnownStanding | null = null;
  timer: { run: () => void; at: number } | null = null;

  readonly browser: Browser = {
    ask: async () => {
      this.asked += 1;
      if (this.answer instanceof Error) throw this.answer;
      return this.answer;
    },
    now: () => this.time,
    isVisible: () => this.visible,
    later: (run, ms) => {
      this.timer = { run, at: this.time + ms };
      return 1;
    },
    forget: () => (this.timer = null),
    kept: { read: () => this.kept, keep: (standing) => (this.kept = standing) },
  };

  readonly store = new OverviewStore(this.browser);

  /** Let the time pass, the timer run, and answers arrive. */
  async pass(seconds: number): Promise<void> {
    const end = this.time + seconds * 1000;
    await settled();
    while (this.timer && this.timer.at <= end) {
      const { run, at } = this.timer;
      this.timer = null;
      this.time = at;
      run();
      await settled();
    }
    this.time = end;
  }
}

const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

test("nobody looks, nobody asks", async () => {
  const world = new World();
  world.store.subscribe(() => undefined);
  await world.pass(3600);
  assert.equal(world.asked, 0);
});

test("while nothing moves it asks every 30 seconds, else every 2", async () => {
  const world = new World();
  world.store.watch();
  await world.pass(300);
  assert.equal(world.asked, 11);
  world.answer = overview("well", true);
  await world.pass(30 + 60);
  assert.equal(world.asked, 11 + 1 + 30);
});

test("a hidden page asks nothing, and asks at once when it is seen again", async () => {
  const world = new World();
  world.store.watch();
  await world.pass(1);
  world.visible = false;
  world.store.notice();
  await world.pass(3600);
  assert.equal(world.asked, 1);
  world.visible = true;
  world.store.notice();
  await world.pass(0);
  assert.equal(world.asked, 2);
});

test("nobody looks any more: it stops", async () => {
  const world = new World();
  const stop = world.store.watch();
  await world.pass(1);
  stop();
  await world.pass(3600);
  assert.equal(world.asked, 1);
});

test("a refresh that fails keeps the old figures and says why", async () => {
  const world = new World();
  world.store.watch();
  await world.pass(0);
  world.answer = new CallError("stash_away", "Stash does not answer.");
  await world.pass(30);
  assert.equal(world.store.read().overview?.standing.kind, "well");
  assert.equal(world.store.read().trouble?.error.why, "stash_away");
  assert.equal(world.store.read().standing?.kind, "well");
  await world.pass(6);
  assert.equal(world.store.read().standing?.kind, "stash_away");
  world.answer = overview("well", false);
  await world.pass(2);
  assert.equal(world.store.read().trouble, null);
});

test("how things stood at the last visit is known before anything was asked", () => {
  const kept = standing("needs_you");
  const store = new OverviewStore({ ...new World().browser, kept: { read: () => kept, keep: () => undefined } });
  assert.equal(store.read().standing?.kind, "needs_you");
});
