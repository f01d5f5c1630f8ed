import { React, useIntl } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import type { Overview, ServerView, ServersView } from "../../overview/overview.ts";
import { Card } from "../../parts/card.tsx";
import { Facts } from "../../parts/facts.tsx";
import { StateIcon } from "../../parts/state_icon.tsx";
import { Coming, Day } from "../../parts/time.tsx";
import { counted } from "../../words/numbers.ts";
import { usePage } from "../context.tsx";

const SHOWN = 3;

/** Both servers, with the cause and the next step where one is away, and how folders belong together. */
export function ServersCard({ of }: { readonly of: Overview }): ReactElement {
  const { locale } = useIntl();
  const { stash, plex } = of.servers;
  const scenes = counted(of.queue.scenes, "scene", locale);
  return (
    <Card title="Servers">
      <Facts
        of={[
          [<Name key="stash" of={stash} name="Stash" />, <Server key="stash" of={stash} well={joined(short(stash.version), scenes)} />],
          [<Name key="plex" of={plex} name="Plex" />, plex.address ? <Server of={plex} well={joined(named(plex), libraries(of.servers))} /> : null],
          ["Folders", of.servers.folders.length > 0 ? <Folders of={of.servers} /> : null],
          ["PlexSync", of.version],
        ]}
      />
    </Card>
  );
}

/** The icon of a server's state with its name. */
export const Name = ({ of, name }: { readonly of: ServerView; readonly name: string }): ReactElement => (
  <>
    <ServerIcon of={of} /> {name}
  </>
);

const ICONS: Readonly<Record<string, readonly [icon: string, colour: string]>> = {
  well: ["circle-check", "green"],
  away: ["plug-circle-xmark", "red"],
  refused: ["key", "red"],
  wrong: ["circle-xmark", "red"],
};

export function ServerIcon({ of }: { readonly of: ServerView }): ReactElement {
  const [icon, colour] = ICONS[of.state] ?? ["circle-question", "grey"];
  return <StateIcon icon={icon} colour={colour} />;
}

/** Cause and next step stand in the state's own card, so a few words are enough here. */
const TROUBLES: Readonly<Record<string, string>> = {
  away: "Does not answer",
  refused: "Does not let PlexSync in",
  wrong: "Is not as the settings say",
};

/** Say in a few words how a server stands: its name while all is well, or nobody has asked it. */
export function told(name: string, of: ServerView, well: string): string {
  const trouble = TROUBLES[of.state];
  return trouble ? `${name} ${trouble.charAt(0).toLowerCase()}${trouble.slice(1)}` : joinedBy(" ", name, well);
}

function Server({ of, well }: { readonly of: ServerView; readonly well: string }): ReactElement {
  const { now } = usePage();
  const trouble = TROUBLES[of.state];
  if (!trouble) return <>{well}</>;
  return (
    <>
      {trouble} since <Day at={of.since} now={now} />
      {of.next_try_at > now && (
        <>
          , next try <Coming at={of.next_try_at} now={now} />
        </>
      )}
      {of.name && of.version && <div className="text-muted">Seen last: {named(of)}</div>}
    </>
  );
}

function Folders({ of }: { readonly of: ServersView }): ReactElement {
  const more = of.folders.length - SHOWN;
  return (
    <>
      {of.folders.slice(0, SHOWN).map(({ stash, plex }) => (
        <div key={stash}>
          <code>{stash}</code> → <code>{plex}</code>
        </div>
      ))}
      {more > 0 && <div className="text-muted">and {more} more</div>}
      {of.folders_origin === "inferred" && <div className="text-muted">found out by itself</div>}
    </>
  );
}

/** Return a version without what only its makers need: v0.30.1 of v0.30.1-19-gcf3489ef. */
export const short = (version: string): string => /^v?\d+(\.\d+){0,2}/.exec(version)?.[0] ?? version;

/** Return a Plex's name in quotes and its version. */
export const named = ({ name, version }: ServerView): string => joinedBy(" ", name && `‘${name}’`, short(version));

const libraries = ({ libraries: all }: ServersView): string =>
  all.length === 0 ? "" : `${all.length === 1 ? "library" : "libraries"} ${all.join(", ")}`;

const joined = (...parts: readonly string[]): string => joinedBy(" · ", ...parts);
const joinedBy = (between: string, ...parts: readonly string[]): string => parts.filter(Boolean).join(between);
