/** What stopped a run, or would stop it: the figures, what goes, and the way out. */
import { Button, Icon, React, icons, useIntl, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { Buttons, PlainButton } from "../../parts/buttons.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Note } from "../../parts/text.tsx";
import type { Brake, Loss } from "../../protocol/operations.ts";
import { tint } from "../../words/appearance.ts";
import { counted, written } from "../../words/numbers.ts";
import { losing, mostly } from "./words.ts";

interface BrakeCardProps {
  readonly brakes: readonly Brake[];
  readonly taking: number;
  readonly linked: number;
  readonly losses: readonly Loss[];
  readonly busy: boolean;
  readonly onShow: () => void;
  readonly onAllow: () => void;
}

const MASS = "brake_mass_change";

export function BrakeCard(props: BrakeCardProps): ReactElement {
  const { brakes, taking, linked, losses, busy, onShow, onAllow } = props;
  const { locale } = useIntl();
  const [asks, setAsks] = useState(false);
  const mass = brakes.find(({ code }) => code === MASS);
  const others = brakes.filter(({ code }) => code !== MASS);
  const headline = mass
    ? `Stopped to be safe: this would take something away from ${written(taking, locale)} of ${counted(linked, "item", locale)}.`
    : `Stopped to be safe: ${lowered(others[0]?.advice.text ?? "")}`;
  const allow = (): void => {
    setAsks(false);
    onAllow();
  };
  return (
    <section className="card ps-card ps-brake">
      <Icon icon={icons.faHand} color={tint("orange")} />
      <div className="ps-brake-words">
        <h2>{headline}</h2>
        <Note>
          {mass?.data["taken"] ? `Within a day ${mass.data["taken"]} have lost something already. ` : ""}
          {mass ? `Up to ${mass.data["items"]} items or ${mass.data["percent"]} are allowed without asking. ` : ""}
          {mostly(losses, locale)}
          {(mass ? others : others.slice(1)).map(({ advice }) => ` ${advice.text}`).join("")} Nothing has been written.
        </Note>
      </div>
      <Buttons>
        <PlainButton onClick={onShow}>
          Show what goes
        </PlainButton>
        <Button variant="danger" disabled={busy} onClick={() => setAsks(true)}>
          Allow once…
        </Button>
      </Buttons>
      {asks && (
        <Dialog
          title={`Take something away from ${counted(taking, "item", locale)}?`}
          accept={`Take away from ${counted(taking, "item", locale)}`}
          danger
          onAccept={allow}
          onCancel={() => setAsks(false)}
        >
          {losing(losses, locale)} You can undo this run in History.
        </Dialog>
      )}
    </section>
  );
}

const lowered = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
