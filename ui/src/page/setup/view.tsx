import { Button, Link, React, useHistory, useState } from "../../stash/index.ts";
import type { ReactElement } from "../../stash/index.ts";
import { ADDRESS } from "../../everywhere/address.ts";
import { ErrorBox, Loading } from "../../parts/answers.tsx";
import { usePolled } from "../../parts/use_polled.ts";
import { call } from "../../protocol/call.ts";
import type { SetupView, StepView } from "../../protocol/operations.ts";
import { usePage } from "../context.tsx";
import { Fields } from "./fields.tsx";
import { Folders } from "./folders.tsx";
import { Libraries } from "./libraries.tsx";
import { Preview } from "./preview.tsx";
import { Server } from "./server.tsx";
import { SignIn } from "./sign_in.tsx";
import { Finished } from "./finished.tsx";
import type { StepProps } from "./step_card.tsx";

const CONTENTS: Readonly<Record<string, (props: StepProps) => ReactElement>> = {
  sign_in: SignIn,
  server: Server,
  libraries: Libraries,
  folders: Folders,
  fields: Fields,
  preview: Preview,
  start: Preview,
};

/** The view "Set-up": one step after the other, left and gone on with at any of them. */
export function Setup(): ReactElement {
  const { store } = usePage();
  const history = useHistory();
  const { value, error, refresh } = usePolled(() => call("setup", {}), () => false);
  const [opened, open] = useState("");
  if (error) return <ErrorBox error={error} again={refresh} />;
  if (!value) return <Loading />;
  const step = opened || value.step;
  const goTo = (name: string): void => (open(name), refresh());
  if (!opened && value.step === "start" && !value.held) return <Finished setup={value} change={goTo} />;
  const Content = CONTENTS[step] ?? SignIn;
  const started = (): void => {
    store.refresh();
    history.push(ADDRESS);
  };
  const isLast = step === "preview" || step === "start";
  return (
    <>
      <Steps setup={value} step={step} open={goTo} />
      <Content key={step} next={isLast ? started : () => goTo("")} />
      <div className="plexsync-setup-foot">
        <Back setup={value} step={step} open={goTo} />
        <Link to={ADDRESS}>Finish later</Link>
      </div>
    </>
  );
}

interface StepsProps {
  readonly setup: SetupView;
  readonly step: string;
  readonly open: (step: string) => void;
}

/** The bar of all steps; one that has an answer can be opened again. */
const Steps = ({ setup, step, open }: StepsProps): ReactElement => (
  <ol className="plexsync-steps" aria-label="Steps">
    {setup.steps.map((one) => (
      <li key={one.step} className={one.step === step ? "plexsync-is-now" : one.state === "done" ? "plexsync-is-done" : ""} aria-current={one.step === step ? "step" : undefined}>
        {one.state === "done" && one.step !== step ? (
          <Button variant="link" title={one.answer} onClick={() => open(one.step)}>
            {one.name}
          </Button>
        ) : (
          one.name
        )}
      </li>
    ))}
  </ol>
);

function Back({ setup, step, open }: StepsProps): ReactElement {
  const before: StepView | undefined = setup.steps[setup.steps.findIndex((one) => one.step === step) - 1];
  return (
    <Button variant="secondary" disabled={!before} onClick={() => before && open(before.step)}>
      Back
    </Button>
  );
}
