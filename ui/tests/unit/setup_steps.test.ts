/** Which step of the set-up an address shows. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, nextOf, shownStep, stepIn } from "../../src/page/setup/steps.ts";
import type { SetupView } from "../../src/protocol/operations.ts";

const NAMES = ["sign_in", "server", "libraries", "folders", "fields", "taking_over", "preview", "start"];

/** A set-up whose next step is a certain one. */
function at(step: string, held: boolean): SetupView {
  const now = NAMES.indexOf(step);
  const state = (index: number): string => (index < now ? "done" : index === now ? "now" : "open");
  return { step, held, steps: NAMES.map((name, index) => ({ step: name, name, state: state(index), answer: "" })) };
}

test("an address names a step and back", () => {
  for (const name of NAMES) assert.equal(stepIn(addressOf(name)), name);
  assert.equal(stepIn(addressOf("")), "");
});

test("a step that has an answer is shown, one that is not reached yet leads to the next one", () => {
  const setup = at("folders", true);
  assert.equal(shownStep(setup, "libraries"), "libraries");
  assert.equal(shownStep(setup, "preview"), "folders");
  assert.equal(shownStep(setup, "nonsense"), "folders");
  assert.equal(shownStep(setup, ""), "folders");
});

test("the start is the preview's button, and a set-up that has ended shows no preview", () => {
  assert.equal(nextOf(at("start", true)), "preview");
  assert.equal(shownStep(at("start", false), "preview"), "");
  assert.equal(shownStep(at("start", false), "fields"), "fields");
});

test("another tool's values are looked for also where settings were made without a set-up, but not in its middle", () => {
  assert.equal(shownStep(at("libraries", false), "taking_over"), "taking_over");
  assert.equal(shownStep(at("libraries", true), "taking_over"), "libraries");
  assert.equal(shownStep(at("sign_in", false), "taking_over"), "sign_in");
});
