/** The scenes that a person ignores: counted at the end, and shown on demand. */
import { React, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ErrorBox } from "../../parts/answers.tsx";
import { Buttons, QuietButton, SmallButton } from "../../parts/buttons.tsx";
import type { Column } from "../../parts/many_rows/column.ts";
import { ManyRows } from "../../parts/many_rows/many_rows.tsx";
import { useBlocks } from "../../parts/many_rows/use_blocks.ts";
import { SceneLink } from "../../parts/scene_link.tsx";
import { NarrowLine } from "../../parts/text.tsx";
import { Time } from "../../parts/time.tsx";
import { useDeed } from "../../parts/use_deed.ts";
import { call } from "../../protocol/call.ts";
import type { Ignored } from "../../protocol/operations.ts";
import { counted } from "../../words/numbers.ts";
import { sceneName } from "../../words/scenes.ts";
import { usePage } from "../context.tsx";

interface IgnoredCardProps {
  readonly number: number;
  readonly renew: () => void;
}

export function IgnoredCard({ number, renew }: IgnoredCardProps): ReactElement {
  const { locale } = useIntl();
  const [shown, show] = useState(false);
  return (
    <section className="card ps-card ps-ignored">
      <Buttons>
        <span>
          {counted(number, "scene", locale)} {number === 1 ? "is" : "are"} ignored.
        </span>
        <QuietButton aria-expanded={shown} onClick={() => show(!shown)}>
          {shown ? "Hide" : "Show"}
        </QuietButton>
      </Buttons>
      {shown && <Rows number={number} renew={renew} />}
    </section>
  );
}

function Rows({ number, renew }: IgnoredCardProps): ReactElement {
  const { now } = usePage();
  const [act, error] = useDeed(renew);
  const blocks = useBlocks(`ignored ${number}`, (offset, limit, signal) => call("ignored", { offset, limit }, signal));
  const heed = ({ scene_id }: Ignored): void =>
    act(call("heed", { scenes: [scene_id] }), "No longer ignored.", () => call("ignore", { scenes: [scene_id] }));
  const scene = (row: Ignored): ReactElement => <SceneLink of={row} />;
  const button = (row: Ignored): ReactElement => (
    <SmallButton aria-label={`Stop ignoring (${sceneName(row)})`} onClick={() => heed(row)}>
      Stop ignoring
    </SmallButton>
  );
  const columns: readonly Column<Ignored>[] = [
    { name: "Scene", width: "1fr", cell: scene },
    { name: "Ignored", width: "8rem", cell: (row) => <Time at={row.since} now={now} /> },
    { name: "Act", width: "8rem", cell: button },
  ];
  const narrow = (row: Ignored): ReactElement => (
    <>
      <NarrowLine>{scene(row)}</NarrowLine>
      {button(row)}
    </>
  );
  return (
    <>
      <ErrorBox error={error} />
      <ManyRows label="Ignored scenes" blocks={blocks} columns={columns} narrow={narrow} empty={null} />
    </>
  );
}
