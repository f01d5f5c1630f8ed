/** The buttons of a state: each leads to a view, or does something at once. */
import { Button, Link, React, below } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import type { Action } from "../../overview/overview.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Buttons } from "../../parts/buttons.tsx";
import { useAct } from "../../parts/use_act.ts";
import { call } from "../../protocol/call.ts";
import { usePage } from "../context.tsx";

/** Where an action leads, below the page's address. */
const PLACES: Readonly<Record<string, string>> = {
  set_up: "setup",
  see_needs_you: "needs-you",
  preview: "reconcile",
  show_held: "reconcile",
  see_changes: "reconcile",
  choose_libraries: "settings#libraries",
  change_address: "settings#connection",
  open_settings: "settings",
  sign_in: "setup/sign-in",
};

/** What an action does. */
const DEEDS: Readonly<Record<string, () => Promise<unknown>>> = {
  start_agent: () => call("wake", {}),
  try_now: () => call("wake", {}),
  pause: () => call("switch", { name: "paused", on: true }),
  resume: () => call("switch", { name: "paused", on: false }),
  try_again: () => Promise.resolve(),
  reload: async () => location.reload(),
  sign_in_to_stash: () => call("wake", {}), // hands the agent the session of this page
  sign_in_here: async () => location.assign(signIn()),
};

/** Return Stash's page for signing in, which leads back here. */
function signIn(): string {
  const login = below("login");
  login.searchParams.set("returnURL", location.href);
  return login.href;
}

const styled = (action: Action): string => (action.is_main ? "primary" : "secondary");

export function Actions({ of }: { readonly of: readonly Action[] }): ReactElement | null {
  const { store } = usePage();
  const { busy, error, run } = useAct();
  const press = (name: string): void => run(() => (DEEDS[name]?.() ?? Promise.resolve()).finally(store.refresh));
  const known = of.filter(({ name }) => name in PLACES || name in DEEDS);
  return known.length === 0 ? null : (
    <Buttons>
      {known.map((action) =>
        action.name in PLACES ? (
          <Link key={action.name} className={`btn btn-${styled(action)}`} to={`${ADDRESS}/${PLACES[action.name]}`}>
            {action.label}
          </Link>
        ) : (
          <Button key={action.name} variant={styled(action)} disabled={busy} onClick={() => press(action.name)}>
            {action.label}
          </Button>
        ),
      )}
      <ErrorBox error={error} />
    </Buttons>
  );
}
